"""The demonstration's scenario: a coop opens, families pay, one is refunded, a payout arrives, the months are closed.

Dates are the guide's (June and July 2024): the scenario brings its own clock, only ``recorded_at`` is today's. Ids of
the provider are made up, and say so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from adapters.people_vault import Person
from domain.aggregate import Intent, Stamp
from domain.association.commands import ChangePolicy, PublishCharter
from domain.calendar import paris_date
from domain.campaign import basket, payments, publication, refunds, settings
from domain.closings.due import due_through
from domain.coop import bank_accounts, banking, certification, mandates, payouts, registration
from domain.events.association import Policy
from domain.events.base import Tariff
from domain.events.campaign import CampaignDetails, FormField
from domain.events.coop import CoopDetails
from domain.provider_ids import INVENTED
from domain.vocabulary.reasons import RefundReason
from service import people
from service.closings.due import close_coop
from service.demo.families import FAMILIES, TARIFF_CENTS, TWICE_PAID, DemoFamily
from service.runtime.open_ledger import OpenLedger

PAYOUT_CENTS: Final = 36_00
ACCOUNT: Final = f"{INVENTED}account_174"
PAYOUT: Final = f"{INVENTED}payout_1"
BANK_LINE: Final = "2024-07-12"
DEMO_IBAN: Final = "FR76 3000 6000 0112 3456 7890 189"
OPENED: Final = datetime(2024, 5, 20, 8, 0, tzinfo=UTC)
DESCRIPTION: Final = (
    "La coopérative scolaire, par ses projets, les activités qu’elle propose, les actions de solidarité, les fêtes, "
    "les spectacles qu’elle organise, contribue à l’éducation des enfants et tisse du lien social autour des "
    "ambitions que l’école porte pour vos enfants. Nous sollicitons votre contribution volontaire pour donner à "
    "notre coopérative la capacité d’organiser ses activités."
)


class DemoIds(NamedTuple):
    """What the scenario created."""

    coop_id: UUID
    campaign_id: UUID
    payout_id: UUID
    mandate_holder_id: UUID


SECOND: Final = "demo: a second person"
"""Who confirms bank accounts in a demonstration: another person than the one who registers them."""


def _stamp(at: datetime) -> Stamp:
    """The stamp of the scenario's commands at one of its instants."""
    return Stamp(at=at, by="demo")


class DemoScenario:
    """Plays the commands in order, each under its own key: playing it twice changes nothing."""

    def __init__(self, opened: OpenLedger) -> None:
        """Use one ledger."""
        self.opened = opened
        self.ids = DemoIds(self._id("coop"), self._id("campaign"), self._id("payout"), self._id("mandataire"))

    def play(self) -> DemoIds:
        """Play the whole scenario and return what it created."""
        self._open_coop()
        self._open_campaign()
        for family in (*FAMILIES, TWICE_PAID):
            self._pay(family)
        self._refund(TWICE_PAID)
        self._pay_out()
        self._close()
        return self.ids

    def _id(self, name: str) -> UUID:
        return uuid5(self.opened.ledger.association_id, f"demo {name}")

    def _do(self, step: str, command: Intent[Any]) -> None:
        self.opened.ledger.bus.submit(command, key=f"demo:{step}").result()

    def _open_coop(self) -> None:
        ledger, (coop_id, _, _, holder_id) = self.opened.ledger, self.ids
        policy = Policy(purposes=("contribution-volontaire", "sortie-scolaire", "fete-de-l-ecole"))
        self._do("policy", ChangePolicy(stream_id=ledger.association_id, stamp=_stamp(OPENED), policy=policy))
        self._do("charter", PublishCharter(stream_id=ledger.association_id, stamp=_stamp(OPENED), text_sha256="0" * 64))
        details = CoopDetails(
            name="Coop Test 900", school="école maternelle Jules FERRY", town="Cannes", affiliation_number="174"
        )
        association_id = ledger.association_id
        self._do(
            "coop",
            registration.RegisterCoop(
                stream_id=coop_id, stamp=_stamp(OPENED), association_id=association_id, details=details, demo=True
            ),
        )
        labels = ("CP a", "CE1", "CE2-CM1")
        for year in (2023, 2024):
            self._do(
                f"classes {year}",
                registration.DefineSchoolClasses(
                    stream_id=coop_id, stamp=_stamp(OPENED), school_year=year, labels=labels
                ),
            )
        self._appoint(coop_id, holder_id)
        self._open_account(coop_id)

    def _appoint(self, coop_id: UUID, holder_id: UUID) -> None:
        mandate_id = self._id("mandate")
        people.keep_holder(self.opened.vault, coop_id, holder_id, Person("Laurence", "MARDEGAN"), OPENED)
        self._do(
            "mandate",
            mandates.GrantMandate(
                stream_id=coop_id,
                stamp=_stamp(OPENED),
                mandate_id=mandate_id,
                holder_id=holder_id,
                valid_from=date(2023, 9, 1),
                valid_to=date(2025, 8, 31),
            ),
        )
        self._do(
            "accept",
            mandates.AcceptCharter(
                stream_id=coop_id, stamp=_stamp(OPENED), version=1, mandate_id=mandate_id, published_charter=1
            ),
        )

    def _open_account(self, coop_id: UUID) -> None:
        account_id = self._id("bank account")
        masked, fingerprint = people.keep_iban(self.opened.vault, coop_id, account_id, DEMO_IBAN, OPENED)
        self._do(
            "iban",
            bank_accounts.RegisterBankAccount(
                stream_id=coop_id,
                stamp=_stamp(OPENED),
                bank_account_id=account_id,
                iban_masked=masked,
                iban_fingerprint=fingerprint,
            ),
        )
        self._do(
            "iban confirmed",
            bank_accounts.ConfirmBankAccount(
                stream_id=coop_id, stamp=Stamp(at=OPENED, by=SECOND), bank_account_id=account_id, payee_check="match"
            ),
        )
        self._do(
            "certification",
            certification.RequestCertification(stream_id=coop_id, stamp=_stamp(OPENED), provider_account=ACCOUNT),
        )
        certified = datetime(2024, 6, 10, 9, 0, tzinfo=UTC)
        self._do(
            "certified",
            certification.RecordCertified(stream_id=coop_id, stamp=_stamp(certified), provider_account=ACCOUNT),
        )

    def _open_campaign(self) -> None:
        coop_id, campaign_id, _, holder_id = self.ids
        policy = self.opened.association().policy
        details = CampaignDetails(
            title="Contributions volontaires des familles en début d’année", description=DESCRIPTION
        )
        self._do(
            "draft",
            settings.DraftCampaign(
                stream_id=campaign_id,
                stamp=_stamp(OPENED),
                coop_id=coop_id,
                details=details,
                purpose="contribution-volontaire",
                school_year=2024,
                demo=True,
                policy=policy,
            ),
        )
        tariff = Tariff(
            tariff_id="enfant",
            label="1 enfant",
            tiers=(TARIFF_CENTS,),
            valid_from=date(2024, 9, 1),
            valid_to=date(2025, 8, 31),
        )
        self._do("tariffs", settings.SetTariffs(stream_id=campaign_id, stamp=_stamp(OPENED), tariffs=(tariff,)))
        fields = (FormField(name="class", state="required"),)
        self._do("fields", settings.SetFormFields(stream_id=campaign_id, stamp=_stamp(OPENED), fields=fields))
        window = (datetime(2024, 5, 31, 22, 0, tzinfo=UTC), datetime(2024, 7, 28, 17, 0, tzinfo=UTC))
        self._do(
            "window",
            publication.SetPublication(
                stream_id=campaign_id, stamp=_stamp(OPENED), by_link=True, opens_at=window[0], closes_at=window[1]
            ),
        )
        self._do(
            "publish",
            publication.PublishCampaign(
                stream_id=campaign_id,
                stamp=_stamp(OPENED),
                responsible_id=holder_id,
                council_decision="2024-05-14",
                policy=policy,
                mandated=True,
                charter_version=1,
                charter_accepted=1,
            ),
        )

    def _place(self, family: DemoFamily) -> UUID:
        """Place the basket of a family, two minutes before it pays; return its contribution."""
        coop_id, campaign_id, _, _ = self.ids
        name, at = family.reference, family.paid_at
        contribution_id, payer_id = self._id(f"contribution {name}"), self._id(f"payer {name}")
        commitment = people.keep_payer(self.opened.vault, coop_id, payer_id, family.payer, at)
        ids = [self._id(f"child {name} {rank}") for rank in range(len(family.children))]
        kept = {key: child for key, (child, _) in zip(ids, family.children, strict=True)}
        people.keep_children(self.opened.vault, coop_id, kept, at)
        children = tuple(
            basket.Child(participant_id=key, class_label=label, tariff_id="enfant", cents=TARIFF_CENTS)
            for key, (_, label) in zip(ids, family.children, strict=True)
        )
        self._do(
            f"{name} placed",
            basket.PlaceContribution(
                stream_id=campaign_id,
                stamp=_stamp(at - timedelta(minutes=2)),
                contribution_id=contribution_id,
                payer_id=payer_id,
                commitment=commitment,
                children=children,
                tip_cents=family.tip_cents,
                terms_version="2024-05",
            ),
        )
        return contribution_id

    def _pay(self, family: DemoFamily) -> None:
        """Have a family pay: the payment, its fee, and the move of the coop's part to its account."""
        contribution_id, campaign_id = self._place(family), self.ids.campaign_id
        name, at = family.reference, family.paid_at
        payment_id = f"{INVENTED}payment_{name}"
        self._do(
            f"{name} paid",
            payments.RecordPaymentCaptured(
                stream_id=campaign_id,
                stamp=_stamp(at),
                contribution_id=contribution_id,
                payment_id=payment_id,
                cents=family.cents,
                tip_cents=family.tip_cents,
                paid_at=at,
            ),
        )
        self._do(
            f"{name} fee",
            payments.RecordProviderFee(
                stream_id=campaign_id,
                stamp=_stamp(at),
                contribution_id=contribution_id,
                payment_id=payment_id,
                cents=family.fee_cents,
                charged_at=at,
            ),
        )
        self._do(
            f"{name} transfer",
            payments.RecordTransfer(
                stream_id=campaign_id,
                stamp=_stamp(at),
                contribution_id=contribution_id,
                payment_id=payment_id,
                transfer_id=f"{INVENTED}transfer_{name}",
                cents=family.cents,
                moved_at=at,
            ),
        )

    def _refund(self, family: DemoFamily) -> None:
        campaign_id = self.ids.campaign_id
        refund_id, asked = self._id(f"refund {family.reference}"), datetime(2024, 7, 1, 8, 0, tzinfo=UTC)
        self._do(
            "refund",
            refunds.RequestRefund(
                stream_id=campaign_id,
                stamp=_stamp(asked),
                refund_id=refund_id,
                contribution_id=self._id(f"contribution {family.reference}"),
                cents=family.cents,
                tip_cents=0,
                reason=RefundReason.DUPLICATE,
            ),
        )
        settled = asked + timedelta(hours=3)
        self._do(
            "refunded",
            refunds.RecordRefundSettled(
                stream_id=campaign_id,
                stamp=_stamp(settled),
                refund_id=refund_id,
                provider_refund=f"{INVENTED}refund_1",
                settled_at=settled,
            ),
        )

    def _pay_out(self) -> None:
        coop_id, _, payout_id, _ = self.ids
        asked = datetime(2024, 7, 8, 9, 30, tzinfo=UTC)
        self._do(
            "payout",
            payouts.RequestPayout(stream_id=coop_id, stamp=_stamp(asked), payout_id=payout_id, cents=PAYOUT_CENTS),
        )
        self._do(
            "payout sent",
            payouts.RecordPayoutSent(
                stream_id=coop_id, stamp=_stamp(asked), payout_id=payout_id, provider_payout=PAYOUT, sent_at=asked
            ),
        )
        paid = asked + timedelta(days=1)
        self._do(
            "payout paid",
            payouts.RecordPayoutPaid(
                stream_id=coop_id, stamp=_stamp(paid), payout_id=payout_id, provider_payout=PAYOUT, paid_at=paid
            ),
        )
        self._match(paid)

    def _match(self, seen: datetime) -> None:
        """Find the payout on the statement of the coop's bank."""
        coop_id, _, payout_id, _ = self.ids
        self._do(
            "payout matched",
            banking.MatchBankLine(
                stream_id=coop_id,
                stamp=_stamp(seen),
                bank_line_id=BANK_LINE,
                payout_id=payout_id,
                cents=PAYOUT_CENTS,
                booked_on=paris_date(seen),
            ),
        )

    def _close(self) -> None:
        """Close each month on the tenth day after it, and the year with its last one, as the worker does."""
        for month in (6, 7, 8, 9):
            at = datetime(2024, month, 10, 6, 0, tzinfo=UTC)
            through = due_through(at.date(), self.opened.association().policy.closes_on)
            close_coop(self.opened, None, self.ids.coop_id, _stamp(at), through)
