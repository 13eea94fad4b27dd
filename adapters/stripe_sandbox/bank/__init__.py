"""The simulated bank: its calendar, the statements of each IBAN, and their files."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute


def routes(sandbox: object) -> Sequence[BaseRoute]:  # noqa: ARG001 - the state that the statements will be read from
    """Return the routes of the bank, below ``/banque``."""
    return ()
