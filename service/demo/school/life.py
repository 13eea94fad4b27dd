"""What happened at the school to try before anybody comes in: all of it at its bank, so that it goes on.

A payment can be refunded, what is there can be paid out, an instalment comes due when the bank's clock is moved; the
tariff of the outing therefore holds a year longer than the school year.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from datetime import time as hour_of_day
from typing import Any, Final
from uuid import UUID, uuid4

from adapters.people_vault import Person
from domain.aggregate import Intent, Stamp
from domain.calendar import PARIS, fiscal_year, fiscal_year_bounds, paris_date
from domain.campaign import basket, publication, settings
from domain.campaign.refunds import LineAmount, RequestRefund
from domain.cash.pieces import pieces_of
from domain.coop.payouts import RequestPayout
from domain.events.base import Tariff
from domain.events.campaign import CampaignDetails, FormField
from domain.school_classes import class_code
from domain.vocabulary.pieces import Witness
from domain.vocabulary.reasons import RefundReason
from domain.vocabulary.references import council_decision
from service import people
from service.cash.counts import CountPlace, write_down
from service.cash.typed_counts import ReadCount, ReadSlip
from service.demo.bank import DemoBank
from service.demo.school.families import AFTER, BEFORE, CLASS, COUNTED, REFUNDED, SLIPS, SchoolFamily
from service.demo.tryout import TryOut
from service.http.forms import FieldErrors
from service.payments.checkout import open_checkout
from service.worker.worker import Worker

_PRICE: Final = 12_00
_OUTING_PRICE: Final = 8_00
_FLOAT: Final = 200_00
"""What the platform keeps at its bank for the fees of cards and disputes, which it bears: else refunds would wait."""
_MOMENTS: Final = 3
_GLANCE: Final = 0.05
_DAYS: Final = 6
"""How long before the present it begins: time for a payout to arrive, whatever holiday banks keep."""
_OUTING: Final = (
    "Les classes passent une journée à la ferme\u00a0: les animaux, le potager, le pain cuit au four.\n\n"
    "Cette collecte sert à essayer\u00a0: aucun argent réel n’y circule."
)


def beginning(present: datetime) -> datetime:
    """Return when the life of the school begins: some days before, in the school year that runs."""
    first_day = fiscal_year_bounds(fiscal_year(paris_date(present)))[0]
    opened = datetime.combine(first_day, hour_of_day(8), PARIS).astimezone(UTC)
    return max(present - timedelta(days=_DAYS), min(opened, present))


class SchoolLife:
    """Plays what families, the mandate holder and the bank did, one after the other, some days ago and today."""

    def __init__(self, worker: Worker, bank: DemoBank, slug: str, tryout: TryOut) -> None:
        """Go on at a school that was opened."""
        self._worker = worker
        self._bank = bank
        self._context = worker.context(slug)
        self._opened = worker.runtime.ledger(slug)
        self._policy = self._opened.association().policy
        self._coop_id = tryout.coop_id
        self._campaign_id = tryout.campaign_id
        self._outing_id = uuid4()

    def play(self) -> None:
        """Play it: two campaigns, a refund, a payout that arrived, a dispute, counted cash, money to pay out."""
        self._bank.control("/topups", cents=_FLOAT)
        self._open_outing()
        paid = [self._pay(family) for family in BEFORE]
        self._hear()
        self._refund(paid[[family.payer for family in BEFORE].index(REFUNDED)])
        self._hear()
        self._pay_out()
        self._return_to_the_present()
        for family in AFTER:
            self._pay(family)
        self._hear()
        self._count()

    @property
    def _now(self) -> datetime:
        return self._worker.now()

    @property
    def _year(self) -> int:
        return fiscal_year(paris_date(self._now))

    def _do(self, command: Intent[Any]) -> None:
        self._context.record(command)

    def _stamp(self) -> Stamp:
        return Stamp(at=self._now, by="demo")

    def _hear(self) -> None:
        """Let the moments pass that banks take, have the service hear of what they did, and do what follows."""
        self._bank.control("/clock", seconds=_MOMENTS)
        self._worker.sweep(whole=True)
        self._worker.work_off()

    def _open_outing(self) -> None:
        """Put a second campaign on line beside the first: an outing of the classes."""
        campaign_id, holder_id, stamp = self._outing_id, uuid4(), self._stamp()
        holder = Person("Camille", "ESSAI", "cooperative@example.org", "+33493000000")
        people.keep_holder(self._context.vault, self._coop_id, holder_id, holder, self._now)
        self._do(
            settings.DraftCampaign(
                stream_id=campaign_id,
                stamp=stamp,
                coop_id=self._coop_id,
                details=CampaignDetails(title="Sortie à la ferme", description=_OUTING, contact_id=holder_id),
                purpose="sortie-scolaire",
                school_year=self._year,
                demo=True,
                policy=self._policy,
            )
        )
        first, last = fiscal_year_bounds(self._year)[0], fiscal_year_bounds(self._year + 1)[1]
        tariff = Tariff(
            tariff_id="enfant",
            label="1 enfant",
            tiers=(_OUTING_PRICE,),
            valid_from=first,
            valid_to=last,
        )
        self._do(settings.SetTariffs(stream_id=campaign_id, stamp=stamp, tariffs=(tariff,)))
        asked = (FormField(name="class", state="required"),)
        self._do(settings.SetFormFields(stream_id=campaign_id, stamp=stamp, fields=asked))
        self._do(
            publication.PublishCampaign(
                stream_id=campaign_id,
                stamp=stamp,
                responsible_id=holder_id,
                council_decision=council_decision(paris_date(self._now)),
                policy=self._policy,
                mandated=True,
                charter_version=0,
                charter_accepted=0,
            )
        )

    def _pay(self, family: SchoolFamily) -> UUID:
        """Have a family fill a basket and pay it on the bank's page; return its contribution."""
        campaign_id = self._outing_id if family.outing else self._campaign_id
        contribution_id = self._place(family, campaign_id)
        session = open_checkout(self._context, campaign_id, contribution_id).session
        name = f"{family.payer.first_name} {family.payer.last_name}"
        self._bank.control(f"/checkout/{session}/card", number=family.card.value, name=name)
        return contribution_id

    def _place(self, family: SchoolFamily, campaign_id: UUID) -> UUID:
        contribution_id, payer_id, vault = uuid4(), uuid4(), self._context.vault
        commitment = people.keep_payer(vault, self._coop_id, payer_id, family.payer, self._now)
        labels = {uuid4(): child for child in family.children}
        kept = {key: Person(first_name, family.payer.last_name) for key, (first_name, _) in labels.items()}
        people.keep_children(vault, self._coop_id, kept, self._now)
        children = tuple(
            basket.Child(
                participant_id=key,
                class_label=label,
                tariff_id="enfant" if family.free_cents is None else "soutien",
                cents=family.free_cents,
            )
            for key, (_, label) in labels.items()
        )
        self._do(
            basket.PlaceContribution(
                stream_id=campaign_id,
                stamp=self._stamp(),
                contribution_id=contribution_id,
                payer_id=payer_id,
                commitment=commitment,
                children=children,
                tip_cents=family.tip_cents,
                instalments=family.instalments,
                terms_version="1",
            )
        )
        return contribution_id

    def _refund(self, contribution_id: UUID) -> None:
        """Give the part of a family's second child back."""
        part = LineAmount(line=2, cents=_PRICE)
        self._do(
            RequestRefund(
                stream_id=self._campaign_id,
                stamp=self._stamp(),
                refund_id=uuid4(),
                contribution_id=contribution_id,
                cents=_PRICE,
                tip_cents=0,
                reason=RefundReason.CHILD_LEFT,
                by_line=(part,),
            )
        )

    def _pay_out(self) -> None:
        """Have all that is there paid out; it arrives while the bank's clock comes to the present."""
        coop_id = self._coop_id
        cents = self._context.funds(coop_id).available
        self._do(RequestPayout(stream_id=coop_id, stamp=self._stamp(), payout_id=uuid4(), cents=cents))
        self._worker.work_off()

    def _return_to_the_present(self) -> None:
        """Let the bank's clock show the present, and wait until the service knows."""
        present = max(datetime.now(UTC), self._now)
        self._bank.control("/clock", instant=present.isoformat())
        while self._now < present:
            time.sleep(_GLANCE)
        self._hear()

    def _count(self) -> None:
        """Have two people count the cash of the class."""
        slips = tuple(ReadSlip(number, cents, "enfant") for number, cents in SLIPS)
        read = ReadCount(slips, pieces_of(COUNTED), Witness.ASSISTANT, FieldErrors())
        place = CountPlace(self._coop_id, self._campaign_id, class_code(CLASS), {})
        ids: dict[str, UUID] = {}
        write_down(
            self._opened,
            place,
            read,
            self._policy,
            self._stamp(),
            lambda name: ids.setdefault(name, uuid4()),
            "demo:count",
        )
