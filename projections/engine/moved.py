"""What a batch of events moves of the figures that open pages follow, named for those who hear of it.

A name is the id of a campaign, of a contribution, or of a coop for its list of classes; what a coop holds has a name
made of the coop's. Who follows something else is not woken: a payment wakes the pages of its campaign, of its family
and of its coop's home, and a payout the last only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from domain.events.by_hand.cash import CashSlipCorrected
from domain.events.contribution import CashReceived, ContributionPlaced
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentWithdrawn
from projections import contributions, directory, participants
from projections.base.read_model import BookedEvent
from projections.by_hand import refund_lines
from projections.held import set_aside

EVERYTHING: Final = "*"
"""Said where the names would not fit into one notice (8,000 bytes): whoever follows anything of the ledger looks."""
MOST_NAMES: Final = 200
_OF_FAMILIES: Final = contributions.EVENTS | participants.EVENTS | refund_lines.EVENTS
_OF_COOP: Final = set_aside.EVENTS | {
    CashReceived,
    CashSlipCorrected,
    ExternalPaymentRecorded,
    ExternalPaymentWithdrawn,
}
"""What a coop's home shows beside what moves the online account."""
_FUNDS: Final = 0xF0_0D5


def funds_name(coop_id: UUID) -> UUID:
    """Return the name under which it is told that something moved of what a coop holds or collects."""
    return UUID(int=coop_id.int ^ _FUNDS)


def names_of_moved(facts: Iterable[BookedEvent]) -> str:
    """Return the names of what some events move, as a notice tells them: ids in hexadecimal, separated by commas."""
    names = {name for fact in facts for name in _names(fact)}
    return EVERYTHING if len(names) > MOST_NAMES else ",".join(sorted(name.hex for name in names))


def _names(fact: BookedEvent) -> Iterator[UUID]:
    """Name what one event moves."""
    event: Any = fact.event
    if fact.coop_id is not None and (fact.movement is not None or type(event) in _OF_COOP):
        yield funds_name(fact.coop_id)
    if type(event) in directory.EVENTS:
        yield fact.stream_id
    elif type(event) in _OF_FAMILIES:
        yield event.contribution_id
        if not _only_promises(event):
            yield fact.stream_id


def _only_promises(event: object) -> bool:
    """Tell a basket that is still to be paid: no sheet of a campaign counts it, and very many come at a time."""
    return isinstance(event, ContributionPlaced) and any(line.cents for line in event.lines)
