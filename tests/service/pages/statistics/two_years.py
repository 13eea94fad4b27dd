"""A coop with two school years of collections, large and small, for the pages of statistics to show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from domain.campaign.basket import Child, CorrectContribution, PlaceContribution
from domain.campaign.payments import RecordCashReceived
from domain.campaign.publication import PublishCampaign
from domain.campaign.settings import DraftCampaign, SetPaymentOptions, SetTariffs
from domain.coop.registration import DefineSchoolClasses
from domain.events.association import AssociationRegistered
from domain.events.base import InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails
from domain.recorded_event import RecordedEvent
from tests.projections.history import POLICY, History

CLASSES: Final = ("CP", "CE1", "CE2", "CM1", "CM2", "ULIS", "UPE2A")
TITLES: Final = (
    "Vie de classe",
    "Classe de découverte dans le parc du Mercantour, avec les CM1 et les CM2 réunis",
    "Soutien à la coopérative",
)
"""One has few families and large amounts, and a long title; one has free amounts."""


class TwoYears(History):
    """A history of the collections of 2023-2024 and 2024-2025; the classes ULIS and UPE2A have few families."""

    def __init__(self, seed: int = 31, families: int = 60) -> None:
        """Play both years."""
        super().__init__(seed)
        self.now = datetime(2023, 9, 4, 8, tzinfo=UTC)
        self.coop_id = self.coop("Coopérative des Tilleuls", CLASSES)
        for year in (2023, 2025):
            self.do(DefineSchoolClasses, self.coop_id, school_year=year, labels=CLASSES)
        self.collections: list[UUID] = []
        before = self._collection(2023, TITLES[0])
        for _ in range(families * 2 // 3):
            self._family(before, datetime(2023, 9, 4, 6, tzinfo=UTC), 240)
        self.now = datetime(2024, 6, 17, 8, tzinfo=UTC)
        life, trip, support = (self._collection(2024, title) for title in TITLES)
        for _ in range(families):
            self._family(life, datetime(2024, 6, 17, 6, tzinfo=UTC), 170)
        self.few = [self.give(life, code) for code in ("ULIS", "ULIS", "ULIS", "UPE2A", "UPE2A")]
        self.give(trip, "CM1", cents=280_00, tariff="free")
        for at in range(families // 2):
            self.give(support, self.random.choice(CLASSES[:5]), tariff="free", cents=(3_00, 5_00, 7_00, 10_00)[at % 4])
        self.give(support, "CP", tariff="free", cents=250_00)
        self._in_several_times(life)
        regretted = self.give(life, "CM2", "CM2")
        self.now += timedelta(days=1)
        self.settle_refund(life, self.refund(life, regretted, 10_00))

    @property
    def told(self) -> list[RecordedEvent]:
        """The facts that another association's log can take."""
        return [fact for fact in self.facts if not isinstance(fact.event, AssociationRegistered)]

    def move(self, contribution_id: UUID, code: str) -> list[RecordedEvent]:
        """Move the child of a family to another class, and return what was recorded of it."""
        known, about = len(self.facts), {"contribution_id": contribution_id, "line": 1, "reason": "mistake"}
        self.do(CorrectContribution, self.collections[1], **about, class_label=code, tariff_id="t1")
        return self.facts[known:]

    def give(
        self, campaign_id: UUID, *classes: str, tariff: str = "t1", cents: int | None = None, instalments: int = 1
    ) -> UUID:
        """Place a basket, and pay its first part by card."""
        contribution_id = self.id()
        children = tuple(
            Child(participant_id=self.id(), class_label=code, tariff_id=tariff, cents=cents) for code in classes
        )
        about = {"contribution_id": contribution_id, "payer_id": self.id(), "children": children, "tip_cents": 0}
        said = {"commitment": "0" * 64, "terms_version": "1", "means": "card", "desk": False}
        self.do(PlaceContribution, campaign_id, **about, **said, instalments=instalments)
        self.settle_payment(campaign_id, contribution_id, self.pay(campaign_id, contribution_id))
        return contribution_id

    def _family(self, campaign_id: UUID, start: datetime, days: int) -> None:
        """A family pays on some day, most of them at the beginning, most of them in the evening."""
        chance = self.random
        day = int(days * chance.random() ** 3)
        hour = chance.choice((6, 7, 10, 11, 15, 17, 18, 18, 19, 19, 20))
        self.now = start + timedelta(days=day, hours=hour - 6, minutes=chance.randrange(60))
        classes = chance.choices(CLASSES[:5], k=chance.choice((1, 1, 1, 2, 2, 3)))
        if chance.random() > 0.15:
            self.give(campaign_id, *classes)
            return
        contribution_id = self.place(campaign_id, *classes, means="cash")
        self.do(
            RecordCashReceived,
            campaign_id,
            contribution_id=contribution_id,
            slip=f"S-{contribution_id.hex[:12].upper()}-1",
            cents=20_00,
            paid_at=self.now,
            policy=POLICY,
        )

    def _in_several_times(self, campaign_id: UUID) -> None:
        under_way, kept = (self.give(campaign_id, "CP", "CE1", instalments=3) for _ in range(2))
        for number in (2, 3):
            self.now += timedelta(days=31)
            self.pay(campaign_id, kept, number)
        self.pay(campaign_id, under_way, 2)

    def _collection(self, year: int, title: str) -> UUID:
        """Put a collection of a school year on line, with a tariff by rank of child and a free one."""
        campaign_id = self.id()
        first, last = date(year, 6, 1), date(year + 1, 8, 31)
        tariffs = (
            Tariff(tariff_id="t1", label="Par enfant", tiers=(20_00, 15_00), valid_from=first, valid_to=last),
            Tariff(tariff_id="free", label="Montant libre", tiers=(1_00,), free=True, valid_from=first, valid_to=last),
        )
        about = {"details": CampaignDetails(title=title), "purpose": "contribution-volontaire", "demo": True}
        self.do(DraftCampaign, campaign_id, coop_id=self.coop_id, school_year=year, policy=POLICY, **about)
        self.do(SetTariffs, campaign_id, tariffs=tariffs)
        terms = InstalmentTerms(count=3, interval_months=1)
        options = {"means": ("card", "cash"), "instalments": terms, "message": "Merci", "policy": POLICY}
        self.do(SetPaymentOptions, campaign_id, **options)
        decided = {"responsible_id": self.id(), "council_decision": f"{year}-05-14", "mandated": True}
        self.do(PublishCampaign, campaign_id, **decided, policy=POLICY, charter_version=0, charter_accepted=0)
        self.collections.append(campaign_id)
        return campaign_id
