"""The other platforms by which coops collect: a code of a short list, its French name, and references given there.

An event keeps both for ever, so a reference is what platforms number by (capitals, digits, hyphens, at least one
digit): no name passes for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.external.errors import PlatformReferenceInvalid, PlatformUnknown

PLATFORM_REFERENCE: Final = r"[A-Z-]{0,19}[0-9][A-Z0-9-]{0,19}"
"""How a reference at another platform is written; twenty characters at most."""
MAX_REFERENCE: Final = 20
_REFERENCE: Final = re.compile(PLATFORM_REFERENCE)
_NUMBER: Final = re.compile("[0-9]{1,16}|[0-9A-F]{5}-[0-9A-F]{5}")
"""Digits, or an order number of ours; three places are left for a count behind it."""


class Platform(StrEnum):
    """Who held the money of a payment that was made elsewhere."""

    ASSOCONNECT = "assoconnect"
    HELLOASSO = "helloasso"
    COTIZUP = "cotizup"
    LYDIA = "lydia"
    OTHER = "other"


_FRENCH: Final[Mapping[str, str]] = {
    Platform.ASSOCONNECT: "AssoConnect",
    Platform.HELLOASSO: "HelloAsso",
    Platform.COTIZUP: "Cotizup",
    Platform.LYDIA: "Lydia",
    Platform.OTHER: "Autre plateforme",
}


def listed_platform(code: str) -> str:
    """Return the code of a platform that is on the list.

    Raises:
        PlatformUnknown: it is not.

    """
    if code not in _FRENCH:
        raise PlatformUnknown(given=code)
    return Platform(code).value


def french_platform(code: str) -> str:
    """Return how people call a platform."""
    return _FRENCH[code]


def platform_reference(reference: str) -> str:
    """Return a reference given by another platform.

    Raises:
        PlatformReferenceInvalid: it is none.

    """
    if len(reference) > MAX_REFERENCE or not _REFERENCE.fullmatch(reference):
        raise PlatformReferenceInvalid(given=reference)
    return reference


def is_platform_number(text: str) -> bool:
    """Tell whether a text of a file is a number that a platform gives, and may be kept in the log: no name is one."""
    return bool(_NUMBER.fullmatch(text) and _REFERENCE.fullmatch(text))
