"""What a limit refuses; the values given to this error never tell who met it."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

from domain.errors import LedgerError

_MINUTE: Final = 60
_HOUR: Final = 3600


class TooManyAttempts(LedgerError):
    """Too many attempts in too short a time; ``wait`` is how long until the next one is taken."""

    status = 429
    code = "too-many-attempts"
    sentence = (
        "Beaucoup de demandes arrivent en peu de temps. Réessayez dans {delay}\u00a0: "
        "rien n’est perdu, et rien n’a été débité."
    )

    def __init__(self, *, limit: str, wait: timedelta) -> None:
        """Say which limit was met, and for how long."""
        self.retry_after: int = max(1, math.ceil(wait.total_seconds()))
        """Whole seconds, for the header of that name."""
        super().__init__(kind=limit, delay=_french_delay(self.retry_after))


def _french_delay(seconds: int) -> str:
    """Say a duration as people do, rounded up: seconds, minutes, hours."""
    if seconds < _MINUTE:
        return "une seconde" if seconds == 1 else f"{seconds} secondes"
    if seconds < _HOUR:
        minutes = math.ceil(seconds / _MINUTE)
        return "une minute" if minutes == 1 else f"{minutes} minutes"
    hours = math.ceil(seconds / _HOUR)
    return "une heure" if hours == 1 else f"{hours} heures"
