"""School classes: a managed list per coop and year, where « Cpa », « CPa » and « CP a » are one class (AN-4, AN-5)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from domain.errors import ClassInvalid

UNASSIGNED: Final = "SANS-CLASSE"
"""The class of a contribution that names none, where the form does not ask for it (S-82)."""

MAX_LABEL: Final = 60
"""Characters of a label, spaces included; its code has 40 at most."""
_SEPARATORS: Final = dict.fromkeys(map(ord, "/\u2010\u2011\u2012\u2013\u2014\u2015"), "-") | {ord("\u2019"): "'"}
_CODE: Final = re.compile(r"[0-9A-Z][0-9A-Z.'-]{0,39}")


def class_code(label: str) -> str:
    """Reduce what a parent or a file says to the one code of a class: ``CP a`` → ``CPA``, ``CE2 – CM1`` → ``CE2-CM1``.

    Raises:
        ClassInvalid: empty, longer than 60 characters or a code of 40, or with a sign that no class has.

    """
    if len(label) > MAX_LABEL:
        raise ClassInvalid(given=label)
    return _reduced(label)


@lru_cache(maxsize=4096)
def _reduced(label: str) -> str:
    """Reduce a label that is short enough to be kept with its code: a school writes the same ones again and again."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c))
    code = "".join(plain.split()).translate(_SEPARATORS).upper()
    if not _CODE.fullmatch(code):
        raise ClassInvalid(given=label)
    return code
