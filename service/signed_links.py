"""Signed addresses for e-mails: the holder of one may do one thing with one contribution, until a day.

A token is ids, a number and a day, sealed with a secret of the association (HMAC-SHA-256) that also covers what it is
for: a link to a receipt pays nothing. It holds no name and needs no table.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from domain.errors import LedgerError, NotFound

RECEIPT_LINK_LIFE: Final = timedelta(days=30)
"""How long a link to a receipt is valid; another can be asked for."""
SECRET: Final = "links"  # noqa: S105 - the name of the secret in the vault
_CONTENT: Final = struct.Struct(">BI16s16s")
"""Number of the instalment, last day, campaign, contribution."""
_SEAL_BYTES: Final = hashlib.sha256().digest_size


class LinkPurpose(StrEnum):
    """What a link is for."""

    PAY_INSTALMENT = "pay-instalment"
    """Pay one instalment that was refused."""
    RECEIPT = "receipt"
    """Obtain the « attestation de paiement »."""
    MANAGE = "manage"
    """Change the card of the instalments to come, or stop them."""


PATHS: Final = {
    LinkPurpose.PAY_INSTALMENT: "payer-echeance",
    LinkPurpose.RECEIPT: "attestation",
    LinkPurpose.MANAGE: "echeances",
}
"""Where links lead: ``/{association}/{path}/{token}``."""


class LinkInvalid(NotFound):
    """No token of ours, or one for something else."""

    code = "link-invalid"
    sentence = "Ce lien n’est pas valable. Ouvrez à nouveau celui de l’e-mail, en entier."


class LinkExpired(LedgerError):
    """The last day of the link is over."""

    status = 410
    code = "link-expired"
    sentence = "Ce lien n’est plus valable. Demandez-en un autre à la coopérative. Rien n’a été débité."


class SignedLink(NamedTuple):
    """What may be done with which contribution, up to the end of a Paris day; ``number`` is an instalment's, or 0."""

    purpose: LinkPurpose
    campaign_id: UUID
    contribution_id: UUID
    until: date
    number: int = 0


def write_token(secret: bytes, link: SignedLink) -> str:
    """Return the token of a link; the same link always has the same."""
    content = _CONTENT.pack(link.number, link.until.toordinal(), link.campaign_id.bytes, link.contribution_id.bytes)
    return _text(content + _seal(secret, link.purpose, content))


def read_token(secret: bytes, purpose: LinkPurpose, token: str, today: date) -> SignedLink:
    """Read a token for one purpose, on a Paris day.

    Raises:
        LinkInvalid: altered, made up, of another association or for another purpose.
        LinkExpired: it was valid until an earlier day.

    """
    link = read_old_token(secret, purpose, token)
    if today > link.until:
        raise LinkExpired(contribution=link.contribution_id, until=link.until)
    return link


def read_old_token(secret: bytes, purpose: LinkPurpose, token: str) -> SignedLink:
    """Read a token for one purpose whatever its day: for who asks for another.

    Raises:
        LinkInvalid: altered, made up, of another association or for another purpose.

    """
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise LinkInvalid(kind="form") from None
    content, seal = sealed[:-_SEAL_BYTES], sealed[-_SEAL_BYTES:]
    if len(content) != _CONTENT.size or not hmac.compare_digest(seal, _seal(secret, purpose, content)):
        raise LinkInvalid(kind="seal")
    number, last_day, campaign_id, contribution_id = _CONTENT.unpack(content)
    return SignedLink(purpose, UUID(bytes=campaign_id), UUID(bytes=contribution_id), date.fromordinal(last_day), number)


def address(public_url: str, association: str, secret: bytes, link: SignedLink) -> str:
    """Return the address of a link, as e-mails hold it."""
    return f"{public_url}/{association}/{PATHS[link.purpose]}/{write_token(secret, link)}"


def _seal(secret: bytes, purpose: LinkPurpose, content: bytes) -> bytes:
    return hmac.new(secret, f"coopledger link 1 {purpose}\n".encode() + content, hashlib.sha256).digest()


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
