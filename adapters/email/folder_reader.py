"""Reading back the e-mails of a folder, as the demonstration shows them, and erasing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple


class StoredEmail(NamedTuple):
    """An e-mail that lies in a folder: when it was laid there, to whom, about what, and its text."""

    at: datetime
    to: str
    subject: str
    text: str


def stored_emails(folder: Path, limit: int = 100) -> list[StoredEmail]:
    """Return the latest e-mails of a folder, the newest first; none where there is no folder."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [_read(file.read_bytes()) for file in files[:limit]]


def erase_emails(folder: Path, unwanted: Callable[[StoredEmail], bool]) -> int:
    """Erase e-mails below a folder, and return how many; none where there is no folder."""
    erased = [file for file in folder.rglob("*.eml") if unwanted(_read(file.read_bytes()))]
    for file in erased:
        file.unlink(missing_ok=True)
    return len(erased)


def _read(content: bytes) -> StoredEmail:
    message = message_from_bytes(content)
    text = next(part for part in message.walk() if part.get_content_type() == "text/plain").get_payload(decode=True)
    at = parsedate_to_datetime(str(message["Date"]))
    return StoredEmail(at, _header(message, "To"), _header(message, "Subject"), bytes(text).decode())


def _header(message: Message, name: str) -> str:
    """A header as people read it: Python 3.11's newer reader would put spaces between its encoded words."""
    return str(make_header(decode_header(str(message[name]).replace("\r\n", "").replace("\n", ""))))
