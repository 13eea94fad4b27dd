"""School classes: a managed list per coop and year, where « Cpa », « CPa » and « CP a » are one class (AN-4, AN-5)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from domain.errors import ClassInvalid

UNASSIGNED: Final = "SANS-CLASSE"
"""The class of a contribution that names none, where the form does not ask for it (S-82)."""

_SEPARATORS = re.compile(r"\s*[-/\u2010-\u2015]\s*")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z.' -]{0,39}")


@lru_cache(maxsize=4096)
def class_code(label: str) -> str:
    """Reduce what a parent or a file says to the one code of a class: ``CP a`` → ``CPA``, ``CE2 – CM1`` → ``CE2-CM1``.

    Raises:
        ClassInvalid: empty, longer than 40 characters, or with a sign that no class has.

    """
    straight = label.replace("\u2019", "'")
    plain = "".join(c for c in unicodedata.normalize("NFKD", straight) if not unicodedata.combining(c))
    code = "".join(_SEPARATORS.sub("-", plain).split()).upper()
    if not _CODE.fullmatch(code):
        raise ClassInvalid(given=label)
    return code
