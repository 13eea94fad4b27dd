"""The basket of a family: priced, placed, abandoned, corrected (S-180…S-202)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from domain.campaign.settings import check_editable
from domain.campaign.state import Campaign, CampaignCommand, CampaignStatus
from domain.errors import (
    AlreadyExists,
    AmountInvalid,
    AnswerMissing,
    CampaignClosed,
    Conflict,
    InvalidInput,
    OutsideWindow,
    TariffMismatch,
    TermsNotAccepted,
)
from domain.events.base import Event, Line, Tariff, Value
from domain.events.contribution import ContributionAbandoned, ContributionCorrected, ContributionPlaced
from domain.limits.charges import ANY_CHARGE, ChargeLimits
from domain.money import check_amount
from domain.school_classes import UNASSIGNED, class_code, is_same_class
from domain.vocabulary.means import CARD
from domain.vocabulary.reasons import AbandonReason, CorrectionReason, listed_reason
from domain.vocabulary.references import check_terms_version

MAX_CHILDREN: Final = 20
_DESK_MEANS: Final = ("cash", "external")
"""Means that the mandate holder alone may enter; the tip left with either is not the coop's, nor ours to book."""


class Child(Value, frozen=True, kw_only=True):
    """One child of a basket: its id, its class as written, its tariff and, for a free tariff, the chosen cents.

    ``cents`` is what the family saw; a price that changed meanwhile refuses the basket rather than surprise it.
    """

    participant_id: UUID
    class_label: str
    tariff_id: str
    cents: int | None = None
    answers: tuple[str, ...] = ()
    """The questions of step 3 that were answered for this child; the answers themselves lie in the vault."""


def price_basket(tariffs: Mapping[str, Tariff], children: Sequence[Child]) -> tuple[int, ...]:
    """Price each child, siblings by their rank at the same tariff: first, second, then every further one (S-70).

    Raises:
        TariffMismatch: an unknown tariff, or an amount that is not its price.

    """
    ranks: Counter[str] = Counter()
    prices = []
    for child in children:
        tariff = tariffs.get(child.tariff_id)
        if tariff is None:
            raise TariffMismatch(tariff=child.tariff_id, allowed=tuple(tariffs))
        rank = min(ranks[child.tariff_id], len(tariff.tiers) - 1)
        ranks[child.tariff_id] += 1
        price = tariff.tiers[rank]
        if tariff.free and child.cents is not None and child.cents >= price:
            price = child.cents
        if child.cents not in (None, price):
            raise TariffMismatch(tariff=child.tariff_id, seen=child.cents, price=price)
        prices.append(price)
    return tuple(prices)


def basket_lines(children: Sequence[Child], prices: Sequence[int], known: Sequence[str]) -> tuple[Line, ...]:
    """Number the children from 1 and reduce their classes to codes, those of the coop's list where it has one.

    Raises:
        ClassInvalid: a class that cannot be read, or is not on the list.

    """
    return tuple(
        Line(
            line=number,
            participant_id=child.participant_id,
            class_code=class_code(child.class_label, known) if child.class_label.strip() else UNASSIGNED,
            tariff_id=child.tariff_id,
            cents=price,
        )
        for number, (child, price) in enumerate(zip(children, prices, strict=True), start=1)
    )


class PlaceContribution(CampaignCommand, frozen=True, kw_only=True):
    """Place a family's basket, before any money. A basket of nothing is a contribution of which nothing is due.

    ``limits`` are those of payments by card; ``known_classes`` is the coop's list by school year, where it manages
    one; ``desk`` is an entry by the mandate holder, for whom the link and the window do not count (S-105, S-138).
    """

    KIND: ClassVar[str] = "PlaceContribution"
    contribution_id: UUID
    payer_id: UUID
    commitment: str
    children: tuple[Child, ...]
    tip_cents: int = 0
    means: str = CARD
    instalments: int = 1
    limits: ChargeLimits = ANY_CHARGE
    terms_version: str = ""
    known_classes: dict[int, tuple[str, ...]] = msgspec.field(default_factory=dict)
    desk: bool = False

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse a closed campaign, a window that is not open, unknown classes, tariffs or means."""
        if self.contribution_id in state.contributions:
            raise AlreadyExists(contribution=self.contribution_id)
        self._check_open(state)
        self._check_means(state)
        self._check_answers(state)
        if not 1 <= len(self.children) <= MAX_CHILDREN:
            raise InvalidInput(children=len(self.children))
        known = self.known_classes.get(state.school_year, ())
        prices = price_basket(state.tariffs, self.children)
        lines = basket_lines(self.children, prices, known)
        self._check_amounts(state, prices)
        return (
            ContributionPlaced(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                payer_id=self.payer_id,
                commitment=self.commitment,
                lines=lines,
                tip_cents=self.tip_cents,
                means=self.means,
                instalments=self.instalments,
                terms_version=self.terms_version,
            ),
        )

    def _check_amounts(self, state: Campaign, prices: Sequence[int]) -> None:
        """What is given at a free tariff is said, be it nothing; a card can pay the basket, with its tip and without.

        Whatever the means, there is nothing to split and no tip where there is nothing to pay.
        """
        for child, price in zip(self.children, prices, strict=True):
            if not price and child.cents is None and state.tariffs[child.tariff_id].free:
                raise AmountInvalid(tariff=child.tariff_id)
        check_amount(self.tip_cents, minimum=0)
        limits = self.limits if self.means == CARD else ANY_CHARGE
        limits.check_basket(check_amount(sum(prices), minimum=0), self.tip_cents, self.instalments)

    def _check_answers(self, state: Campaign) -> None:
        """The public accepts the terms and answers what step 3 requires for each child (S-75…S-82, S-195, S-207)."""
        if self.terms_version:
            check_terms_version(self.terms_version)
        if self.desk:
            return
        if not self.terms_version:
            raise TermsNotAccepted(contribution=self.contribution_id)
        for field in state.fields:
            if field.state == "required" and not all(_answers(child, field.name) for child in self.children):
                raise AnswerMissing(contribution=self.contribution_id, column=field.name)

    def _check_open(self, state: Campaign) -> None:
        """The public needs a published campaign and an open window; the desk only one that is not archived."""
        if self.desk:
            if state.status in (CampaignStatus.DRAFT, CampaignStatus.ARCHIVED):
                raise CampaignClosed(campaign=state.id, status=state.status)
            return
        if state.status is not CampaignStatus.PUBLISHED or not state.by_link:
            raise CampaignClosed(campaign=state.id, status=state.status)
        if not is_open(state, self.at):
            raise OutsideWindow(campaign=state.id, at=self.at)

    def _check_means(self, state: Campaign) -> None:
        """Card, or at the desk cash or another platform; tip and instalments by card, as many as are offered."""
        offered = 1 if state.instalments is None else state.instalments.count
        at_desk = self.desk and self.means in _DESK_MEANS
        if self.means not in state.means and not at_desk:
            raise Conflict(means=self.means, offered=state.means)
        if self.means in _DESK_MEANS and self.tip_cents:
            raise Conflict(means=self.means, tip=self.tip_cents)
        if self.instalments != 1 and (self.instalments != offered or self.means != "card"):
            raise Conflict(instalments=self.instalments, offered=offered)


def _answers(child: Child, question: str) -> bool:
    """Tell whether a question was answered for a child; its class is part of the basket itself."""
    return bool(child.class_label.strip()) if question == "class" else question in child.answers


def is_open(state: Campaign, instant: datetime) -> bool:
    """Tell whether an instant lies in the opening window, its end excluded (S-109)."""
    after = state.opens_at is None or instant >= state.opens_at
    return after and (state.closes_at is None or instant < state.closes_at)


class AbandonContribution(CampaignCommand, frozen=True, kw_only=True):
    """Record that a basket was left or expired without payment; ``reason`` is an ``AbandonReason``."""

    KIND: ClassVar[str] = "AbandonContribution"
    contribution_id: UUID
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse a reason that is not listed, and when something was paid; twice changes nothing."""
        contribution, reason = state.contribution(self.contribution_id), listed_reason(AbandonReason, self.reason)
        if contribution.abandoned:
            return ()
        if contribution.received:
            raise Conflict(contribution=self.contribution_id, paid=True)
        return (
            ContributionAbandoned(
                at=self.at, by=self.by, contribution_id=self.contribution_id, reason=reason, note_id=self.note_id
            ),
        )


class CorrectContribution(CampaignCommand, frozen=True, kw_only=True):
    """Correct the class or the tariff label of one child, never an amount.

    ``reason`` is a ``CorrectionReason``; ``known_classes`` is the coop's list by school year, where it manages one.
    """

    KIND: ClassVar[str] = "CorrectContribution"
    contribution_id: UUID
    line: int
    class_label: str
    tariff_id: str
    reason: str
    known_classes: dict[int, tuple[str, ...]] = msgspec.field(default_factory=dict)
    note_id: UUID | None = None

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse an unknown child, class, tariff or reason, a line whose money is on its way back, an archive."""
        check_editable(state)
        reason = listed_reason(CorrectionReason, self.reason)
        line = state.contribution(self.contribution_id).lines.get(self.line)
        if line is None:
            raise InvalidInput(line=self.line)
        if self.tariff_id != line.tariff_id and self.tariff_id not in state.tariffs:
            raise InvalidInput(tariff=self.tariff_id)
        if line.reserved:
            raise Conflict(line=self.line, reserved=line.reserved)
        new_class = self._class_of(line.class_code, self.known_classes.get(state.school_year, ()))
        if (new_class, self.tariff_id) == (line.class_code, line.tariff_id):
            return ()
        return (
            ContributionCorrected(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                line=self.line,
                old_class=line.class_code,
                new_class=new_class,
                tariff_id=self.tariff_id,
                held=line.held,
                due=line.due,
                reason=reason,
                note_id=self.note_id,
            ),
        )

    def _class_of(self, old_class: str, known: Sequence[str]) -> str:
        """The corrected class; the one that the child has stays as it is, even where none may be called so any more."""
        return old_class if is_same_class(self.class_label, old_class) else class_code(self.class_label, known)
