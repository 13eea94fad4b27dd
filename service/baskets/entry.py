"""A basket that is entered at the desk, placed together with what receives its money: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from adapters.log.bus.submission import submission
from adapters.people_vault import Person
from domain.aggregate import Intent, Stamp
from domain.campaign.basket import Child, PlaceContribution
from domain.limits.charges import ChargeLimits
from service import people
from service.runtime.open_ledger import OpenLedger

_PATIENCE: Final = 30.0


class EnteredBasket(NamedTuple):
    """A family's basket as it is entered: who pays, the children with their prices, and how it is paid.

    ``pupils`` are the children by the ids that ``children`` give them.
    """

    campaign_id: UUID
    coop_id: UUID
    contribution_id: UUID
    payer_id: UUID
    payer: Person
    children: tuple[Child, ...]
    pupils: dict[UUID, Person]
    means: str
    known_classes: dict[int, tuple[str, ...]]
    limits: ChargeLimits


def place_entered(
    opened: OpenLedger, basket: EnteredBasket, received: Sequence[Intent[Any]], stamp: Stamp
) -> int | None:
    """Place a basket, and record what was received of it; return the last position of the log that tells so.

    Names go to the vault, and stay there only if the whole is accepted.

    Raises:
        LedgerError: the campaign, a tariff, a slip or a day is refused; nothing is recorded.

    """
    with people.people_of_command(opened.vault) as kept:
        named = people.new_children(basket.coop_id, basket.pupils, stamp.at)
        payer = people.new_payer(basket.coop_id, basket.payer_id, basket.payer, stamp.at)
        commitments = kept.put_many([payer, *named])
        placed = PlaceContribution(
            stream_id=basket.campaign_id,
            contribution_id=basket.contribution_id,
            payer_id=basket.payer_id,
            commitment=commitments[basket.payer_id],
            children=basket.children,
            means=basket.means,
            limits=basket.limits,
            known_classes=basket.known_classes,
            desk=True,
            stamp=stamp,
        )
        asked = [submission(one) for one in (placed, *received)]
        outcomes = opened.ledger.bus.submit_together(asked).result(_PATIENCE)
    return outcomes[-1].last_position
