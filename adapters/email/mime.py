"""An e-mail as the bytes of an Internet message (RFC 5322): two parts of the same meaning, a Message-ID from its key.

The older half of the standard library's ``email`` folds its headers: in Python 3.11 the newer half folds long ones with
accents badly, and a coop's name would gain or lose spaces.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_qp
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.policy import compat32
from email.utils import format_datetime
from typing import Final

from adapters.email.email import Email, check_address

_DIGITS: Final = 32
_WIDTH: Final = 76
_POLICY: Final = compat32.clone(linesep="\r\n")


def digest(email: Email) -> str:
    """Return the 32 hexadecimal digits that stand for an e-mail's key, which may itself hold an id of the ledger."""
    return hashlib.sha256(email.key.encode()).hexdigest()[:_DIGITS]


def message_bytes(email: Email, sender: str, at: datetime) -> bytes:
    """Write an e-mail from the address ``sender``, dated ``at``; all but the date follows from the e-mail alone."""
    mark = digest(email)
    sender, boundary = check_address(sender), f"=_{mark}"
    answers: dict[str, Header | str] = {"Reply-To": check_address(email.reply_to)} if email.reply_to else {}
    head = _headers(
        {
            "Content-Type": f'multipart/alternative; boundary="{boundary}"',
            "MIME-Version": "1.0",
            "From": _named(email.sender_name, sender),
            "To": check_address(email.to),
            **answers,
            "Subject": Header(email.subject, "utf-8", _WIDTH, "Subject"),
            "Date": format_datetime(at),
            "Message-ID": f"<{mark}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no absence notice answers it
            "Content-Language": "fr",
        }
    )
    # The last part is the one preferred: programs that show HTML show it (RFC 2046).
    parts = (_part(email.text, "plain"), _part(email.html, "html"))
    mark_of_part = f"--{boundary}".encode()
    return b"\r\n".join((head, *(b"\r\n".join((mark_of_part, part)) for part in parts), mark_of_part + b"--", b""))


def _headers(headers: Mapping[str, Header | str]) -> bytes:
    """Write headers, folded, in this order."""
    # The policy folds a Header itself; the published types know only of texts.
    return b"".join(_POLICY.fold_binary(name, value) for name, value in headers.items())  # type: ignore[arg-type]


def _part(text: str, subtype: str) -> bytes:
    """Write one part in quoted-printable: every server carries it unchanged, and it reads almost as it is."""
    kind = f'text/{subtype}; charset="utf-8"'
    head = {"Content-Type": kind, "MIME-Version": "1.0", "Content-Transfer-Encoding": "quoted-printable"}
    return b"\r\n".join((_headers(head), b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")))


def _named(name: str, address: str) -> Header | str:
    """Write an address after the name to show; an encoded name needs no quotes, whatever it holds."""
    if not name:
        return address
    header = Header(name, "utf-8", _WIDTH, "From")
    header.append(f"<{address}>", "us-ascii")
    return header
