"""The payments table of a campaign, as the mandate holder exports it: payers and participants (S-164…S-167, AN-9).

One row per child, one per payer, joined by order number; amounts in cents, days of payment in Paris. The columns of
the guide come first and in its order; due, paid, refunded and outstanding all appear (AN-8) and nothing is ever cut
(AN-6). It lists who paid, or had nothing to pay, never who did not: a basket left without a payment is not in it. A
child who got everything back is listed, is no participant, and owes nothing; the words are the glossary's « The
figures ».
Names and answers come from the caller, who may read the vault; a person it has forgotten is shown as erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import paris_date
from projections.contributions import NOTHING_DUE, ContributionRow
from projections.participants import ParticipantRow
from reports.class_balance import CampaignHead
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, TableCells, Value, slug
from reports.parts.wording import ERASED_NAME, MEANS, payment_reference, state_of_child, state_on_schedule

_GUIDE: Final = (
    Column("Prénom participant"),
    Column("Nom participant"),
    Column("Paiement"),
    Column("Montant dû", Kind.CENTS, summed=True),
    Column("Moyen de paiement"),
    Column("Date de paiement", Kind.DATE),
)
_GONE: Final = (
    Column("Remboursé", Kind.CENTS, summed=True, quiet=True),
    Column("Impayé", Kind.CENTS, summed=True, quiet=True),
    Column("Dû aux familles", Kind.CENTS, summed=True, quiet=True),
)
_AFTER: Final = (
    Column("Classe"),
    Column("Montant réglé", Kind.CENTS, summed=True),
    Column("dont collecté ailleurs", Kind.CENTS, summed=True, quiet=True),
    *_GONE,
    Column("Reste", Kind.CENTS, summed=True, quiet=True),
    Column("Participants", Kind.COUNT, summed=True, quiet=True),
    Column("N° de commande"),
)
PAYER_COLUMNS: Final = (
    Column("N° de commande"),
    Column("Prénom payeur"),
    Column("Nom payeur"),
    Column("Paiement"),
    Column("Participants", Kind.COUNT, summed=True),
    Column("Montant dû", Kind.CENTS, summed=True),
    Column("Moyen de paiement"),
    Column("Date de paiement", Kind.DATE),
    Column("Montant réglé", Kind.CENTS, summed=True),
    Column("dont collecté ailleurs", Kind.CENTS, summed=True, quiet=True),
    *_GONE,
    Column("Reste", Kind.CENTS, summed=True, quiet=True),
    Column("Paiements", Kind.COUNT, summed=True, quiet=True),
    Column("Bordereau d’espèces"),
)
_SUMMED: Final = ("Montant dû", "Montant réglé", "Remboursé", "Impayé", "Dû aux familles")
NOMINATIVE: Final = "Document nominatif\u00a0: diffusion réservée au mandataire et au vérificateur des comptes."
"""What stands on every document that names families."""


class PersonNames(NamedTuple):
    """A person's names, as the vault gives them to the caller."""

    first: str
    last: str

    @property
    def full(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}".strip()


class Answers(NamedTuple):
    """The answers to a campaign's other fields: their labels in order, and for each child its answer by label."""

    labels: tuple[str, ...] = ()
    by_participant: Mapping[UUID, Mapping[str, str]] = {}


UNKNOWN: Final = PersonNames("", ERASED_NAME)
"""Whom the vault has forgotten."""
_NO_ANSWERS: Final = Answers()
_NO_SLIPS: Final[Mapping[UUID, str]] = MappingProxyType({})


def payments_table(
    provenance: Provenance,
    campaign: CampaignHead,
    contributions: Sequence[ContributionRow],
    participants: Sequence[ParticipantRow],
    names: Mapping[UUID, PersonNames],
    labels: Mapping[str, str],
    answers: Answers = _NO_ANSWERS,
    slips: Mapping[UUID, str] = _NO_SLIPS,
) -> Report:
    """Make the payments table of a campaign; ``names`` by person, ``labels`` by class code, ``slips`` by order."""
    paid = {row.contribution_id: row for row in contributions if stands(row)}
    children = [child for child in participants if child.contribution_id in paid]
    by_child = children_table(paid, children, names, labels, answers)
    by_payer = _payers(paid.values(), children, names, slips)
    return Report(
        name=f"paiements-{slug(campaign.title)[:40]}",
        title="Tableau des paiements",
        subtitle=campaign.title,
        provenance=provenance.over(campaign.period(paris_date(provenance.produced_at))),
        tables=(by_payer, by_child),
        figures=(
            Figure("Contributions", len(paid), Kind.COUNT),
            Figure("Paiements", by_payer.sum_of("Paiements"), Kind.COUNT),
            Figure("Participants", by_payer.sum_of("Participants"), Kind.COUNT),
            *(Figure(word, by_payer.sum_of(word)) for word in _SUMMED),
        ),
        notes=(NOMINATIVE,),
        restricted=True,
        landscape=True,
    )


def children_table(
    paid: Mapping[UUID, ContributionRow],
    children: Iterable[ParticipantRow],
    names: Mapping[UUID, PersonNames],
    labels: Mapping[str, str],
    answers: Answers,
) -> Table:
    """Return the table of children: one payment for two children gives two rows (S-167)."""
    columns = child_columns(answers.labels)
    lines: list[tuple[Value, ...]] = []
    for child in children:
        given = answers.by_participant.get(child.participant_id, {})
        lines.append(
            child_cells(
                paid[child.contribution_id],
                child,
                names.get(child.participant_id, UNKNOWN),
                [given.get(label, "") for label in answers.labels],
                labels.get(child.class_code, child.class_code),
            )
        )
    return Table(name="enfants", title="Enfants", columns=columns, cells=TableCells(columns, lines))


def child_columns(answers: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of children: the guide's, the answers to the form by their labels, then what follows."""
    return (*_GUIDE, *map(Column, _distinct(answers)), *_AFTER)


def child_cells(
    order: ContributionRow, child: ParticipantRow, name: PersonNames, answers: Iterable[str], school_class: str
) -> tuple[Value, ...]:
    """Return the row of one child."""
    return (
        *(name.first, name.last, state_of_child(order, child), child.due, _means(order), paid_on(order), *answers),
        *(school_class, child.paid, child.collected_elsewhere, child.refunded, child.lost, child.owed),
        *(max(child.due - child.paid, 0), int(child.takes_part), payment_reference(child.contribution_id)),
    )


def payer_cells(
    order: ContributionRow, children: Iterable[ParticipantRow], name: PersonNames, slip: str
) -> tuple[Value, ...]:
    """Return the row of one payer, with how many of its children take part, and its slip where it paid in cash."""
    count = left = 0
    for child in children:
        count += child.takes_part
        left += max(child.due - child.paid, 0)
    return (
        *(payment_reference(order.contribution_id), name.first, name.last, state_on_schedule(order)),
        *(count, order.due, _means(order), paid_on(order)),
        *(order.paid, order.collected_elsewhere, order.refunded, order.lost, order.owed, left, order.payments, slip),
    )


def _distinct(labels: Iterable[str]) -> list[str]:
    """Return the labels of a form's fields, each unlike the columns and the labels before it."""
    taken = {column.label for column in (*_GUIDE, *_AFTER)}
    distinct = []
    for label in labels:
        name, again = label, 2
        while name in taken:
            name, again = f"{label} ({again})", again + 1
        taken.add(name)
        distinct.append(name)
    return distinct


def _payers(
    paid: Iterable[ContributionRow],
    children: Iterable[ParticipantRow],
    names: Mapping[UUID, PersonNames],
    slips: Mapping[UUID, str],
) -> Table:
    """Return the table of payers, with how many of its children take part, and the slips of what was paid in cash."""
    of_order: dict[UUID, list[ParticipantRow]] = {}
    for child in children:
        of_order.setdefault(child.contribution_id, []).append(child)
    lines = [
        payer_cells(
            order,
            of_order.get(order.contribution_id, ()),
            names.get(order.payer_id, UNKNOWN),
            slips.get(order.contribution_id, ""),
        )
        for order in paid
    ]
    return Table(name="payeurs", title="Payeurs", columns=PAYER_COLUMNS, cells=TableCells(PAYER_COLUMNS, lines))


def stands(order: ContributionRow) -> bool:
    """Tell whether something was paid, or nothing was to be paid."""
    return order.paid_at is not None or order.status == NOTHING_DUE


def _means(order: ContributionRow) -> str:
    """How it was paid; not at all, where nothing was to be paid."""
    return MEANS[order.means] if order.asked else ""


def paid_on(order: ContributionRow) -> date | None:
    """Return the Paris day of the first payment, None where nothing was paid."""
    return None if order.paid_at is None else paris_date(order.paid_at)
