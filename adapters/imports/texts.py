"""Text of a cell, made fit to be compared before anything is: what spreadsheets and programs leave in it is taken out.

A text identifies money (a name, a number, a title), so two exports of one payment must give the same text: composed
(NFC), without controls and invisible characters, spaces collapsed, escapes of spreadsheets read as what they stand for.
"""

from __future__ import annotations

import re
from typing import Final

from domain.texts.visible import visible_line

_SLACK: Final = 4
"""How many times its longest a text may take before it is cleaned: what is taken out has a length too."""
_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_ESCAPE_BEGINS: Final = "_x"
_FORMULA: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def cleaned(text: str, longest: int) -> str:
    """Return the text of a cell as one visible line; one that is too long is cut to one character too many.

    ``_x000D_`` is how workbooks write a character that XML cannot hold (ISO/IEC 29500-1, 22.9.2.19); an apostrophe
    before « = + - @ » is how exports keep a text from being a formula, ours too.
    """
    if len(text) > longest * _SLACK:
        return text[: longest + 1]
    if _ESCAPE_BEGINS in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    line = visible_line(text, longest * _SLACK)
    unguarded = line[1:] if line.startswith("'") and line[1:].startswith(_FORMULA) else line
    return unguarded[: longest + 1]
