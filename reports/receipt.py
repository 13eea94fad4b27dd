"""The receipt of a contribution, « attestation de paiement »: what a family paid, for whom, and what became of it.

It attests what the coop's ledger says on the day of issue; it is neither an invoice nor a tax receipt, and a
contribution to a school co-operative is voluntary. Cents; days in Paris. The tip is shown apart: it never is the
coop's. Names come from the caller, who read them in the vault. Its paper is set by ``render.receipt_pdf``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import fiscal_year_label, french_date, paris_date
from domain.money import euros
from domain.texts.network_words import CONTRIBUTION, Wording
from reports.parts.contribution_history import ContributionHistory, MoneyReversal, ReceivedPayment, ReversalOutcome
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, TableCells, slug
from reports.parts.wording import MEANS, payment_reference

TITLE: Final = "Attestation de paiement"
NATURE: Final = "Attestation de paiement\u00a0: ni facture, ni reçu fiscal."
"""What the document is not (it proves a payment; the tax authorities know other papers)."""
VOLUNTARY: Final = "{the_gift} à la coopérative scolaire est volontaire."
TIP: Final = (
    "Pourboire à la plateforme\u00a0: {tip}. Il n’entre pas dans les comptes de la coopérative. "
    "Total débité, pourboire compris\u00a0: {total}."
)
_TIP_RETURNED: Final = " Pourboire remboursé\u00a0: {cents}."
_ELSEWHERE: Final = (
    "Ce paiement a été collecté pour la coopérative par une autre plateforme, qui en rend compte elle-même."
)
_CHILDREN: Final = (
    Column("Enfant"),
    Column("Classe"),
    Column("Tarif"),
    Column("Montant", Kind.CENTS, summed=True),
)
_PAYMENTS: Final = (
    Column("Date", Kind.DATE),
    Column("Paiement"),
    Column("Moyen"),
    Column("Montant", Kind.CENTS, summed=True),
)
_COMING: Final = (Column("Date", Kind.DATE), Column("Échéance"), Column("Montant", Kind.CENTS, summed=True))
_REVERSALS: Final = (Column("Date", Kind.DATE), Column("Opération"), Column("Montant", Kind.CENTS))
_REPAID: Final = {"cheque": "par chèque", "transfer": "par virement", "cash": "en espèces"}


class ChildLine(NamedTuple):
    """One child of the basket as paper names it, and what its line costs."""

    name: str
    school_class: str
    tariff: str
    cents: int


class ReceiptInput(NamedTuple):
    """What a receipt is made of; ``instalments`` is in how many times the family chose to pay."""

    association: str
    payer: str
    contribution_id: UUID
    campaign: str
    school_year: int
    instalments: int
    children: Sequence[ChildLine]
    history: ContributionHistory
    words: Wording = CONTRIBUTION


class TextRun(NamedTuple):
    """A piece of a sentence, and whether it stands out."""

    text: str
    strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A receipt before it is set: its figures and tables as a report, and the texts of its page.

    ``state`` says what became of the payment, in sentences; it is empty where there is nothing but a payment.
    """

    report: Report
    association: str
    payer: str
    reference: str
    issued_on: date
    opening: tuple[TextRun, ...]
    state: tuple[str, ...]


def receipt(provenance: Provenance, given: ReceiptInput) -> Receipt:
    """Make the receipt of a contribution of which something was paid."""
    history, reference = given.history, payment_reference(given.contribution_id)
    issued_on, year = paris_date(provenance.produced_at), fiscal_year_label(given.school_year)
    report = Report(
        name=f"attestation-de-paiement-{slug(reference)}",
        title=TITLE,
        subtitle=f"{given.words.gift.capitalize()} volontaire – {given.campaign}",
        provenance=provenance.over(f"année scolaire {year}"),
        tables=tuple(_tables(given)),
        figures=figures_of(history),
        notes=_notes(history, given.words),
        restricted=True,
    )
    return Receipt(
        report=report,
        association=given.association,
        payer=given.payer,
        reference=reference,
        issued_on=issued_on,
        opening=_opening(provenance.coop_name, given, year),
        state=tuple(state_of(history, given.words)),
    )


def _opening(coop: str, given: ReceiptInput, year: str) -> tuple[TextRun, ...]:
    """Attest, in one sentence."""
    return (
        TextRun(f"La coopérative scolaire «\u00a0{coop}\u00a0» atteste avoir reçu de "),
        TextRun(given.payer, strong=True),
        TextRun(" la somme de "),
        TextRun(euros(given.history.paid), strong=True),
        TextRun(
            f", à titre {given.words.of_gift} volontaire à la collecte «\u00a0{given.campaign}\u00a0», "
            f"année scolaire {year}."
        ),
    )


def state_of(history: ContributionHistory, words: Wording = CONTRIBUTION) -> list[str]:
    """Say what became of the payment since, in sentences for the family; nothing where nothing did."""
    said = []
    if history.refunded:
        whole = "en totalité" if history.refunded == history.paid else "en partie"
        said.append(f"Cette {words.gift} a été remboursée {whole}\u00a0: {euros(history.refunded)}.")
    if history.owed:
        back = f"Un remboursement de {euros(history.owed)} est revenu de la carte"
        said.append(f"{back}\u00a0: la coopérative doit encore cette somme à la famille.")
    if history.lost:
        said.append(f"La banque du payeur a repris {euros(history.lost)}, après une contestation.")
    if history.contested:
        held = f"Le paiement est contesté auprès de la banque, pour {euros(history.contested)}"
        said.append(f"{held}\u00a0: son sort n’est pas encore connu.")
    if history.to_come:
        said.append(f"Des échéances restent à venir\u00a0: {euros(sum(due.cents for due in history.to_come))}.")
    return said


def figures_of(history: ContributionHistory) -> tuple[Figure, ...]:
    """What is put forward: what the coop received and keeps, and what lies between when something does."""
    if history.kept == history.paid and not history.contested:
        return (Figure("Reçu et conservé par la coopérative", history.paid),)
    between = (
        Figure("Remboursé", -history.refunded),
        Figure("Dû à la famille", -history.owed),
        Figure("Repris par la banque", -history.lost),
    )
    return (
        Figure("Reçu par la coopérative", history.paid),
        *(figure for figure in between if figure.value),
        Figure("Conservé par la coopérative", history.kept),
        *([Figure("dont contesté", history.contested)] if history.contested else []),
    )


def _notes(history: ContributionHistory, words: Wording) -> tuple[str, ...]:
    """Say what the document is, what a contribution is, and whose the tip is."""
    tip = TIP.format(tip=euros(history.tip), total=euros(history.paid + history.tip)) if history.tip else ""
    if history.tip_returned:
        tip += _TIP_RETURNED.format(cents=euros(history.tip_returned))
    voluntary = VOLUNTARY.format(the_gift=words.the_gift.capitalize())
    return tuple(filter(None, (tip, _ELSEWHERE if history.external else "", voluntary, NATURE)))


def _tables(given: ReceiptInput) -> list[Table]:
    """The basket and the payments, then what is to come and what went back, where there is any."""
    history = given.history
    paid = [(one.on, _what(one, given.instalments), MEANS[one.means], one.cents) for one in history.received]
    coming = [(due.on, _nth(due.number, given.instalments), due.cents) for due in history.to_come]
    tables = [
        _table("contribution", given.words.gift.capitalize(), _CHILDREN, given.children),
        _table("paiements", "Paiements reçus", _PAYMENTS, paid),
        _table("echeances", "Échéances à venir", _COMING, coming),
        _table("remboursements", "Remboursements et contestations", _REVERSALS, _reversals(history)),
    ]
    return [table for table in tables if table.cells.rows]


def _table(name: str, title: str, columns: tuple[Column, ...], rows: Sequence[tuple[str | int | date, ...]]) -> Table:
    return Table(name=name, title=title, columns=columns, cells=TableCells(columns, rows))


def _what(payment: ReceivedPayment, instalments: int) -> str:
    """Say which payment it was."""
    if payment.means == "external":
        return "Paiement sur une autre plateforme"
    if not payment.instalment:
        return "Remise d’espèces"
    return _nth(payment.instalment, instalments) if instalments > 1 else "Paiement en une fois"


def _nth(number: int, count: int) -> str:
    return f"Échéance {number} sur {count}"


def _reversals(history: ContributionHistory) -> list[tuple[date, str, int]]:
    """Refunds and disputes, each with what became of it; a movement of the tip alone is named in the notes."""
    return [(one.on, _operation(one), one.cents) for one in history.reversals if one.cents]


def _operation(one: MoneyReversal) -> str:
    ended = "" if one.ended_on is None else f"le {french_date(one.ended_on)}"
    return {
        ReversalOutcome.REFUNDED: "Remboursement sur la carte",
        ReversalOutcome.RETURNED: (
            f"Remboursement revenu de la carte {ended}\u00a0: la coopérative doit encore cette somme"
        ),
        ReversalOutcome.REPAID: f"Remboursement réglé par la coopérative {_REPAID.get(one.means, '')} {ended}",
        ReversalOutcome.CONTESTED: "Paiement contesté auprès de la banque",
        ReversalOutcome.WON: f"Contestation close en faveur de la coopérative {ended}",
        ReversalOutcome.REFUNDED_ELSEWHERE: "Remboursement par l’autre plateforme",
        ReversalOutcome.LOST: f"Somme reprise par la banque {ended}",
    }[one.outcome]
