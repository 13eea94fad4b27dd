"""Writing a count of a class down: a person without a name for each slip, one command, once however often it is sent.

No name is typed at a count: the vault holds the number of the paper slip in its place, and the paper says whose
it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from adapters.people_vault import Person
from domain.aggregate import Stamp
from domain.cash.class_counts import CountClassCash, CountedSlip
from domain.events.association import Policy
from service import people
from service.cash.typed_counts import ReadCount, ReadSlip
from service.runtime.open_ledger import OpenLedger

NewId = Callable[[str], UUID]
"""Makes an identifier of what a form creates: the same for the same name, whenever the form is sent."""
_SLIP: Final = "Bordereau"


class CountPlace(NamedTuple):
    """Where cash was counted: the class by its code, of a campaign of a coop."""

    coop_id: UUID
    campaign_id: UUID
    class_code: str
    known_classes: Mapping[int, tuple[str, ...]]


def write_down(
    opened: OpenLedger, place: CountPlace, read: ReadCount, policy: Policy, stamp: Stamp, new_id: NewId, key: str
) -> int | None:
    """Write a count down under a key; return the position of the log at which it is known.

    Raises:
        LedgerError: the campaign is archived, a number was taken meanwhile: nothing is recorded.

    """
    with people.people_of_command(opened.vault) as kept:
        payers = [
            people.new_payer(place.coop_id, new_id(f"payer {one.slip}"), _unnamed(one), stamp.at) for one in read.slips
        ]
        children = people.new_children(
            place.coop_id, {new_id(f"child {one.slip}"): _unnamed(one) for one in read.slips}, stamp.at
        )
        commitments = kept.put_many([*payers, *children])
        command = CountClassCash(
            stream_id=place.campaign_id,
            stamp=stamp,
            count_id=new_id("count"),
            class_label=place.class_code,
            slips=tuple(_slip(one, new_id, commitments) for one in read.slips),
            pieces=read.pieces,
            witness=read.witness,
            policy=policy,
            known_classes=dict(place.known_classes),
        )
        (outcome,) = opened.ledger.bus.submit(command, key=key).result()
    return outcome.last_position


def _unnamed(slip: ReadSlip) -> Person:
    """Whom a slip stands for: the slip itself, in one word that lists sort by."""
    return Person("", f"{_SLIP} {slip.slip}")


def _slip(slip: ReadSlip, new_id: NewId, commitments: Mapping[UUID, str]) -> CountedSlip:
    payer_id = new_id(f"payer {slip.slip}")
    return CountedSlip(
        slip=slip.slip,
        cents=slip.cents,
        tariff_id=slip.tariff_id,
        contribution_id=new_id(f"contribution {slip.slip}"),
        payer_id=payer_id,
        participant_id=new_id(f"child {slip.slip}"),
        commitment=commitments[payer_id],
    )
