"""The charter of collections as people read it: the ledger numbers its versions, the database keeps their texts."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from adapters.files import CharterStore
from domain.aggregate import Stamp
from domain.association.commands import PublishCharter
from domain.association.state import Association, PublishedCharter
from domain.calendar import paris_date
from service.fields import read_charter
from service.runtime.open_ledger import OpenLedger

_LONGEST_HEADING: Final = 90
_NUMBERED: Final = re.compile(r"(?:Article )?[0-9]{1,2}[.)\u00a0 ]")


class CharterParagraph(NamedTuple):
    """A line of a charter, as pages set it."""

    text: str
    is_heading: bool


class CharterText(NamedTuple):
    """A version of the charter: its number, its text and the Paris day on which it was published.

    The text is empty where it was published before texts were kept (ADR 61): such a version cannot be accepted.
    """

    version: int
    text: str
    published_on: date

    @property
    def paragraphs(self) -> list[CharterParagraph]:
        """The text by paragraphs, a line each; the first line and those that begin with a number alone are headings."""
        lines = [line for line in self.text.splitlines() if line.strip()]
        return [
            CharterParagraph(
                line, is_heading=len(line) <= _LONGEST_HEADING and (not place or bool(_NUMBERED.match(line)))
            )
            for place, line in enumerate(lines)
        ]


def charter_publication(store: CharterStore, association_id: UUID, stamp: Stamp, text: str) -> PublishCharter:
    """Keep the text of the next version, and return the command that publishes it.

    Raises:
        FieldError: nothing would be seen of it, or it is too long.

    """
    return PublishCharter(stream_id=association_id, stamp=stamp, text_sha256=store.keep(read_charter(text)))


def charter_in_force(opened: OpenLedger, association: Association) -> CharterText | None:
    """Return the charter that an association's state has in force; None before the first."""
    found = _texts(opened, association.charters[-1:])
    return found[0] if found else None


def charter_versions(opened: OpenLedger, association: Association) -> list[CharterText]:
    """Return all versions of an association's charter, the latest first."""
    return _texts(opened, association.charters[::-1])


def _texts(opened: OpenLedger, charters: list[PublishedCharter]) -> list[CharterText]:
    """Add the texts to versions, all by one query."""
    if not charters:
        return []
    texts = opened.charters.find_many({one.text_sha256 for one in charters})
    return [CharterText(one.version, texts.get(one.text_sha256, ""), paris_date(one.at)) for one in charters]
