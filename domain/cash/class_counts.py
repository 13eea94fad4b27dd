"""The cash of a class, counted by two people: one contribution a slip, and the count beside what the slips say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.contribution import Contribution
from domain.campaign.state import Campaign, CampaignCommand
from domain.cash.pieces import check_pieces, total_of
from domain.errors import AlreadyExists, InvalidInput, PolicyForbids
from domain.events.association import Policy
from domain.events.base import Event, Tariff, Value
from domain.events.by_hand.cash import ClassCashCounted, Pieces
from domain.events.contribution import CashReceived, ContributionPlaced
from domain.money import check_amount
from domain.school_classes import class_code
from domain.vocabulary.pieces import Witness
from domain.vocabulary.references import check_reference

MAX_SLIPS: Final = 60
"""Slips of one count: a class has half as many children, and some families give twice."""


class CountedSlip(Value, frozen=True, kw_only=True):
    """One slip: its number, what was in the envelope, at which tariff; the ids stand for whom it may be named after."""

    slip: str
    cents: int
    tariff_id: str
    contribution_id: UUID
    payer_id: UUID
    participant_id: UUID
    commitment: str


def tariff_for(tariffs: Mapping[str, Tariff], cents: int) -> str | None:
    """Return the tariff that an amount pays for one child, a fixed one before a free one; None when none does."""
    fixed = (key for key, one in tariffs.items() if not one.free and one.tiers[0] == cents)
    free = (key for key, one in tariffs.items() if one.free and one.tiers[0] <= cents)
    return next(fixed, None) or next(free, None)


class CountClassCash(CampaignCommand, frozen=True, kw_only=True):
    """Write down the cash of a class as two people counted it, slip by slip and coin by coin.

    What the box receives is what the slips say, each a contribution of its own; what was counted stands beside it.
    """

    KIND: ClassVar[str] = "CountClassCash"
    count_id: UUID
    class_label: str
    slips: tuple[CountedSlip, ...]
    pieces: tuple[Pieces, ...]
    witness: Witness
    policy: Policy
    known_classes: dict[int, tuple[str, ...]] = msgspec.field(default_factory=dict)

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Counted once; refuse where the association records no cash, no slip at all, and a number that is taken."""
        if not self.policy.cash_recording:
            raise PolicyForbids(means="cash")
        numbers = tuple(check_reference(one.slip) for one in self.slips)
        if self.count_id in state.class_counts:
            if state.class_counts[self.count_id] != numbers:
                raise AlreadyExists(count=self.count_id)
            return ()
        if not 1 <= len(numbers) <= MAX_SLIPS:
            raise InvalidInput(slips=len(numbers))
        if len(set(numbers)) < len(numbers) or not state.slips.keys().isdisjoint(numbers):
            raise AlreadyExists(slips=len(numbers))
        known = self.known_classes.get(state.school_year, ())
        counted = ClassCashCounted(
            at=self.at,
            by=self.by,
            count_id=self.count_id,
            class_code=class_code(self.class_label, known),
            slips=numbers,
            expected=check_amount(sum(check_amount(one.cents) for one in self.slips)),
            counted=total_of(check_pieces(self.pieces)),
            pieces=self.pieces,
            witness=self.witness.value,
        )
        received = (event for one in self.slips for event in self._received(state, one))
        return (*received, counted)

    def _received(self, state: Campaign, slip: CountedSlip) -> Iterator[Event]:
        """What one slip makes: a contribution of one child, and its cash in the box."""
        place = PlaceContribution(
            stream_id=self.stream_id,
            stamp=self.stamp,
            contribution_id=slip.contribution_id,
            payer_id=slip.payer_id,
            commitment=slip.commitment,
            children=(
                Child(
                    participant_id=slip.participant_id,
                    class_label=self.class_label,
                    tariff_id=slip.tariff_id,
                    cents=slip.cents,
                ),
            ),
            means="cash",
            known_classes=self.known_classes,
            desk=True,
        )
        for event in place.decide(state):
            yield event
            if isinstance(event, ContributionPlaced):
                yield CashReceived(
                    at=self.at,
                    by=self.by,
                    contribution_id=slip.contribution_id,
                    slip=slip.slip,
                    cents=slip.cents,
                    shares=Contribution(event).split_payment(slip.cents),
                    paid_at=self.at,
                )
