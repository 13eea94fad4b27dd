"""PDF files that only show something: no program, no file inside, nothing that starts or sends by itself.

A reader of PDF runs what a document asks for on opening it; families would run it because their school offers it.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject

from adapters.files.errors import AttachmentActive, AttachmentRefused

_ACTIVE_KEYS: Final = frozenset({"/JavaScript", "/JS", "/AA", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"})
"""Entries of any dictionary that hold a program, a file, or what is done without a click."""
_ACTIVE_NAMES: Final = frozenset(
    (
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound"),
        *("/RichMedia", "/RichMediaExecute", "/FileAttachment", "/Screen", "/3D", "/EmbeddedFile"),
    )
)
"""Actions, annotations and kinds of objects that start something, by ``/S``, ``/Subtype`` and ``/Type``."""
_KINDS: Final = ("/S", "/Subtype", "/Type")
_OPENING: Final = "/OpenAction"
_PASSIVE_OPENING: Final = "/GoTo"
"""What word processors write: the page that is shown first."""
_LONG_NAMES: Final = re.compile(rb"/(?:JavaScript|Launch|SubmitForm|ImportData|RichMedia|EmbeddedFile)")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_MOST_OBJECTS: Final = 200_000
"""Dictionaries and lists of one file: a richly tagged report of a hundred pages has a tenth of it."""

# What it says of broken files quotes them.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def check_passive(content: bytes) -> None:
    """Refuse a PDF that does more than show something, or that cannot be looked through.

    Raises:
        AttachmentActive: it holds a program, a file, or an action on opening.
        AttachmentRefused: it cannot be read, asks for a password, or is made of far too many parts.

    """
    # Also what no index of the file names: another reader may find it all the same.
    if _LONG_NAMES.search(_ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), content)):
        raise AttachmentActive(kind="a name that starts something")
    try:
        _look_through(PdfReader(io.BytesIO(content)))
    except AttachmentRefused:
        raise
    except Exception as error:
        raise AttachmentRefused(kind="an unreadable PDF") from error


def _look_through(reader: PdfReader) -> None:
    """Refuse a file for what any of its parts is, or for what it lacks."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise AttachmentRefused(kind="a PDF with a password")
    for part in _parts(reader):
        if isinstance(part, DictionaryObject):
            _check_dictionary(part)
    if not len(reader.pages):
        raise AttachmentRefused(kind="a PDF without a page")


def _parts(reader: PdfReader) -> Iterator[PdfObject]:
    """Yield every dictionary and list that can be reached from the file's root, each once."""
    waiting: list[object] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            if (part.idnum, part.generation) in seen:
                continue
            seen.add((part.idnum, part.generation))
            part = part.get_object()
        if not isinstance(part, DictionaryObject | ArrayObject):
            continue
        count += 1
        if count > _MOST_OBJECTS:
            raise AttachmentRefused(kind="a PDF of too many parts")
        yield part
        # As they are written: reading an entry would resolve it, and a ring of entries would never end.
        waiting += dict.values(part) if isinstance(part, DictionaryObject) else list.__iter__(part)


def _check_dictionary(part: DictionaryObject) -> None:
    """Refuse a dictionary that holds a program or a file, or starts something."""
    kinds = {str(named) for key in _KINDS if isinstance(named := _entry(part, key), NameObject)}
    if part.keys() & _ACTIVE_KEYS or kinds & _ACTIVE_NAMES:
        raise AttachmentActive(kind="a program, a file or an action")
    opening = _entry(part, _OPENING)
    if isinstance(opening, DictionaryObject) and _entry(opening, "/S") != _PASSIVE_OPENING:
        raise AttachmentActive(kind="an action on opening")


def _entry(part: DictionaryObject, key: str) -> object:
    """An entry of a dictionary, also where it only says which object it is."""
    value = part.get(key)
    return value.get_object() if isinstance(value, IndirectObject) else value
