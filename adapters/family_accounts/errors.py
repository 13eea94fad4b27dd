"""What the accounts of families refuse; the values given to these errors never tell whose account it is."""

from __future__ import annotations

from domain.errors import LedgerError


class TooManyAttempts(LedgerError):
    """Too many attempts in too short a time."""

    status = 429
    code = "too-many-attempts"
    sentence = "Trop d’essais en peu de temps. Attendez un quart d’heure, puis recommencez."
