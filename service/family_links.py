"""Where the tokens of families lead, as e-mails, redirections and the payment provider write it.

Paths alone: what comes before them is the public address of the installation, never what a request says of itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import timedelta
from typing import Final

from adapters.people_vault import TokenPurpose

LINK_LIFE: Final = timedelta(days=30)
"""How long a link to a receipt or to a contribution is good; another can be asked for."""
RETURN: Final = "retour"
"""Where the provider's page leads back to: ``/{association}/retour/{token}``."""
RETURN_SECRET: Final = "returns"  # noqa: S105 - the name of the secret in the vault
PATHS: Final = {
    TokenPurpose.CONTRIBUTION: "contributions",
    TokenPurpose.RECEIPT: "attestation",
    TokenPurpose.PLAN: "echeances",
    TokenPurpose.INSTALMENT: "payer-echeance",
    TokenPurpose.RETURN_PAID: RETURN,
    TokenPurpose.RETURN_LEFT: RETURN,
}
"""Where links lead: ``/{association}/{path}/{token}``."""
_SECRETS: Final = re.compile(
    r"/[^/]+/(?:paniers|rappel|contributions|attestation|echeances|payer-echeance|retour|preuve|messages|etat"
    r"|compte/confirmation|compte/mot-de-passe|connexion(?!/cle(?:/|$))|invitation)/[^/]+(?:/.*)?",
    re.DOTALL,
)


def link_path(association: str, purpose: TokenPurpose, token: str) -> str:
    """Return where a token leads, without the host."""
    return f"/{association}/{PATHS[purpose]}/{token}"


def holds_secret(path: str) -> bool:
    """Tell whether a path holds a token: who has such an address needs no session."""
    return _SECRETS.fullmatch(path) is not None


def return_token(secret: bytes, purpose: TokenPurpose, page_key: str) -> str:
    """Return the token by which a payment page leads back, always the same for one page.

    The provider keeps and shows it, and repeats it in its webhooks: it is exchanged once, after a departure from our
    pages, and opens nothing itself. It is made of the page's key since a page must be asked for in the same words.
    """
    made = hmac.new(secret, f"{purpose}\n{page_key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
