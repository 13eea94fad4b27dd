"""Text from outside, made fit to be kept: one line or several, composed, every character of it visible.

Nothing here fails, and nothing takes longer than what is looked at is long: a text is cut first, and so are the marks
on one letter, since composing takes the square of their number (UAX #15). Who refuses long texts does so before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_UNSEEN: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Categories of Unicode that draw nothing: controls, directions of writing, halves of characters, the unassigned."""
_BLANKS: Final = (
    frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
    | frozenset(map(chr, range(0xFE00, 0xFE0E)))
    | frozenset(map(chr, range(0xE0100, 0xE01F0)))
)
"""Letters, marks and signs that draw nothing either: Unicode's Default_Ignorable_Code_Point, and the empty Braille."""
_JOINERS: Final = frozenset("\u200c\u200d")
_PRESENTATIONS: Final = frozenset("\ufe0e\ufe0f")
_BETWEEN: Final = _JOINERS | _PRESENTATIONS
"""What draws nothing itself but changes its neighbours: letters of some scripts are joined by it, and emojis."""
_JOINING: Final = 0x0590
"""Below it lie the scripts that never join letters by a character of their own: Latin, Greek, Cyrillic, Armenian."""
_MARKS: Final = 6
"""Marks that one letter keeps; no language writes as many."""
_VISIBLE: Final = frozenset("LNPS")
_PLAIN: Final = re.compile("[\u0020-\u007e\u00a1-\u00ac\u00ae-\u017f]*")
"""Printable ASCII, Latin-1 and Latin Extended-A, without the soft hyphen: each is drawn, composed, and no mark."""


def visible_line(text: str, longest: int) -> str:
    """Return the first ``longest`` characters of a text, and one more, as one line of visible characters.

    The one more is for the reader: a line that is longer than ``longest`` was too long.
    """
    return " ".join(_composed(text[: longest + 1]).split())


def visible_lines(text: str, longest: int) -> str:
    """Return the first ``longest`` characters of a text, and one more, as lines: no blank one at either end."""
    lines = (_composed(line).rstrip() for line in text[: longest + 1].splitlines())
    return "\n".join(lines).strip("\n")


def hides_something(text: str) -> bool:
    """Tell whether a text holds characters that do not show: a program that sends some is mistaken, or means harm."""
    return not _is_plain(text) and _shown(text) != text


def plain_letters(text: str) -> str:
    """Return a text without case and accents, for comparing: « É » is « e »."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text would be seen: it is empty, or spaces, marks and invisible characters alone."""
    return not any(unicodedata.category(char)[0] in _VISIBLE for char in _shown(text))


def _composed(text: str) -> str:
    if _is_plain(text):
        return text
    shown = unicodedata.normalize("NFC", _shown(text))
    # What was left out, and composing, may have brought together what was apart: a second time settles it.
    return shown if shown == text else unicodedata.normalize("NFC", _shown(shown))


def _is_plain(text: str) -> bool:
    """Whether a text is of letters and signs of Western Europe alone: it is as it should be, and most texts are."""
    return _PLAIN.fullmatch(text) is not None


def _shown(text: str) -> str:
    """Leave out what does not show, and marks above the number that a letter keeps."""
    return "".join(_joined("".join(_seen(text))))


def _seen(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        if char in _BETWEEN:
            yield char
            continue
        marks = marks + 1 if unicodedata.combining(char) else 0
        drawn = char.isspace() or not (char in _BLANKS or unicodedata.category(char) in _UNSEEN)
        if drawn and marks <= _MARKS:
            yield char


def _joined(text: str) -> Iterator[str]:
    """Keep what stands between two characters where it changes them, and nowhere else."""
    before = ""
    for place, char in enumerate(text):
        if char in _JOINERS:
            kept = _joins(before, _JOINERS) and _joins(text[place + 1 : place + 2], _BETWEEN)
        elif char in _PRESENTATIONS:
            kept = bool(before) and unicodedata.category(before)[0] == "S"
        else:
            kept = True
        if kept:
            before = char
            yield char


def _joins(neighbour: str, refused: frozenset[str]) -> bool:
    """Whether a neighbour of a joiner is one that can be joined."""
    joining = bool(neighbour) and ord(neighbour) >= _JOINING
    return joining and neighbour not in refused and not neighbour.isspace()
