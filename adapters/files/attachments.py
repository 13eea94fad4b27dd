"""Files to download: a PDF as it is, a picture drawn again; named safely, whatever they were called."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final, NamedTuple

from adapters.files.errors import AttachmentRefused, PictureRefused
from adapters.files.pictures import draw_picture
from adapters.files.references import AttachmentRef

MAX_ATTACHMENT: Final = 10_000_000
"""Bytes of one file."""
_LONGEST: Final = 100
_PDF: Final = b"%PDF-"
_PDF_END: Final = b"%%EOF"
_TAIL: Final = 2_048
_UNSAFE: Final = re.compile(r"[^\w .,()'’&+-]+")
_UNSHOWN: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


class ReadAttachment(NamedTuple):
    """A file that may be offered: its name in events, its kind and its bytes."""

    ref: AttachmentRef
    media_type: str
    content: bytes


def read_attachment(content: bytes, name: str) -> ReadAttachment:
    """Read a file to download.

    Raises:
        AttachmentRefused: neither a PDF that only shows something nor a picture, empty, or too large.

    """
    if not 0 < len(content) <= MAX_ATTACHMENT:
        raise AttachmentRefused(size=len(content))
    if content.startswith(_PDF) and _PDF_END in content[-_TAIL:]:
        from adapters.files.pdf import check_passive  # its reader is large, and few send a file

        check_passive(content)
        return _named(content, f"{safe_stem(name)}.pdf", "application/pdf")
    try:
        drawn = draw_picture(content)
    except PictureRefused as error:
        raise AttachmentRefused(kind="neither PDF nor picture") from error
    return _named(drawn.drawings[drawn.ref.width], f"{safe_stem(name)}.webp", "image/webp")


def safe_stem(name: str) -> str:
    """Return a name without its ending that means nothing to any system: no folder, no control, no direction mark."""
    composed = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    shown = "".join(c for c in composed if unicodedata.category(c) not in _UNSHOWN)
    stem = shown.rsplit(".", 1)[0] if "." in shown.strip(".") else shown
    cleaned = " ".join(_UNSAFE.sub(" ", stem).split()).strip(" .")
    return cleaned[:_LONGEST].strip(" .") or "piece-jointe"


def _named(content: bytes, name: str, media_type: str) -> ReadAttachment:
    digest = hashlib.sha256(content).hexdigest()
    return ReadAttachment(AttachmentRef(digest, len(content), name), media_type, content)
