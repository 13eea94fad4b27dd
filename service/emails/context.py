"""What an e-mail is written from: the event it comes of, the ledger as it is now, and names from the vault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from adapters.people_vault import FamilyGrant, Person, TokenPurpose
from domain.calendar import paris_date
from domain.campaign.contribution import Contribution
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.events.base import InstalmentDue
from domain.events.instalment import InstalmentsScheduled
from domain.recorded_event import RecordedEvent
from domain.school_classes import UNASSIGNED
from reports.parts.wording import payment_reference
from service import people
from service.emails.content import ChildAmount
from service.family_links import LINK_LIFE, link_path
from service.payments.context import PaymentContext


class EmailNotSent(Exception):
    """An e-mail that is not to be sent any more, which is no error; ``reason`` is for the log."""

    def __init__(self, reason: str) -> None:
        """Say why, in words without a person's name."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class EmailContext:
    """One event and where to read about it; ``number`` is that of an instalment, where there are several."""

    payment_context: PaymentContext
    fact: RecordedEvent
    coop_id: UUID
    public_url: str
    number: int = 0
    _people: dict[UUID, Person | None] = field(default_factory=dict, repr=False, compare=False)

    def know(self, ids: Iterable[UUID]) -> None:
        """Ask the vault for several people at once; those that it has not were erased."""
        wanted = set(ids) - self._people.keys()
        if wanted:
            self._people.update(dict.fromkeys(wanted) | self.payment_context.vault.get_many(wanted))

    def know_family(self) -> None:
        """Ask for all whom an e-mail to a family names: who paid, for which children, and whom it may write to."""
        contribution, details = self.contribution(), self.campaign().details
        contact = (details.contact_id,) if details and details.contact_id else ()
        self.know((contribution.payer_id, *(line.participant_id for line in contribution.lines.values()), *contact))

    def person(self, person_id: UUID) -> Person | None:
        """Return a person of the vault as the e-mail found them first, None when erased."""
        self.know([person_id])
        return self._people[person_id]

    @property
    def event(self) -> Any:  # noqa: ANN401 - each e-mail knows the kind of its event
        """The event that the e-mail comes of."""
        return self.fact.event

    @property
    def day(self) -> date:
        """The Paris day on which it happened."""
        happened_at: datetime = self.event.happened_at
        return paris_date(happened_at)

    @property
    def today(self) -> date:
        """The Paris day on which the e-mail leaves."""
        return paris_date(self.payment_context.now())

    def coop(self) -> Coop:
        """The coop as it is now."""
        return self.payment_context.coop(self.coop_id)

    def campaign(self) -> Campaign:
        """The campaign as it is now."""
        return self.payment_context.campaign(self.fact.stream_id)

    def contribution(self) -> Contribution:
        """The contribution as it is now."""
        return self.campaign().contribution(self.event.contribution_id)

    @property
    def title(self) -> str:
        """What the campaign is called."""
        details = self.campaign().details
        return details.title if details else ""

    @property
    def reference(self) -> str:
        """The number of the contribution as people read it."""
        return payment_reference(self.event.contribution_id)

    def page(self, path: str = "") -> str:
        """The address of the coop's collections, or of one of them."""
        return f"{self.public_url}/{self.payment_context.slug}/collectes{path}"

    def payout_page(self) -> str:
        """The address of the payout that the event is about."""
        return f"{self.public_url}/{self.payment_context.slug}/coops/{self.coop_id}/virements/{self.event.payout_id}"

    def link(self, purpose: TokenPurpose, until: date, number: int = 0) -> str:
        """Make the address of something to do with the contribution, good up to a day.

        Its token is made when the e-mail leaves, so that nothing else ever holds it; an e-mail that is repeated after
        a crash has another token, and both serve.
        """
        grant = FamilyGrant(purpose, self.fact.stream_id, self.event.contribution_id, until, number)
        token = self.payment_context.tokens.create(grant)
        return self.public_url + link_path(self.payment_context.slug, purpose, token)

    def receipt(self) -> str:
        """Make the address of the receipt."""
        return self.link(TokenPurpose.RECEIPT, self.day + LINK_LIFE)

    def class_label(self, code: str) -> str:
        """A class as the coop calls it; no class has no name."""
        coop, year = self.coop(), self.campaign().school_year
        labels = dict(zip(coop.classes.get(year, ()), coop.class_labels.get(year, ()), strict=True))
        return labels.get(code, "" if code == UNASSIGNED else code)

    def children(self, cents: Mapping[int, int]) -> tuple[ChildAmount, ...]:
        """The children of some lines as their family reads them, with cents by line."""
        lines, tariffs = self.contribution().lines, self.campaign().tariffs
        self.know(lines[number].participant_id for number in cents)
        return tuple(
            ChildAmount(
                name=people.full_name(self.person(lines[number].participant_id)),
                school_class=self.class_label(lines[number].class_code),
                tariff=tariff.label if (tariff := tariffs.get(lines[number].tariff_id)) else "",
                cents=part,
            )
            for number, part in cents.items()
        )

    def planned_with(self) -> tuple[InstalmentDue, ...]:
        """The instalments that were fixed together with the event, which is then the first payment of several."""
        if self.contribution().instalments == 1:
            return ()
        following = self.payment_context.ledger.store.events(self.fact.position + 1, 1)
        event = following[0].event if following else None
        mine = isinstance(event, InstalmentsScheduled) and event.contribution_id == self.event.contribution_id
        return event.instalments if mine and isinstance(event, InstalmentsScheduled) else ()

    def planned(self) -> dict[int, InstalmentDue]:
        """All instalments that were ever planned; the campaign's stream is read again, for e-mails that are rare."""
        facts = self.payment_context.ledger.store.newer({self.fact.stream_id: 0})
        plans = (fact.event for fact in facts if isinstance(fact.event, InstalmentsScheduled))
        mine = (plan for plan in plans if plan.contribution_id == self.event.contribution_id)
        return {due.number: due for plan in mine for due in plan.instalments}
