"""Numbers of documents as people write them: of a slip, of minutes, of terms; and of people. No name passes for one.

A number has digits, and letters only before them, four at most: ``B1``, ``2024-017``, ``PV 12``, ``R-2024/3``.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from domain.errors import ActorInvalid, CouncilDecisionInvalid, InvalidInput, ReferenceInvalid

DOCUMENT_NUMBER: Final = r"(?:[A-Za-z]{1,4}[ ./:-]?)?[0-9]{1,8}(?:[./:-][0-9]{1,8}){0,3}"
"""How a document's number is written."""
TERMS_VERSION: Final = r"[0-9]{1,4}(?:-[0-9]{1,2}){0,2}"
"""How a version of the terms of use and sale is written: ``2026-11``."""
REFERENCE: Final = r"[A-Z-]*[0-9][A-Z0-9-]*"
"""How the number of a slip or of a bank line is written, in 20 characters at most: with a digit, as no name is."""
LONGEST_REFERENCE: Final = 20
MADE_UP_DIGITS: Final = 20
"""Digits of the references that imports make up where a file has none, which no person types."""
_REFERENCE: Final = re.compile(REFERENCE)
_ACTOR: Final = re.compile(rf"{DOCUMENT_NUMBER}|[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")
_TERMS: Final = re.compile(TERMS_VERSION)
_DECISION: Final = re.compile(rf"(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?: (?:{DOCUMENT_NUMBER}))?")


def check_actor(actor: str) -> None:
    """Refuse what is no opaque id for a person or a program: every event that it decides will carry it."""
    if not _ACTOR.fullmatch(actor):
        raise ActorInvalid(given=actor)


def check_reference(reference: str) -> str:
    """Return the number of a slip or of a bank line; refuse what is none."""
    if len(reference) > LONGEST_REFERENCE or not _REFERENCE.fullmatch(reference):
        raise ReferenceInvalid(given=reference)
    return reference


def is_made_up(reference: str) -> bool:
    """Tell whether an import made a reference up, because its file had none."""
    return len(reference) == MADE_UP_DIGITS and reference.isdigit()


def check_terms_version(version: str) -> None:
    """Refuse what is no version of the terms of use and sale."""
    if not _TERMS.fullmatch(version):
        raise InvalidInput(terms_version=version)


def council_decision(decided_on: date, minutes: str = "") -> str:
    """Write a decision of the Conseil as the log keeps it: its day, and the number of its minutes if they have one."""
    return f"{decided_on.isoformat()} {minutes}".rstrip()


def check_council_decision(decision: str, today: date) -> str:
    """Return a decision of the Conseil that was taken by ``today``.

    Raises:
        CouncilDecisionInvalid: it is none, or of a day to come.

    """
    read = _DECISION.fullmatch(decision)
    try:
        taken = read is not None and date.fromisoformat(read["day"]) <= today
    except ValueError:
        taken = False
    if not taken:
        raise CouncilDecisionInvalid(given=decision)
    return decision
