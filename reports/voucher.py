"""The campaign voucher, « pièce comptable »: one numbered document and one entry for a whole campaign (S-168…S-170).

Cents; business instants in Paris. What came in online, less what was given back, is what payouts carried plus what
is still on the online account: the voucher is refused when that does not hold (S-169, invariant 7). What came back from
a card is online again while its class gave it: the coop owes it to the family, or has paid it from its bank or cash
box. Refunds are shown apart from receipts, never netted. The annex by family is optional and restricted; its names come
from the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import french_date, paris_date
from domain.chart_of_accounts import CHART, Account
from domain.errors import LedgerCorrupt, StatementDoesNotAddUp
from domain.events import EVENT_TYPES
from domain.journal import Posting, check_balanced
from domain.money import euros
from projections.class_balances import ClassBalance
from projections.contributions import ContributionRow
from projections.participants import ParticipantRow
from reports.class_balance import CampaignHead, class_table
from reports.parts.payout_parts import Covered
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, frame, slug
from reports.parts.wording import (
    ERASED_NAME,
    MEANS,
    PAYOUT_STATES,
    payment_reference,
    payout_reference,
    voucher_reference,
)
from reports.payments_table import PersonNames

_MEANS: Final = (
    Column("Moyen de paiement"),
    Column("Paiements", Kind.COUNT, summed=True),
    Column("Reçu", Kind.CENTS, summed=True),
    Column("Remboursé", Kind.CENTS, summed=True, quiet=True),
    Column("Impayé", Kind.CENTS, summed=True, quiet=True),
    Column("Net", Kind.CENTS, summed=True),
)
_PAYOUTS: Final = (
    Column("Virement"),
    Column("Émis le", Kind.DATE),
    Column("En banque le", Kind.DATE),
    Column("État"),
    Column("Total du virement", Kind.CENTS),
    Column("Part de la collecte", Kind.CENTS, summed=True),
)
_CONTENTS: Final = (
    Column("Virement"),
    Column("Mouvement"),
    Column("N° de commande"),
    Column("Montant couvert", Kind.CENTS, summed=True),
)
_NAMES: Final = {kind.TOPIC.rpartition(".")[0]: kind.LABEL for kind in EVENT_TYPES}
_ENTRY: Final = (
    Column("Compte"),
    Column("Libellé"),
    Column("Débit", Kind.CENTS, summed=True, quiet=True),
    Column("Crédit", Kind.CENTS, summed=True, quiet=True),
)
_FAMILIES: Final = (
    Column("N° de commande"),
    Column("Payeur"),
    Column("Participant"),
    Column("Classe"),
    Column("Bordereau d’espèces"),
    Column("Dû", Kind.CENTS, summed=True),
    Column("Réglé", Kind.CENTS, summed=True),
    Column("Remboursé", Kind.CENTS, summed=True, quiet=True),
    Column("Conservé", Kind.CENTS, summed=True),
)
_RESTRICTED: Final = "L’annexe par famille est nominative\u00a0: diffusion réservée aux vérificateurs des comptes."


class VoucherPayout(NamedTuple):
    """A payout, the cents of it that are this campaign's and the movements they are; days in Paris.

    ``booked_on`` is the bank's own day.
    """

    fiscal_year: int
    number: int
    sent_on: date | None
    booked_on: date | None
    status: str
    cents: int
    part: int
    contents: Sequence[Covered] = ()


class VoucherInput(NamedTuple):
    """What a voucher is made of; ``undistributed`` cents are still online, ``blocked`` the contested part of them.

    ``owed`` to families came back from their cards; ``from_bank`` and ``from_cash`` are what the coop itself paid to
    families.
    """

    fiscal_year: int
    number: int
    campaign: CampaignHead
    classes: Sequence[ClassBalance]
    due: Mapping[str, int]
    labels: Mapping[str, str]
    contributions: Sequence[ContributionRow]
    payouts: Sequence[VoucherPayout]
    undistributed: int
    blocked: int = 0
    owed: int = 0
    from_bank: int = 0
    from_cash: int = 0
    slips: Mapping[UUID, str] = {}


class FamilyAnnex(NamedTuple):
    """The annex by family: the children of the campaign, and the names the caller may show, by person."""

    participants: Sequence[ParticipantRow]
    names: Mapping[UUID, PersonNames]


def voucher(provenance: Provenance, given: VoucherInput, families: FamilyAnnex | None = None) -> Report:
    """Make the voucher of a campaign.

    Raises:
        StatementDoesNotAddUp: the money received online is not what payouts carried plus what remains (S-169).
        LedgerCorrupt: the classes and the payments disagree, or the entry does not balance.

    """
    classes = class_table(given.classes, given.due, given.labels)
    means = _means(given.contributions, classes)
    in_cash = classes.sum_of("dont espèces") - given.from_cash
    elsewhere = classes.sum_of("dont collecté ailleurs") - classes.sum_of("dont remboursé ailleurs")
    online = classes.sum_of("Solde") - in_cash - elsewhere + given.owed + given.from_bank
    paid_out = sum(payout.part for payout in given.payouts)
    gap = online - paid_out - given.undistributed
    if gap:
        raise StatementDoesNotAddUp(gap_euros=euros(abs(gap)), gap=gap, campaign=str(given.campaign.campaign_id))
    reference, day = voucher_reference(given.fiscal_year, given.number), paris_date(provenance.produced_at)
    payouts = (_payouts(given.payouts), _contents(given.payouts))
    tables = (classes, means, *payouts, _entry(given, classes, reference))
    return Report(
        name=f"piece-{slug(reference)}-{slug(provenance.affiliation_number)}",
        title=f"Pièce comptable {reference}",
        subtitle=f"{given.campaign.title} – établie le {french_date(day)}",
        provenance=provenance.over(given.campaign.period(day)),
        tables=tables if families is None else (*tables, _families(given, families)),
        figures=(
            Figure("Total de la collecte", classes.sum_of("Solde")),
            Figure("Reçu en ligne, net", online),
            Figure("Virements", paid_out),
            Figure("Solde non viré", given.undistributed),
            Figure("Espèces", in_cash),
            *([Figure("Collecté ailleurs, net", elsewhere)] if elsewhere else []),
            *(Figure(label, cents) for label, cents in _by_hand(given) if cents),
        ),
        notes=_notes(given, families, day),
        restricted=families is not None,
    )


def _by_hand(given: VoucherInput) -> tuple[tuple[str, int], ...]:
    """What the coop owes or paid families itself, named."""
    paid = given.from_bank + given.from_cash
    return (("Dû aux familles, remboursements revenus", given.owed), ("Réglé aux familles par la coopérative", paid))


def _notes(given: VoucherInput, families: FamilyAnnex | None, until: date) -> tuple[str, ...]:
    """Say what the figures mean, and what kind of document this is."""
    nature = (
        "Collecte terminée\u00a0: cette pièce unique tient lieu de justificatif de recette pour toute la collecte."
        if given.campaign.finished
        else "Collecte en cours\u00a0: pièce provisoire, à remplacer quand la collecte sera archivée."
    )
    identity = (
        "Reçu en ligne, net des remboursements et impayés = somme des virements + solde non viré. Un remboursement "
        "revenu de la carte reste en ligne\u00a0: la coopérative le doit à la famille ou le lui a réglé."
    )
    rule = (
        "Chaque virement couvre les mouvements fixés à sa demande\u00a0: d’abord les sorties, "
        "puis les rentrées de la plus ancienne à la plus récente."
    )
    restricted = (_RESTRICTED,) if families is not None else ()
    return (nature, *given.campaign.closing(until), identity, rule, *restricted)


def _means(contributions: Iterable[ContributionRow], classes: Table) -> Table:
    """Add up the payments by means; they must say the same as the classes."""
    lines = [
        (MEANS[row.means], 1, row.paid, row.refunded, row.lost, row.paid - row.refunded - row.lost)
        for row in contributions
        if row.paid_at is not None
    ]
    sums = frame(_MEANS, lines).groupby("Moyen de paiement", sort=True).sum().reset_index()
    table = Table(name="moyens", title="Par moyen de paiement", columns=_MEANS, frame=sums)
    for ours, theirs in (("Reçu", "Reçu"), ("Remboursé", "Remboursé"), ("Impayé", "Impayé"), ("Net", "Solde")):
        if table.sum_of(ours) != classes.sum_of(theirs):
            raise LedgerCorrupt(column=ours, payments=table.sum_of(ours), classes=classes.sum_of(theirs))
    return table


def _payouts(payouts: Iterable[VoucherPayout]) -> Table:
    """Return the payouts that carried the campaign's money to the bank."""
    lines = [
        (
            *(payout_reference(payout.fiscal_year, payout.number), payout.sent_on, payout.booked_on),
            *(PAYOUT_STATES[payout.status], payout.cents, payout.part),
        )
        for payout in payouts
    ]
    made = frame(_PAYOUTS, lines)
    title = "Virements vers la banque"
    return Table(name="virements", title=title, columns=_PAYOUTS, frame=made, empty="Aucun virement à ce jour.")


def _contents(payouts: Iterable[VoucherPayout]) -> Table:
    """Return the campaign's movements that each payout covers, in the order the payout named them."""
    lines = [
        (
            payout_reference(payout.fiscal_year, payout.number),
            _NAMES[one.kind],
            payment_reference(one.contribution_id),
            one.cents,
        )
        for payout in payouts
        for one in payout.contents
    ]
    made, title = frame(_CONTENTS, lines), "Mouvements couverts par les virements"
    return Table(name="contenu", title=title, columns=_CONTENTS, frame=made, empty="Aucun virement à ce jour.")


def _entry(given: VoucherInput, classes: Table, reference: str) -> Table:
    """Write the one entry of the campaign in the coop's book: where the money is, and where it comes from (S-170)."""
    booked = sum(payout.part for payout in given.payouts if payout.booked_on is not None)
    in_transit = sum(payout.part for payout in given.payouts) - booked
    legs = (
        Posting(Account.BANK, booked, 0),
        Posting(Account.PAYOUT_TRANSFERS, in_transit, 0),
        Posting(Account.ONLINE, given.undistributed - given.blocked, 0),
        Posting(Account.ONLINE_BLOCKED, given.blocked, 0),
        Posting(Account.CASH, classes.sum_of("dont espèces"), 0),
        Posting(Account.COLLECTED_ELSEWHERE, classes.sum_of("dont collecté ailleurs"), 0),
        Posting(Account.COLLECTED_ELSEWHERE, 0, classes.sum_of("dont remboursé ailleurs")),
        Posting(Account.CONTRIBUTIONS, classes.sum_of("Impayé"), 0),
        Posting(Account.CONTRIBUTIONS, classes.sum_of("Remboursé"), 0),
        Posting(Account.BANK, 0, given.from_bank),
        Posting(Account.CASH, 0, given.from_cash),
        Posting(Account.DUE_TO_FAMILIES, 0, given.owed),
        Posting(Account.CONTRIBUTIONS, 0, classes.sum_of("Reçu")),
    )
    check_balanced(legs)
    lines = [
        (CHART[leg.account].number, CHART[leg.account].label, leg.debit, leg.credit)
        for leg in legs
        if leg.debit or leg.credit
    ]
    made = frame(_ENTRY, lines)
    return Table(name="ecriture", title=f"Écriture comptable – pièce {reference}", columns=_ENTRY, frame=made)


def _families(given: VoucherInput, families: FamilyAnnex) -> Table:
    """Return the annex by family: one row for each child that something was paid for."""
    payers = {row.contribution_id: row.payer_id for row in given.contributions if row.paid_at is not None}
    lines = [
        (
            *(payment_reference(child.contribution_id), _name(families, payers[child.contribution_id])),
            *(_name(families, child.participant_id), given.labels.get(child.class_code, child.class_code)),
            given.slips.get(child.contribution_id, ""),
            *(child.due, child.paid, child.refunded, child.held),
        )
        for child in families.participants
        if child.contribution_id in payers
    ]
    made = frame(_FAMILIES, lines)
    return Table(name="familles", title="Annexe restreinte par famille", columns=_FAMILIES, frame=made, apart=True)


def _name(families: FamilyAnnex, person_id: UUID) -> str:
    person = families.names.get(person_id)
    return ERASED_NAME if person is None else person.full
