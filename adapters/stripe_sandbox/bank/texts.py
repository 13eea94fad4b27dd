"""Texts as bank files hold them: the Latin characters that every bank reads, and amounts with a point."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SPELLED: Final = str.maketrans(
    {"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "’": "'", "ß": "ss", "–": "-", "—": "-", "_": "-"}
)
_REFUSED: Final = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_CENTS: Final = 100


def plain_latin(text: str, limit: int) -> str:
    """Write a text with the characters that SEPA transfers allow, cut to a length (EPC217-08, 6.2); no accents."""
    folded = unicodedata.normalize("NFKD", text.translate(_SPELLED))
    kept = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(_REFUSED.sub(" ", kept).split())[:limit].rstrip()


def decimal_point(cents: int) -> str:
    """Write cents as euros with a point and two decimals: ``-12.05``."""
    whole, rest = divmod(abs(cents), _CENTS)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"
