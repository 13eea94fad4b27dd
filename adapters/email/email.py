"""An e-mail, and the port of transports; addresses and headers are checked when an e-mail is made (S-99, S-184)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Protocol

from adapters.email.errors import EmailInvalid

MAX_ADDRESS: Final = 254
"""Characters of an address: a path of 256, less its angle brackets (RFC 5321)."""
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS: Final = re.compile(rf"(?P<local>(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*)@(?P<domain>(?:{_LABEL}\.)+{_LABEL})")
_BREAKING: Final = frozenset(("Cc", "Zl", "Zp"))
"""Unicode's controls and its separators of lines and paragraphs."""


def check_address(address: str) -> str:
    """Return an address as SMTP carries it, a domain with accents in its ASCII form.

    Raises:
        EmailInvalid: not one plain address; accents before the ``@`` are a typing mistake more often than an address.

    """
    # Looked at first: a domain with accents is never shorter once it is carried.
    found = _ADDRESS.fullmatch(address) if len(address) <= MAX_ADDRESS else None
    if found is None:
        raise EmailInvalid(kind="address")
    try:
        domain = found["domain"].encode("idna").decode("ascii")
    except UnicodeError:
        raise EmailInvalid(kind="domain") from None  # the error quotes the address
    carried = f"{found['local']}@{domain}"
    if len(carried) > MAX_ADDRESS:
        raise EmailInvalid(kind="address", length=len(carried))
    return carried


def check_header(text: str, kind: str) -> None:
    """Refuse a header with any character that ends or hides a line.

    Raises:
        EmailInvalid: it could forge other headers.

    """
    if any(unicodedata.category(character) in _BREAKING for character in text):
        raise EmailInvalid(kind=kind)


@dataclass(frozen=True)
class Email:
    """One e-mail to one address, in plain text and in HTML that say the same.

    ``key`` names the e-mail for ever: sending it again, after an answer was lost, sends the same message.
    ``sender_name`` is shown before the platform's address; ``reply_to`` may be empty. Of a ``silent`` one no server is
    to report that it could not be delivered.
    """

    to: str
    subject: str
    text: str
    html: str
    key: str
    sender_name: str = ""
    reply_to: str = ""
    silent: bool = False

    def __post_init__(self) -> None:
        """Refuse bad addresses and headers.

        Raises:
            EmailInvalid: an address that is none, a line break in a header, an empty subject or key.

        """
        check_address(self.to)
        if self.reply_to:
            check_address(self.reply_to)
        check_header(self.subject, "subject")
        check_header(self.sender_name, "sender")
        if not self.subject or not self.key:
            raise EmailInvalid(missing="subject" if not self.subject else "key")

    def __repr__(self) -> str:
        """Say nothing: an e-mail is an address and names, and must not reach a log or a traceback."""
        return "Letter(…)"


class EmailTransport(Protocol):
    """What takes e-mails away: an SMTP server, or a folder."""

    def send(self, email: Email) -> None:
        """Take one e-mail; returning means that the transport answers for it.

        Raises:
            Undeliverable: refused for good, do not try again.
            TransportUnavailable: try again later, with the same e-mail.

        """
