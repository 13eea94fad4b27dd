"""Reading what names something: an association's slug and SIREN, a reference of another system, a site, a class."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from stdnum.exceptions import ValidationError
from stdnum.fr import siren

from adapters.fields.errors import FieldError
from domain.texts.origins import MAX_ORIGIN

MAX_REFERENCE: Final = 100
"""Characters of an identifier that another system or an administrator gave."""
MAX_SITE: Final = 500
"""Characters of the address of a site, of which the origin is kept."""
_SIREN: Final = 20
"""Characters of a SIREN as people write it: nine digits by threes."""
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
TAKEN: Final = frozenset(
    {
        *("api", "provider", "static", "style"),  # addresses of the service itself
        *("files", "public", "registry", "trail", "vault", "work"),  # schemas of its database
    }
)
"""What no association is called: its short name begins its addresses, and is the name of its schema."""
_READ_MODELS: Final = "_read"
"""How the schema of an association's read models ends."""
_REFERENCE: Final = re.compile(rf"[A-Za-z0-9_.:/-]{{1,{MAX_REFERENCE}}}")
_NO_SITE: Final = "Cette adresse n’est pas celle d’un site. Exemple\u00a0: https://ecole.example."


def read_slug(text: str) -> str:
    """Read the short name of an association, which is in its address and the name of its schema.

    Raises:
        FieldError: anything but lower-case letters, digits and underscores, from 2 to 40, a letter first; or a name
            that the service uses itself.

    """
    if _SLUG.fullmatch(text) is None:
        raise FieldError("Cette adresse courte n’est pas valable\u00a0: de 2 à 40 lettres minuscules et chiffres.")
    if text in TAKEN or text.startswith("pg_") or text.endswith(_READ_MODELS):
        raise FieldError("Cette adresse courte est déjà prise par le service. Exemple\u00a0: ad06.")
    return text


def read_siren(text: str) -> str:
    """Read a SIREN, nine digits of which the last is a key (Luhn), written with or without spaces.

    Raises:
        FieldError: another length, other signs, or a wrong key.

    """
    refusal = FieldError("Ce SIREN n’est pas valable\u00a0: vérifiez les neuf chiffres.")
    if len(text) > _SIREN:
        raise refusal
    try:
        return str(siren.validate(text))
    except ValidationError:
        raise refusal from None


def read_reference(text: str) -> str:
    """Read an identifier of another system: it is kept as it is, and may be shown or logged.

    Raises:
        FieldError: a space, an accent or another sign that identifiers do not have, or more than 100 characters.

    """
    if _REFERENCE.fullmatch(text) is None:
        raise FieldError(
            f"Cette référence n’est pas valable\u00a0: {MAX_REFERENCE} lettres, chiffres et tirets au plus, sans blanc."
        )
    return text


def read_site(text: str) -> str:
    """Read the origin of a site's address, typed with or without its scheme or a path; ``https`` unless it says other.

    Raises:
        FieldError: too long, or without a host.

    """
    if len(text) > MAX_SITE:
        raise FieldError(_NO_SITE)
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = "" if parts.port is None or (parts.scheme, parts.port) == ("https", 443) else f":{parts.port}"
    except ValueError:  # brackets that make no sense, a port that is no number, a label that is none
        raise FieldError(_NO_SITE) from None
    if not host or parts.username is not None or len(host) > MAX_ORIGIN:
        raise FieldError(_NO_SITE)
    return f"{parts.scheme}://{host}{port}"
