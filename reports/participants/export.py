"""The participants that a mandate holder chose of a campaign's list, as a file: one row a child (S-142…S-145).

With all columns it has those of the payments table (S-166), every answer to the form, and who paid, by class and name:
it can be imported again. With the displayed columns it has what the list shows, in its order.
Names and answers come from the caller, who may read the vault; a person it has forgotten is shown as erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import paris_date
from domain.texts.visible import plain_letters
from projections.contributions import ContributionRow
from projections.participants import ParticipantRow
from reports.class_balance import CampaignHead
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, TableCells, Value, slug
from reports.parts.wording import ERASED_NAME, MEANS, state_of_child
from reports.payments_table import NOMINATIVE, Answers, PersonNames, children_table

_PAYER: Final = (
    Column("Prénom payeur"),
    Column("Nom payeur"),
    Column("E-mail payeur"),
    Column("Téléphone payeur"),
)
_TARIFF: Final = Column("Formule")
_SHOWN: Final = (
    Column("Prénom"),
    Column("Nom"),
    Column("Montant", Kind.CENTS, summed=True),
    Column("Formules"),
    Column("État paiement"),
    Column("Moyen de paiement"),
    Column("Classe"),
    Column("Payeur"),
    Column("Date", Kind.DATE),
)
DISPLAYED: Final = tuple(column.label for column in _SHOWN)
"""The columns of the list, as it heads them."""


class Reached(NamedTuple):
    """How a payer is reached, as the vault gives it to the caller."""

    email: str = ""
    phone: str = ""


class ChosenChildren(NamedTuple):
    """The children that were chosen, in their order, with what is said of them beside the ledger's figures."""

    children: Sequence[ParticipantRow]
    orders: Mapping[UUID, ContributionRow]
    names: Mapping[UUID, PersonNames]
    reached: Mapping[UUID, Reached]
    answers: Answers
    classes: Mapping[str, str]
    tariffs: Mapping[str, str]


def participants_export(
    provenance: Provenance, campaign: CampaignHead, chosen: ChosenChildren, *, whole: bool
) -> Report:
    """Make the file of the chosen children: with the ``whole`` of what is known of each, or the displayed columns."""
    table = _whole(chosen) if whole else _displayed(chosen)
    return Report(
        name=f"participants-{slug(campaign.title)[:40]}",
        title="Participants",
        subtitle=campaign.title,
        provenance=provenance.over(campaign.period(paris_date(provenance.produced_at))),
        tables=(table,),
        figures=(
            Figure("Lignes", len(chosen.children), Kind.COUNT),
            Figure("Montant réglé", sum(child.paid for child in chosen.children)),
        ),
        notes=(NOMINATIVE,),
        restricted=True,
        landscape=True,
    )


def _whole(chosen: ChosenChildren) -> Table:
    ordered = sorted(chosen.children, key=partial(_by_class_and_name, chosen, list(chosen.classes)))
    table = children_table(chosen.orders, ordered, chosen.names, chosen.classes, chosen.answers)
    at = 1 + next(place for place, column in enumerate(table.columns) if column.label == "Classe")
    columns = (*table.columns[:at], _TARIFF, *table.columns[at:], *_PAYER)
    rows = (
        (*row[:at], chosen.tariffs.get(child.tariff_id, ""), *row[at:], *_payer(chosen, child))
        for row, child in zip(table.cells.rows, ordered, strict=True)
    )
    return Table(name="participants", title="Participants", columns=columns, cells=TableCells(columns, rows))


def _by_class_and_name(chosen: ChosenChildren, classes: Sequence[str], child: ParticipantRow) -> tuple[object, ...]:
    """Order children as a school reads them: the classes as its list has them, then names."""
    name, code = chosen.names.get(child.participant_id, PersonNames("", ERASED_NAME)), child.class_code
    rank = classes.index(code) if code in classes else len(classes)
    return rank, code, plain_letters(name.last), plain_letters(name.first)


def _payer(chosen: ChosenChildren, child: ParticipantRow) -> tuple[str, ...]:
    payer_id = chosen.orders[child.contribution_id].payer_id
    name = chosen.names.get(payer_id, PersonNames("", ERASED_NAME))
    return (*name, *chosen.reached.get(payer_id, Reached()))


def _displayed(chosen: ChosenChildren) -> Table:
    return Table(
        name="participants", title="Participants", columns=_SHOWN, cells=TableCells(_SHOWN, _displayed_rows(chosen))
    )


def _displayed_rows(chosen: ChosenChildren) -> Iterator[tuple[Value, ...]]:
    erased = PersonNames("", ERASED_NAME)
    for child in chosen.children:
        order = chosen.orders[child.contribution_id]
        yield (
            *chosen.names.get(child.participant_id, erased),
            child.paid,
            chosen.tariffs.get(child.tariff_id, ""),
            state_of_child(order, child),
            MEANS[order.means] if order.asked else "",
            chosen.classes.get(child.class_code, child.class_code),
            chosen.names.get(order.payer_id, erased).full,
            paris_date(order.paid_at or order.placed_at),
        )
