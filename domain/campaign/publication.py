"""Step 5 of a campaign and its status: published, suspended, archived (S-102…S-120)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from domain.calendar import paris_date
from domain.campaign.contribution import Contribution, RefundStatus
from domain.campaign.settings import check_editable
from domain.campaign.state import Campaign, CampaignCommand, CampaignStatus
from domain.errors import Conflict, InvalidInput, NotAllowed, PolicyForbids
from domain.events.association import Policy
from domain.events.base import Event
from domain.events.campaign import (
    CampaignArchived,
    CampaignPublished,
    CampaignSuspended,
    EmbeddingSet,
    PublicationSet,
)
from domain.texts.origins import is_origin
from domain.vocabulary.orders import order_number
from domain.vocabulary.references import check_council_decision

MAX_ORIGINS: Final = 20
_SHOWN: Final = 5
"""Orders that a refusal names."""


class CampaignNotFinished(Conflict):
    """A campaign with a refund, a dispute, an instalment or an unexplained movement open is not archived."""

    code = "campaign-not-finished"
    sentence = "La collecte ne peut pas encore être archivée\u00a0: {open}. Rien n’a été enregistré."


class SetPublication(CampaignCommand, frozen=True, kw_only=True):
    """Set how families reach the campaign and its opening window, editable at any time (S-103…S-109)."""

    KIND: ClassVar[str] = "SetPublication"
    by_link: bool
    opens_at: datetime | None
    closes_at: datetime | None

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse a window that ends before it begins (S-108)."""
        check_editable(state)
        if self.opens_at is not None and self.closes_at is not None and self.closes_at <= self.opens_at:
            raise InvalidInput(opens_at=self.opens_at, closes_at=self.closes_at)
        if (self.by_link, self.opens_at, self.closes_at) == (state.by_link, state.opens_at, state.closes_at):
            return ()
        return (
            PublicationSet(
                at=self.at, by=self.by, by_link=self.by_link, opens_at=self.opens_at, closes_at=self.closes_at
            ),
        )


class SetEmbedding(CampaignCommand, frozen=True, kw_only=True):
    """Set the sites whose pages may frame the campaign's form (S-124): none unless they are named."""

    KIND: ClassVar[str] = "SetEmbedding"
    origins: tuple[str, ...]

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse what is no origin (scheme, host, perhaps port): it becomes a directive of the content policy."""
        check_editable(state)
        if len(self.origins) > MAX_ORIGINS or not all(is_origin(origin, demo=state.demo) for origin in self.origins):
            raise InvalidInput(origins=len(self.origins))
        origins = tuple(dict.fromkeys(self.origins))
        return () if origins == state.embedding else (EmbeddingSet(at=self.at, by=self.by, origins=origins),)


class PublishCampaign(CampaignCommand, frozen=True, kw_only=True):
    """Put the campaign on line, or back on line, under a named responsibility (S-48, S-49, S-112).

    ``council_decision`` is the day of the Conseil's decision, and the number of its minutes if they have one.
    """

    KIND: ClassVar[str] = "PublishCampaign"
    responsible_id: UUID
    council_decision: str
    policy: Policy
    mandated: bool
    charter_version: int
    charter_accepted: int

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse without mandate, current charter, tariff or Conseil's decision, or against the policy (S-93)."""
        check_editable(state)
        if not self.mandated:
            raise NotAllowed(responsible=self.responsible_id)
        if self.charter_accepted != self.charter_version:  # a later one is no text: nobody has agreed to this one
            raise PolicyForbids(charter_version=self.charter_version, accepted=self.charter_accepted)
        if not set(state.means) <= set(self.policy.means):
            raise PolicyForbids(means=state.means, allowed=self.policy.means)
        if not state.tariffs:
            raise Conflict(tariffs=0)
        decision = check_council_decision(self.council_decision, paris_date(self.at))
        if state.status is CampaignStatus.PUBLISHED:
            return ()
        return (
            CampaignPublished(at=self.at, by=self.by, responsible_id=self.responsible_id, council_decision=decision),
        )


class SuspendCampaign(CampaignCommand, frozen=True, kw_only=True):
    """Stop new contributions; instalments that run go on (S-116)."""

    KIND: ClassVar[str] = "SuspendCampaign"

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Only a published campaign is suspended."""
        if state.status is CampaignStatus.SUSPENDED:
            return ()
        if state.status is not CampaignStatus.PUBLISHED:
            raise Conflict(campaign=state.id, status=state.status)
        return (CampaignSuspended(at=self.at, by=self.by),)


class ArchiveCampaign(CampaignCommand, frozen=True, kw_only=True):
    """Put the campaign away, read-only, with all its accounts (S-117)."""

    KIND: ClassVar[str] = "ArchiveCampaign"

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Archiving twice changes nothing; a campaign of which money is still to move is refused, with the list."""
        if state.status is CampaignStatus.ARCHIVED:
            return ()
        check_finished(state)
        return (CampaignArchived(at=self.at, by=self.by),)


class AbandonDraft(CampaignCommand, frozen=True, kw_only=True):
    """Put away a draft that never was on line: it has no money, so a mandate holder may (S-115, S-117)."""

    KIND: ClassVar[str] = "AbandonDraft"

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse what was published; abandoning twice changes nothing. Families reach it by no link (S-105)."""
        if state.responsible_id is not None or state.contributions:
            raise Conflict(campaign=state.id, status=state.status)
        if state.status is CampaignStatus.ARCHIVED:
            return ()
        without_form = PublicationSet(
            at=self.at, by=self.by, by_link=False, opens_at=state.opens_at, closes_at=state.closes_at
        )
        return (*([without_form] if state.by_link else []), CampaignArchived(at=self.at, by=self.by))


def check_finished(state: Campaign) -> None:
    """Refuse to put a campaign away while money of it is still to move.

    Raises:
        CampaignNotFinished: with what is open, and whose it is, in its sentence.

    """
    found: dict[str, list[UUID]] = {}
    for contribution_id, contribution in state.contributions.items():
        for what in _open(contribution):
            found.setdefault(what, []).append(contribution_id)
    if found:
        told = "\u00a0; ".join(f"{what} ({_orders(ids)})" for what, ids in found.items())
        raise CampaignNotFinished(
            open=told, campaign=state.id, contributions=tuple(one for ids in found.values() for one in ids)
        )


def _open(contribution: Contribution) -> Iterator[str]:
    statuses = {refund.status for refund in contribution.refunds.values()}
    if RefundStatus.REQUESTED in statuses:
        yield "remboursement en cours"
    if RefundStatus.RETURNED in statuses:
        yield "remboursement revenu, à régler par la coopérative"
    if contribution.disputed:
        yield "paiement contesté"
    if contribution.expected_later:
        yield "échéances à venir"
    if contribution.on_hold_cents:
        yield "paiement en trop, à rendre"
    if contribution.external:
        yield "remboursement fait chez le prestataire, à expliquer"
    if contribution.taken_beyond:
        yield "somme prise par une banque au-delà du paiement, à expliquer"


def _orders(ids: list[UUID]) -> str:
    """Name the first orders, and how many more there are."""
    named = ", ".join(order_number(one) for one in ids[:_SHOWN])
    return named if len(ids) <= _SHOWN else f"{named} et {len(ids) - _SHOWN} de plus"
