"""The demonstration's scenario: a coop opens, families pay, one is refunded, a payout arrives, the months are closed.

Its days are those of a season, the guide's own (June and July 2024) unless told otherwise: the scenario brings its own
clock, only ``recorded_at`` is today's. Ids of the provider are made up, and say so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from adapters.people_vault import Person
from domain.aggregate import Intent, Stamp
from domain.association.commands import ChangePolicy
from domain.calendar import fiscal_year_bounds, paris_date
from domain.campaign import basket, payments, publication, refunds, settings
from domain.closings.due import due_through
from domain.coop import bank_accounts, banking, certification, mandates, payouts, registration
from domain.events.association import Policy
from domain.events.base import Tariff
from domain.events.campaign import CampaignDetails, FormField
from domain.events.coop import CoopDetails
from domain.provider_ids import INVENTED
from domain.vocabulary.reasons import RefundReason
from domain.vocabulary.references import council_decision
from service import people
from service.charters import charter_publication
from service.closings.due import close_coop
from service.demo.families import FAMILIES, TARIFF_CENTS, TWICE_PAID, DemoFamily
from service.demo.material.charter import CHARTER
from service.demo.season import GUIDE, Season
from service.runtime.open_ledger import OpenLedger

PAYOUT_CENTS: Final = 36_00
ACCOUNT: Final = f"{INVENTED}account_174"
PAYOUT: Final = f"{INVENTED}payout_1"
DEMO_IBAN: Final = "FR76 3000 6000 0112 3456 7890 189"
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

    def __init__(self, opened: OpenLedger, season: Season = GUIDE) -> None:
        """Use one ledger, and the days of a season."""
        self.opened = opened
        self.season = season
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

    @property
    def _at_first(self) -> Stamp:
        """The stamp of everything that is set up."""
        return _stamp(self.season.opened)

    def _id(self, name: str) -> UUID:
        return uuid5(self.opened.ledger.association_id, f"demo {name}")

    def _do(self, step: str, command: Intent[Any]) -> None:
        self.opened.ledger.bus.submit(command, key=f"demo:{step}").result()

    def _open_coop(self) -> None:
        ledger, (coop_id, _, _, holder_id) = self.opened.ledger, self.ids
        policy = Policy(purposes=("contribution-volontaire", "sortie-scolaire", "fete-de-l-ecole"))
        self._do("policy", ChangePolicy(stream_id=ledger.association_id, stamp=self._at_first, policy=policy))
        charter = charter_publication(self.opened.charters, ledger.association_id, self._at_first, CHARTER)
        self._do("charter", charter)
        details = CoopDetails(
            name="Coop Test 900", school="école maternelle Jules FERRY", town="Cannes", affiliation_number="174"
        )
        association_id = ledger.association_id
        self._do(
            "coop",
            registration.RegisterCoop(
                stream_id=coop_id, stamp=self._at_first, association_id=association_id, details=details, demo=True
            ),
        )
        labels = ("CP a", "CE1", "CE2-CM1")
        for year in self.season.school_years:
            self._do(
                f"classes {year}",
                registration.DefineSchoolClasses(
                    stream_id=coop_id, stamp=self._at_first, school_year=year, labels=labels
                ),
            )
        self._appoint(coop_id, holder_id)
        self._open_account(coop_id)

    def _appoint(self, coop_id: UUID, holder_id: UUID) -> None:
        mandate_id, (valid_from, valid_to) = self._id("mandate"), self.season.mandate
        people.keep_holder(self.opened.vault, coop_id, holder_id, Person("Laurence", "MARDEGAN"), self.season.opened)
        self._do(
            "mandate",
            mandates.GrantMandate(
                stream_id=coop_id,
                stamp=self._at_first,
                mandate_id=mandate_id,
                holder_id=holder_id,
                valid_from=valid_from,
                valid_to=valid_to,
            ),
        )
        self._do(
            "accept",
            mandates.AcceptCharter(
                stream_id=coop_id, stamp=self._at_first, version=1, mandate_id=mandate_id, published_charter=1
            ),
        )

    def _open_account(self, coop_id: UUID) -> None:
        account_id = self._id("bank account")
        masked, fingerprint = people.keep_iban(self.opened.vault, coop_id, account_id, DEMO_IBAN, self.season.opened)
        self._do(
            "iban",
            bank_accounts.RegisterBankAccount(
                stream_id=coop_id,
                stamp=self._at_first,
                bank_account_id=account_id,
                iban_masked=masked,
                iban_fingerprint=fingerprint,
            ),
        )
        self._do(
            "iban confirmed",
            bank_accounts.ConfirmBankAccount(
                stream_id=coop_id,
                stamp=Stamp(at=self.season.opened, by=SECOND),
                bank_account_id=account_id,
                payee_check="match",
            ),
        )
        self._do(
            "certification",
            certification.RequestCertification(stream_id=coop_id, stamp=self._at_first, provider_account=ACCOUNT),
        )
        certified = self.season.at(0, 10, 11)
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
                stamp=self._at_first,
                coop_id=coop_id,
                details=details,
                purpose="contribution-volontaire",
                school_year=self.season.school_year,
                demo=True,
                policy=policy,
            ),
        )
        valid_from, valid_to = fiscal_year_bounds(self.season.school_year)
        tariff = Tariff(
            tariff_id="enfant",
            label="1 enfant",
            tiers=(TARIFF_CENTS,),
            valid_from=valid_from,
            valid_to=valid_to,
        )
        self._do("tariffs", settings.SetTariffs(stream_id=campaign_id, stamp=self._at_first, tariffs=(tariff,)))
        fields = (FormField(name="class", state="required"),)
        self._do("fields", settings.SetFormFields(stream_id=campaign_id, stamp=self._at_first, fields=fields))
        window = (self.season.at(0, 1, 0), self.season.at(1, 28, 19))
        self._do(
            "window",
            publication.SetPublication(
                stream_id=campaign_id, stamp=self._at_first, by_link=True, opens_at=window[0], closes_at=window[1]
            ),
        )
        self._do(
            "publish",
            publication.PublishCampaign(
                stream_id=campaign_id,
                stamp=self._at_first,
                responsible_id=holder_id,
                council_decision=council_decision(self.season.day(-1, 14)),
                policy=policy,
                mandated=True,
                charter_version=1,
                charter_accepted=1,
            ),
        )

    def _place(self, family: DemoFamily) -> UUID:
        """Place the basket of a family, two minutes before it pays; return its contribution."""
        coop_id, campaign_id, _, _ = self.ids
        name, at = family.reference, self.season.at(*family.paid)
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
                terms_version=f"{self.season.opened:%Y-%m}",
            ),
        )
        return contribution_id

    def _pay(self, family: DemoFamily) -> None:
        """Have a family pay: the payment, its fee, and the move of the coop's part to its account."""
        contribution_id, campaign_id = self._place(family), self.ids.campaign_id
        name, at = family.reference, self.season.at(*family.paid)
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
        refund_id, asked = self._id(f"refund {family.reference}"), self.season.at(1, 1, 10)
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
        asked, paid = self.season.payout
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
                bank_line_id=self.season.day(1, 12).isoformat(),
                payout_id=payout_id,
                cents=PAYOUT_CENTS,
                booked_on=paris_date(seen),
            ),
        )

    def _close(self) -> None:
        """Close each month on the tenth day after it, and the year with its last one, as the worker does."""
        closes_on = self.opened.association().policy.closes_on
        for at in self.season.closings(closes_on):
            through = due_through(paris_date(at), closes_on)
            close_coop(self.opened, None, self.ids.coop_id, _stamp(at), through)
