"""The sheets of each kind of file, row by row: payers and children joined by order number (AN-9, S-164…S-167)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.exports import ExportKind
from reports.parts.report import Column, Kind, Value
from reports.parts.streamed_table import StreamedTable
from reports.parts.wording import payment_reference
from reports.payments_table import PAYER_COLUMNS, child_cells, child_columns, paid_on, payer_cells
from service.exports.rows import ExportSource, Told, answers_of
from service.fields import french_phone

Cells = Iterator[tuple[Value, ...]]
_CAMPAIGN: Final = Column("Collecte")
_PARTICIPANTS: Final = (Column("Prénom participant"), Column("Nom participant"), Column("Classe"), Column("Formule"))
_REACHED: Final = (
    Column("N° de commande"),
    Column("Prénom payeur"),
    Column("Nom payeur"),
    Column("Adresse e-mail"),
    Column("Téléphone"),
)
_GIVEN: Final = (Column("Date de paiement", Kind.DATE), Column("Montant conservé", Kind.CENTS, summed=True))


def tables_of(kind: ExportKind, source: ExportSource, told: Told) -> Iterator[StreamedTable]:
    """Yield the sheets of a kind of file, each to be written before the next one is asked for."""
    several = (_CAMPAIGN,) if len(source.campaigns) > 1 else ()
    labels = [question.label for question in source.questions]
    if kind in {ExportKind.CONTRIBUTIONS, ExportKind.GIFTS}:
        yield StreamedTable("Payeurs", (*PAYER_COLUMNS, *several), _payers(source, told, bool(several)))
        columns = (*child_columns(labels), *several)
        yield StreamedTable("Enfants", columns, _children(source, told, bool(several)))
    elif kind is ExportKind.PARTICIPANTS:
        columns = (*_PARTICIPANTS, *map(Column, labels), _REACHED[0], _CAMPAIGN)
        yield StreamedTable("Participants", columns, _taking_part(source, told))
        yield StreamedTable("Payeurs", (*_REACHED, _CAMPAIGN), _contacts(source, told, given=False))
    else:
        yield StreamedTable("Donateurs", (*_REACHED, *_GIVEN, _CAMPAIGN), _contacts(source, told, given=True))


def steps_of(kind: ExportKind) -> int:
    """Return how often a kind of file goes through all orders."""
    return 1 if kind is ExportKind.GIVERS else 2


def _payers(source: ExportSource, told: Told, several: bool) -> Cells:  # noqa: FBT001 - whether the campaign is a column
    for one in source.orders(told, children=False):
        order, children = one.row
        slip = one.texts.slips.get(order.contribution_id, "")
        cells = payer_cells(order, children, one.name(order.payer_id), slip)
        yield (*cells, one.texts.campaign.title) if several else cells


def _children(source: ExportSource, told: Told, several: bool) -> Cells:  # noqa: FBT001 - as above
    for one in source.orders(told, children=True):
        for child in one.row.children:
            given = answers_of(one.person(child.participant_id), source.questions)
            school_class = one.texts.school_class(child)
            cells = child_cells(one.row.order, child, one.name(child.participant_id), given, school_class)
            yield (*cells, one.texts.campaign.title) if several else cells


def _taking_part(source: ExportSource, told: Told) -> Cells:
    for one in source.orders(told, children=True):
        for child in one.row.children:
            if child.takes_part:
                person, texts = one.person(child.participant_id), one.texts
                yield (
                    *(person.first_name, person.last_name, texts.school_class(child)),
                    *(texts.tariffs.get(child.tariff_id, ""), *answers_of(person, source.questions)),
                    *(payment_reference(child.contribution_id), texts.campaign.title),
                )


def _contacts(source: ExportSource, told: Told, *, given: bool) -> Cells:
    """Yield who paid and how to reach them: of those with a child that takes part, or of all who gave something.

    A slip of cash without a name cannot be reached; what it gave is in the sum of what was given.
    """
    for one in source.orders(told, children=False):
        order, children = one.row
        if order.contribution_id in one.texts.unnamed and not given:
            continue
        held = sum(child.held for child in children)
        if not (held if given else any(child.takes_part for child in children)):
            continue
        payer = one.person(order.payer_id)
        reached = (payment_reference(order.contribution_id), payer.first_name, payer.last_name, payer.email)
        amounts = (paid_on(order), held) if given else ()
        yield (*reached, french_phone(payer.phone), *amounts, one.texts.campaign.title)
