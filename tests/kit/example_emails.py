"""E-mails to send, and the reading of what arrived."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from adapters.email import Email

SENDER: Final = "ne-pas-repondre@coopledger.example"
FAMILY: Final = "z.quatrebarbes@example.org"
LETTER: Final = Email(
    to=FAMILY,
    subject="Paiement reçu\u00a0: Contributions volontaires des familles",
    text="Bonjour,\n\nNous avons reçu 25,92\u00a0€.\n.\nFrom the school: what servers once took for an envelope.\n",
    html="<p>Nous avons reçu <b>25,92\u00a0€</b>.</p>\n",
    key="confirmation/3f2a90b7c1",
    sender_name="Coopérative de l’école Jules Ferry, « Les Écureuils »",
    reply_to="ecole.ferry@example.org",
)


def letter(**changes: Any) -> Email:  # noqa: ANN401 - any field of an e-mail
    """The e-mail with some fields changed."""
    return replace(LETTER, **changes)


def read(content: bytes) -> EmailMessage:
    """Read a message as a mail program does."""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    """The content of the part ``text/<kind>``, its lines ended the Unix way."""
    body = message.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content.replace("\r\n", "\n")


def subject(content: bytes) -> str:
    """The subject as people read it."""
    return _decoded(message_from_bytes(content)["Subject"])


def sender(content: bytes) -> tuple[str, str]:
    """The name shown for the sender and the address below it.

    The newer reader of Python 3.11 puts spaces between the encoded words of a name; the older one does not.
    """
    name, address = parseaddr(message_from_bytes(content)["From"].replace("\r\n", ""))
    return _decoded(name), address


def _decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def letters_in(folder: Path, to: str | None = None) -> list[EmailMessage]:
    """The e-mails in a folder, those to an address only where one is given; the oldest first."""
    written = sorted((file.stat().st_mtime_ns, file) for file in folder.glob("*.eml"))
    letters = [_letter(file, at) for at, file in written]
    return [letter for address, letter in letters if to in (None, address)]


@lru_cache(maxsize=1024)
def _letter(file: Path, _written_at: int) -> tuple[str, EmailMessage]:
    """To whom an e-mail was written at a moment, and itself; the same e-mail again takes the place of the first."""
    letter = read(file.read_bytes())
    return str(letter["To"]), letter
