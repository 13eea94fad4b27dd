"""The e-mails that a service on line laid down in a folder, each read once however often somebody looks."""

from __future__ import annotations

from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

from tests.kit.example_emails import read


def letters_in(folder: Path, to: str | None = None) -> list[EmailMessage]:
    """The e-mails in a folder, those to an address only where one is given; the oldest first."""
    written = sorted((file.stat().st_mtime_ns, file) for file in folder.glob("*.eml"))
    letters = [_letter(file, at) for at, file in written]
    return letters if to is None else [letter for letter in letters if letter["To"] == to]


@lru_cache(maxsize=1024)
def _letter(file: Path, _written_at: int) -> EmailMessage:
    """An e-mail as it was written at a moment; the same e-mail again takes the place of the first."""
    return read(file.read_bytes())
