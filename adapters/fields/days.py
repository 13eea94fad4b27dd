"""Reading a day of birth."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from adapters.fields.errors import FieldError
from domain.texts.visible import visible_line

MAX_DAY: Final = 20
"""Characters of a day as people write it, with some spaces."""
_OLDEST: Final = date(1900, 1, 1)
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def read_birth_date(text: str, today: date) -> str:
    """Read a day of birth, typed as ``03/07/2016`` or given as ``2016-07-03``, into ISO 8601.

    Raises:
        FieldError: no such day, to come, or before 1900.

    """
    refusal = FieldError("Cette date n’est pas valable. Exemple\u00a0: 03/07/2016.")
    found = _DAY.fullmatch(visible_line(text, MAX_DAY))
    if found is None or len(text) > MAX_DAY:
        raise refusal
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        raise refusal from None
    if not _OLDEST <= born <= today:
        raise FieldError("Cette date de naissance n’est pas possible. Vérifiez l’année.")
    return born.isoformat()
