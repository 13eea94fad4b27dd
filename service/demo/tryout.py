"""A school to try paying at: certified at the demonstration's bank, with a campaign on line and a basket waiting.

It is beside the guide's scenario, whose figures stay as they are; its people and money are as fictitious.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

import msgspec

from adapters.family_accounts import LinkedContribution, Profile
from adapters.files import draw_picture, read_attachment
from adapters.people_vault import Person
from domain.aggregate import Intent, Stamp
from domain.calendar import fiscal_year, paris_date
from domain.campaign import basket, publication, settings
from domain.coop import bank_accounts, certification, registration
from domain.events.base import InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails, FormField
from domain.events.coop import CoopDetails
from domain.vocabulary.references import council_decision
from reports.render.fonts import compiled
from service import people
from service.demo.access import DemoFamilyAccount, open_family_account
from service.demo.bank import DemoBank
from service.demo.material.picture import draw_school
from service.demo.scenario import DEMO_IBAN, SECOND
from service.payments.accounts import open_account
from service.worker.worker import Worker

_PRICE: Final = 12_00
_TIP: Final = 1_92
_LEAST: Final = 2_00
_CLASSES: Final = ("CP A", "CE1", "CE2")
_PAYER: Final = Person("Camille", "ESSAI", "camille.essai@example.org")
_DESCRIPTION: Final = (
    "La coopérative scolaire finance les projets des classes\u00a0: sorties, spectacles, livres, plantations.\n\n"
    "Cette collecte sert à essayer\u00a0: aucun argent réel n’y circule."
)
_REPORT: Final = """
#set document(title: "Les projets de l’année")
#set text(lang: "fr", font: "Source Sans Pro")
#set page(paper: "a5")
= Les projets de l’année
- Sortie à la forêt
- Spectacle de printemps
- Livres de la bibliothèque
"""
_TERMS: Final = (
    "La contribution est volontaire. Une demande de remboursement s’adresse à la coopérative pendant l’année scolaire."
)


def _report() -> bytes:
    """A sheet of one page to download."""
    return compiled(_REPORT.encode(), {})


class TryOut(NamedTuple):
    """What was opened."""

    coop_id: UUID
    campaign_id: UUID
    contribution_id: UUID


def open_tryout(worker: Worker, bank: DemoBank, slug: str) -> TryOut:
    """Open the school, have the bank certify it, and put its campaign on line.

    What the ledger tells so far was not done at this bank: only what comes from now on is followed.
    """
    context = worker.context(slug)
    head, _ = context.ledger.store.head()
    worker.outbox.follow(slug, worker.outbox.followed(slug), head, [])
    ids = TryOut(uuid4(), uuid4(), uuid4())
    opening = _Opening(worker, slug, ids)
    opening.school()
    account = open_account(context, ids.coop_id, email="coop@ecole.example")
    opening.do(certification.RequestCertification(stream_id=ids.coop_id, stamp=opening.stamp, provider_account=account))
    opening.bank_account()
    worker.work_off()
    for action in ("give_document", "accept"):
        bank.control(f"/accounts/{account}/certification", action=action)
    worker.sweep(whole=True)
    worker.work_off()
    opening.campaign()
    return ids


def fill_basket(worker: Worker, slug: str, tryout: TryOut) -> None:
    """Fill the basket that waits to be paid, of 24,00 € and a tip; it can be paid for a day."""
    _Opening(worker, slug, tryout).basket()


def open_family(worker: Worker, slug: str, tryout: TryOut) -> DemoFamilyAccount:
    """Open the account of the family whose basket waits."""
    profile = Profile(_PAYER.first_name, _PAYER.last_name, _PAYER.email)
    mine = LinkedContribution(tryout.campaign_id, tryout.contribution_id, worker.now())
    return open_family_account(worker.runtime.ledger(slug), profile, mine)


class _Opening:
    """The commands that open the school to try, all at the present instant."""

    def __init__(self, worker: Worker, slug: str, ids: TryOut) -> None:
        self.context = worker.context(slug)
        self.files = worker.runtime.ledger(slug).files
        self.policy = worker.runtime.ledger(slug).association().policy
        self.ids = ids
        self.now: datetime = worker.now()
        self.year = fiscal_year(paris_date(self.now))

    @property
    def stamp(self) -> Stamp:
        """The stamp of these commands."""
        return Stamp(at=self.now, by="demo")

    def do(self, command: Intent[Any]) -> None:
        """Carry out one command."""
        self.context.record(command)

    def school(self) -> None:
        """Register the coop with its classes."""
        details = CoopDetails(
            name="Coopérative d’essai", school="école d’essai", town="CANNES", affiliation_number="999"
        )
        self.do(
            registration.RegisterCoop(
                stream_id=self.ids.coop_id,
                stamp=self.stamp,
                association_id=self.context.ledger.association_id,
                details=details,
                demo=True,
            )
        )
        self.do(
            registration.DefineSchoolClasses(
                stream_id=self.ids.coop_id, stamp=self.stamp, school_year=self.year, labels=_CLASSES
            )
        )

    def bank_account(self) -> None:
        """Register and confirm the coop's bank account."""
        account_id, vault = uuid4(), self.context.vault
        masked, fingerprint = people.keep_iban(vault, self.ids.coop_id, account_id, DEMO_IBAN, self.now)
        self.do(
            bank_accounts.RegisterBankAccount(
                stream_id=self.ids.coop_id,
                stamp=self.stamp,
                bank_account_id=account_id,
                iban_masked=masked,
                iban_fingerprint=fingerprint,
            )
        )
        self.do(
            bank_accounts.ConfirmBankAccount(
                stream_id=self.ids.coop_id,
                stamp=Stamp(at=self.now, by=SECOND),
                bank_account_id=account_id,
                payee_check="match",
            )
        )

    def campaign(self) -> None:
        """Put a campaign on line, to be paid at once or in three times."""
        campaign_id, holder_id = self.ids.campaign_id, uuid4()
        holder = Person("Camille", "ESSAI", "cooperative@example.org", "+33493000000")
        people.keep_holder(self.context.vault, self.ids.coop_id, holder_id, holder, self.now)
        self.do(
            settings.DraftCampaign(
                stream_id=campaign_id,
                stamp=self.stamp,
                coop_id=self.ids.coop_id,
                details=self._details(holder_id),
                purpose=self.policy.purposes[0],
                school_year=self.year,
                demo=True,
                policy=self.policy,
            )
        )
        year = (date(self.year, 9, 1), date(self.year + 1, 8, 31) + timedelta(days=366))
        tariff = Tariff(tariff_id="enfant", label="1 enfant", tiers=(_PRICE,), valid_from=year[0], valid_to=year[1])
        free = msgspec.structs.replace(tariff, tariff_id="soutien", label="Soutien libre", tiers=(_LEAST,), free=True)
        self.do(settings.SetTariffs(stream_id=campaign_id, stamp=self.stamp, tariffs=(tariff, free)))
        asked = (FormField(name="class", state="optional"), FormField(name="photo", state="optional"))
        self.do(settings.SetFormFields(stream_id=campaign_id, stamp=self.stamp, fields=asked))
        terms = InstalmentTerms(count=3, interval_months=1)
        self.do(
            settings.SetPaymentOptions(
                stream_id=campaign_id,
                stamp=self.stamp,
                means=("card",),
                instalments=terms,
                message="Merci de votre essai.",
                policy=self.policy,
            )
        )
        self.do(
            publication.PublishCampaign(
                stream_id=campaign_id,
                stamp=self.stamp,
                responsible_id=holder_id,
                council_decision=council_decision(paris_date(self.now)),
                policy=self.policy,
                mandated=True,
                charter_version=0,
                charter_accepted=0,
            )
        )

    def _details(self, contact_id: UUID) -> CampaignDetails:
        """What the campaign shows: a picture, texts, a file, a contact."""
        drawn, report = draw_picture(draw_school()), read_attachment(_report(), "Les projets de l’année")
        self.files.keep_picture(drawn)
        self.files.keep_attachment(report)
        return CampaignDetails(
            title="Essai de paiement",
            description=_DESCRIPTION,
            terms=_TERMS,
            picture=str(drawn.ref),
            attachments=(str(report.ref),),
            contact_id=contact_id,
        )

    def basket(self) -> None:
        """Fill a basket for two children."""
        coop_id, payer_id = self.ids.coop_id, uuid4()
        commitment = people.keep_payer(self.context.vault, coop_id, payer_id, _PAYER, self.now)
        names = {uuid4(): Person(first, "ESSAI") for first in ("Alix", "Noa")}
        people.keep_children(self.context.vault, coop_id, names, self.now)
        children = tuple(
            basket.Child(participant_id=key, class_label=label, tariff_id="enfant")
            for key, label in zip(names, _CLASSES, strict=False)
        )
        self.do(
            basket.PlaceContribution(
                stream_id=self.ids.campaign_id,
                stamp=self.stamp,
                contribution_id=self.ids.contribution_id,
                payer_id=payer_id,
                commitment=commitment,
                children=children,
                tip_cents=_TIP,
                means="card",
                instalments=1,
                terms_version="1",
                known_classes={},
            )
        )
