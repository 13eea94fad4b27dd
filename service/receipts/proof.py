"""What the code on a receipt holds: what was printed, and where the ledger stood, sealed so that it shows nothing.

The reader of the code is not the family, so the ids in it must not be readable: they would lead to the family's pages.
The token is therefore encrypted and authenticated (AES-SIV, RFC 5297) with a secret of the association; it holds
amounts and ids, and no name. Nothing is kept of it.
"""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from domain.calendar import add_months
from service.receipts.errors import ProofOver, ProofUnknown

SECRET: Final = "proofs"  # noqa: S105 - the name of the secret in the vault
PATH: Final = "preuve"
"""Where the code leads: ``/{association}/preuve/{token}``."""
LINK_BYTES: Final = 10
"""How much of the chain's hash a receipt carries; with it the token ends on a whole character."""
_CONTENT: Final = struct.Struct(f">16s16sIIIQ{LINK_BYTES}s")
_ABOUT: Final = (b"coopledger proof 1",)
_MONTHS: Final = 120


class PrintedReceipt(NamedTuple):
    """What a receipt says: cents received and kept on its day of issue (Paris), and how far the ledger had come.

    ``link`` begins the chain hash of the event at ``position``: it stands for every event up to there.
    """

    campaign_id: UUID
    contribution_id: UUID
    issued_on: date
    paid: int
    kept: int
    position: int
    link: bytes


def write_proof(secret: bytes, printed: PrintedReceipt) -> str:
    """Return the token of a receipt; the same receipt always has the same."""
    ids = (printed.campaign_id.bytes, printed.contribution_id.bytes)
    amounts = (printed.paid, printed.kept, printed.position, printed.link)
    content = _CONTENT.pack(*ids, printed.issued_on.toordinal(), *amounts)
    return base64.urlsafe_b64encode(AESSIV(secret).encrypt(content, list(_ABOUT))).decode()


def read_proof(secret: bytes, token: str, today: date) -> PrintedReceipt:
    """Read a token on a Paris day, up to ten years after the receipt was issued.

    Raises:
        ProofUnknown: altered, made up, of another association, or a link of another kind.
        ProofOver: the ten years are over.

    """
    try:
        sealed = base64.b64decode(token, altchars=b"-_", validate=True)
        content = AESSIV(secret).decrypt(sealed, list(_ABOUT))
        campaign_id, contribution_id, issued, *rest = _CONTENT.unpack(content)
    except (binascii.Error, ValueError, InvalidTag, struct.error):
        raise ProofUnknown(kind="token") from None
    printed = PrintedReceipt(UUID(bytes=campaign_id), UUID(bytes=contribution_id), date.fromordinal(issued), *rest)
    if today > add_months(printed.issued_on, _MONTHS):
        raise ProofOver(contribution=printed.contribution_id)
    return printed
