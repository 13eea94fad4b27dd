"""Reading days and hours of Paris, as browsers give them or as people write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Final

from domain.calendar import PARIS
from service.fields import FieldError

_LONGEST: Final = 20
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})[/. ]([0-9]{1,2})[/. ]([0-9]{4})")
_HOUR: Final = re.compile(r"([0-9]{1,2}) ?(?:[:hH]) ?([0-9]{2})?(?::[0-9]{2}(?:\.[0-9]{1,3})?)?")
_EARLIEST: Final = date(2000, 1, 1)
_LATEST: Final = date(2100, 1, 1)


def read_day(text: str) -> date:
    """Read a day, given as ``2024-07-03`` or typed as ``03/07/2024``.

    Raises:
        FieldError: there is none, or it is none of this century.

    """
    typed = text.strip()
    if not typed:
        raise FieldError("Indiquez une date, par exemple 01/09/2024.")
    found = _DAY.fullmatch(typed) if len(text) <= _LONGEST else None
    try:
        parts = found.group(1, 2, 3) if found and found[1] else found.group(6, 5, 4) if found else ("", "", "")
        day = date(*map(int, parts))
    except ValueError:
        day = date.min
    if not _EARLIEST <= day < _LATEST:
        raise FieldError("Cette date n’est pas valable. Exemple\u00a0: 01/09/2024.")
    return day


def read_hour(text: str) -> time:
    """Read an hour and its minute, given as ``19:00`` or typed as ``19 h 00``.

    Raises:
        FieldError: it is none.

    """
    found = _HOUR.fullmatch(text.strip().replace("\u00a0", " ")) if len(text) <= _LONGEST else None
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (-1, 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise FieldError("Cette heure n’est pas valable. Exemple\u00a0: 19:00.") from None


def instant_of(day: date, hour: time) -> datetime:
    """Return the instant of an hour of Paris, in UTC."""
    return datetime.combine(day, hour, tzinfo=PARIS).astimezone(UTC)


def to_the_minute(instant: datetime | None) -> datetime | None:
    """Return an instant without its seconds: forms show none."""
    return None if instant is None else instant.replace(second=0, microsecond=0)


def typed_day(instant: datetime | None) -> str:
    """Write the day in Paris of an instant for a field."""
    return "" if instant is None else instant.astimezone(PARIS).date().isoformat()


def typed_hour(instant: datetime | None, otherwise: str) -> str:
    """Write the hour in Paris of an instant for a field; without one, what the field begins with."""
    return otherwise if instant is None else instant.astimezone(PARIS).strftime("%H:%M")
