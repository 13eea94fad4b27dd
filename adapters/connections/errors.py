"""What a pool raises when Postgres is away: kinds of the driver's ``OperationalError``, for those who wait for that."""

from __future__ import annotations

from typing import Final

import psycopg

_ENDED: Final = ("57P01", "57P02", "57P03", "57P05")
"""The server was told to stop, a neighbour crashed, it is not ready yet, the session was idle for too long."""
_CONNECTION: Final = "08"
"""The class of errors of the connection itself."""


class DatabaseAwayError(psycopg.OperationalError):
    """No connection could be had in time: nothing was sent, so trying again is safe."""


class ConnectionLostError(DatabaseAwayError):
    """The connection ended while it was lent: a read may be asked again; whether a write is done is not known."""


def ended(error: BaseException) -> bool:
    """Tell whether an error says that the server is ending the session."""
    state = error.sqlstate if isinstance(error, psycopg.Error) else None
    return state is not None and (state in _ENDED or state.startswith(_CONNECTION))
