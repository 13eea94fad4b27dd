"""The class balance sheet of a campaign: what each class received and keeps.

Amounts are cents, counted at the business instant (``paid_at``); children are counted, never named (S-165).
Invariant 7: Σ classes = campaign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import fiscal_year_label, french_date, paris_date
from domain.errors import LedgerCorrupt
from projections.class_balances import ClassBalance, in_order
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, TableCells, Value, slug

_AMOUNTS: Final = (
    Column("Participants", Kind.COUNT, summed=True),
    Column("Dû", Kind.CENTS, summed=True),
    Column("Reçu", Kind.CENTS, summed=True),
    Column("dont espèces", Kind.CENTS, summed=True, quiet=True),
    Column("dont collecté ailleurs", Kind.CENTS, summed=True, quiet=True),
    Column("Remboursé", Kind.CENTS, summed=True, quiet=True),
    Column("dont remboursé ailleurs", Kind.CENTS, summed=True, quiet=True),
    Column("Impayé", Kind.CENTS, summed=True, quiet=True),
    Column("Dû aux familles", Kind.CENTS, summed=True, quiet=True),
    Column("Solde", Kind.CENTS, summed=True),
    Column("dont changements de classe", Kind.CENTS, summed=True, quiet=True),
)
_NOTE: Final = (
    "Solde = reçu − remboursé − impayé − dû aux familles (remboursements revenus de la carte). Les espèces, et ce "
    "qu’une autre plateforme a collecté, font partie de ce qui est reçu. Un enfant est compté, avec tout son argent, "
    "dans sa classe d’aujourd’hui."
)


class CampaignHead(NamedTuple):
    """A campaign as reports name it; its opening and closing instants in UTC."""

    campaign_id: UUID
    title: str
    school_year: int
    opens_at: datetime | None
    closes_at: datetime | None

    def period(self, until: date) -> str:
        """Name the period that the figures cover in French, from the opening to the day of the report.

        A refund or a lost dispute after the closing counts as well, so the period does not end with the campaign.
        """
        if self.opens_at is None:
            return f"année scolaire {fiscal_year_label(self.school_year)}, au {french_date(until)}"
        return f"du {french_date(paris_date(self.opens_at))} au {french_date(until)}"

    def closing(self, until: date) -> tuple[str, ...]:
        """Say until when the campaign takes contributions, or took them."""
        if self.closes_at is None:
            return ()
        closes = paris_date(self.closes_at)
        verb = "était" if closes < until else "est"
        return (f"La collecte {verb} ouverte jusqu’au {french_date(closes)}.",)


def class_balance(
    provenance: Provenance,
    campaign: CampaignHead,
    rows: Sequence[ClassBalance],
    labels: Mapping[str, str],
) -> Report:
    """Make the balance sheet of a campaign's classes, in the order of the coop's list of classes.

    ``labels`` gives how each class is shown, by its code.

    Raises:
        LedgerCorrupt: a balance that is not what its parts give.

    """
    table = class_table(rows, labels)
    until = paris_date(provenance.produced_at)
    return Report(
        name=f"bilan-par-classe-{slug(campaign.title)[:40]}",
        title="Bilan par classe",
        subtitle=campaign.title,
        provenance=provenance.over(campaign.period(until)),
        tables=(table,),
        figures=_figures(table),
        notes=(_NOTE, *campaign.closing(until)),
    )


def class_table(rows: Iterable[ClassBalance], labels: Mapping[str, str]) -> Table:
    """Return the table of a campaign's classes."""
    ranked = in_order(rows, labels)
    columns = (Column("Classe"), *_AMOUNTS)
    lines = [(labels.get(row.class_code, row.class_code), *_amounts(row)) for row in ranked]
    return _checked(Table(name="classes", title="Par classe", columns=columns, cells=TableCells(columns, lines)))


def _amounts(row: ClassBalance) -> tuple[Value, ...]:
    """Return the amounts of a row in the order of the columns."""
    received = (row.received, row.cash, row.collected_elsewhere)
    given_back = (row.refunded, row.refunded_elsewhere)
    gone = (*given_back, row.unpaid, row.owed_to_families)
    return (row.participants, row.due, *received, *gone, row.balance, row.moved)


def _checked(table: Table) -> Table:
    """Refuse a table whose balances are not what their parts give, or where cents moved between classes are lost."""
    parts = (table.numbers(word) for word in ("Reçu", "Remboursé", "Impayé", "Dû aux familles", "Solde"))
    gaps = [received - back - unpaid - owed - held for received, back, unpaid, owed, held in zip(*parts, strict=True)]
    moved = table.sum_of("dont changements de classe")
    if any(gaps) or moved:
        raise LedgerCorrupt(table=table.name, gaps=gaps, moved=moved)
    return table


def _figures(table: Table) -> tuple[Figure, ...]:
    return (
        Figure("Participants", table.sum_of("Participants"), Kind.COUNT),
        *(
            Figure(word, table.sum_of(word))
            for word in ("Dû", "Reçu", "Remboursé", "Impayé", "Dû aux familles", "Solde")
        ),
    )
