"""An e-mail as the bytes of an Internet message (RFC 5322): two parts of the same meaning, a Message-ID from its key.

The older half of the standard library's ``email`` writes it: in Python 3.11 the newer half folds long headers with
accents badly, and a coop's name would gain or lose spaces.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from typing import Final

from adapters.email.email import Email, check_address

_DIGITS: Final = 32
_WIDTH: Final = 76
_POLICY: Final = compat32.clone(linesep="\r\n")
_BODY: Final = Charset("utf-8")
_BODY.body_encoding = QP
"""Quoted-printable: every server carries it unchanged, and it reads almost as it is."""


def digest(email: Email) -> str:
    """Return the 32 hexadecimal digits that stand for an e-mail's key, which may itself hold an id of the ledger."""
    return hashlib.sha256(email.key.encode()).hexdigest()[:_DIGITS]


def message_bytes(email: Email, sender: str, at: datetime) -> bytes:
    """Write an e-mail from the address ``sender``, dated ``at``; all but the date follows from the e-mail alone."""
    mark = digest(email)
    sender = check_address(sender)
    message = MIMEMultipart("alternative", boundary=f"=_{mark}", policy=_POLICY)
    # The policy folds a Header itself; the published types know only of texts.
    message["From"] = _named(email.sender_name, sender)  # type: ignore[assignment]
    message["To"] = check_address(email.to)
    if email.reply_to:
        message["Reply-To"] = check_address(email.reply_to)
    message["Subject"] = Header(email.subject, "utf-8", _WIDTH, "Subject")  # type: ignore[assignment]
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mark}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notice answers it
    message["Content-Language"] = "fr"
    # The last part is the one preferred: programs that show HTML show it (RFC 2046).
    message.attach(MIMEText(email.text, "plain", _BODY, policy=_POLICY))  # type: ignore[arg-type]
    message.attach(MIMEText(email.html, "html", _BODY, policy=_POLICY))  # type: ignore[arg-type]
    return message.as_bytes(policy=_POLICY)


def _named(name: str, address: str) -> Header | str:
    """Write an address after the name to show; an encoded name needs no quotes, whatever it holds."""
    if not name:
        return address
    header = Header(name, "utf-8", _WIDTH, "From")
    header.append(f"<{address}>", "us-ascii")
    return header
