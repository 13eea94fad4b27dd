"""The letters of the PDF: four styles of Source Sans with Typst's own fonts behind, and what none of them can draw.

A PDF/A must draw every character it holds. A character that no font here has (an emoji, an ideogram), and one that is
never drawn but changes how others read (a control, a change of direction), is written by its number: ``[U+1F600]``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

import typst

FAMILIES: Final = ("Source Sans Pro", "Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern")
"""The fonts asked for, in order."""

Paper = Callable[[str], str]
"""A way of putting texts on paper."""
_FOLDER: Final = Path(__file__).parent / "source_sans"
"""Four styles of Source Sans, under the SIL Open Font License that lies beside them."""
_SURE: Final = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180)))) - {"\u00ad"} | frozenset(
    "\n’‘“”–—…€−\u202f"
)
_SCRIPTS: Final = (
    *(range(0x0180, 0x0530), range(0x0591, 0x05F5), range(0x0606, 0x0700), range(0x1E00, 0x2000)),
    *(range(0x2010, 0x205F), range(0x20A0, 0x20C0), range(0x2100, 0x2300), range(0x2500, 0x2700)),
)
"""Latin, Greek, Cyrillic, Hebrew, Arabic and signs: what families write and these fonts set without surprise."""
_SILENT: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LONG_WORD: Final = re.compile(r"\S{16}(?=\S{8})")
_PANIC: Final = "PanicException"
_PROBE: Final = b'#set text(font: json(bytes(sys.inputs.fonts)))\n#set document(title: "probe")\n#sys.inputs.text\n'


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Return the fonts of this program alone, so that the machine's own never change a document."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(_FOLDER)])


class Undrawable(Exception):
    """Typst could not set a text in the standards asked for."""


def compiled(source: bytes, inputs: dict[str, str], timestamp: int = 0) -> bytes:
    """Set a Typst source as PDF/A-3a and PDF/UA-1; the clock is seconds since 1970, UTC.

    The first is archival with attachments and full structure, the second accessible; Typst writes no file that
    breaks either.

    Raises:
        Undrawable: Typst refused, or stumbled over a text.

    """
    faces = fonts()
    try:
        return typst.compile(
            source,
            format="pdf",
            font_paths=faces,
            sys_inputs=inputs,
            pdf_standards=["a-3a", "ua-1"],
            timestamp=timestamp,
        )
    except typst.TypstError as error:
        raise Undrawable(str(error)) from error
    except BaseException as error:
        # A crash inside Typst comes as an exception of a class that cannot be imported, outside of Exception.
        if type(error).__name__ != _PANIC:
            raise
        raise Undrawable(str(error)) from None


def paper_text(text: str, *, plain: bool = False) -> str:
    """Return a text as paper can show it: composed, every character drawable, long words able to break.

    With ``plain``, everything beyond French letters and signs is written by its number: it never fails.
    """
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    unsure = frozenset(composed) - _SURE
    if unsure:
        missing = {char for char in unsure if plain or not _readable(char)}
        missing |= _undrawable("".join(sorted(unsure - missing)))
        composed = "".join(f"[U+{ord(char):04X}]" if char in missing else char for char in composed)
    return _LONG_WORD.sub("\\g<0>\u200b", composed)


def on_paper(set_with: Callable[[Paper], bytes]) -> bytes:
    """Set a document; a text that Typst stumbles over even so has it set in plain letters and numbers.

    Raises:
        Undrawable: not even plain letters help.

    """
    try:
        return set_with(paper_text)
    except Undrawable:
        return set_with(partial(paper_text, plain=True))


def _readable(char: str) -> bool:
    """Whether a character has a drawing at all, in a script that we set."""
    return any(ord(char) in script for script in _SCRIPTS) and unicodedata.category(char) not in _SILENT


@lru_cache(maxsize=4_096)
def _undrawable(chars: str) -> frozenset[str]:
    """Return those of these characters that no font can draw, by asking Typst; halves that it can draw are done."""
    if not chars or _draws(chars):
        return frozenset()
    if len(chars) == 1:
        return frozenset(chars)
    middle = len(chars) // 2
    return _undrawable(chars[:middle]) | _undrawable(chars[middle:])


def _draws(chars: str) -> bool:
    """Whether Typst can write these characters into a PDF/A."""
    try:
        compiled(_PROBE, {"text": " ".join(chars), "fonts": json.dumps(FAMILIES)})
    except Undrawable:
        return False
    return True
