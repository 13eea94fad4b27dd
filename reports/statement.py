"""The monthly statement of a coop's online account: four boxes, the entries that explain them, late corrections.

S-155…S-161. Cents; the clock is the day of payment in Paris. A statement that does not add up is refused, whether by
its boxes (AN-1) or because its entries do not explain them (AN-7). A closed month never changes: what comes in late
counts in the open month and is listed again on the annex « corrections de périodes closes » (invariant 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from domain.calendar import end_of_month, french_date, french_month
from domain.errors import StatementDoesNotAddUp
from domain.events.base import StatementBoxes
from domain.money import euros
from domain.roll_forward import check_roll_forward
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, frame, slug

_ENTRIES: Final = (
    Column("Date", Kind.DATE),
    Column("Opération"),
    Column("Référence"),
    Column("Événement", Kind.COUNT),
    Column("Encaissement", Kind.CENTS, summed=True, quiet=True),
    Column("Décaissement", Kind.CENTS, summed=True, quiet=True),
    Column("Virement", Kind.CENTS, summed=True, quiet=True),
    Column("Bloqué", Kind.CENTS, summed=True, quiet=True),
    Column("Solde", Kind.CENTS),
)
_LATE: Final = (
    Column("Date", Kind.DATE),
    Column("Mois clos"),
    Column("Enregistré le", Kind.DATE),
    Column("Opération"),
    Column("Référence"),
    Column("Événement", Kind.COUNT),
    Column("Effet sur le solde", Kind.CENTS, summed=True),
)
_NOTES: Final = (
    "Solde de clôture = solde d’ouverture + encaissements − décaissements − virements.",
    "Les pourboires à la plateforme ne font pas partie de l’argent de la coopérative.",
)


class Entry(NamedTuple):
    """One movement of the online account in cents; ``paid_on`` and ``recorded_on`` are days in Paris.

    ``position`` is that of its event, ``label`` the event's French name; ``blocked`` the change of the contested
    part; ``late`` when it happened in a month that was closed before it was recorded.
    """

    position: int
    paid_on: date
    recorded_on: date
    label: str
    reference: str
    receipts: int
    disbursements: int
    transfers: int
    blocked: int
    late: bool

    @property
    def effect(self) -> int:
        """The cents that the line adds to the balance; negative when it lowers it."""
        return self.receipts - self.disbursements - self.transfers


def statement(
    provenance: Provenance, month: date, boxes: StatementBoxes, entries: Sequence[Entry], blocked: int
) -> Report:
    """Make the statement of a month; ``blocked`` is the contested part of the closing balance, in cents.

    Raises:
        StatementDoesNotAddUp: the boxes contradict each other, or the entries do not explain them.

    """
    check_roll_forward(boxes)
    _check_explained(boxes, entries)
    ordered = sorted(entries, key=lambda entry: (entry.paid_on, entry.position))
    before, last = month.replace(day=1) - timedelta(days=1), end_of_month(month)
    return Report(
        name=f"releve-{slug(provenance.affiliation_number)}-{month:%Y-%m}",
        title="Relevé du compte en ligne",
        subtitle=french_month(month).capitalize(),
        provenance=provenance.over(french_month(month)),
        tables=_tables(boxes, ordered),
        figures=(
            Figure(f"Solde au {french_date(before)}", boxes.opening),
            Figure("Décaissements", boxes.disbursements),
            Figure("Encaissements", boxes.receipts),
            Figure("Virements", boxes.transfers),
            Figure(f"Solde au {french_date(last)}", boxes.closing),
            Figure("dont bloqué par contestation", blocked),
        ),
        notes=_NOTES,
    )


def _check_explained(boxes: StatementBoxes, entries: Iterable[Entry]) -> None:
    """Refuse boxes that are not the sums of the entries (AN-7)."""
    given = list(entries)
    stated = (
        ("Encaissements", boxes.receipts, sum(entry.receipts for entry in given)),
        ("Décaissements", boxes.disbursements, sum(entry.disbursements for entry in given)),
        ("Virements", boxes.transfers, sum(entry.transfers for entry in given)),
    )
    for box, cents, explained in stated:
        if cents != explained:
            raise StatementDoesNotAddUp(gap_euros=euros(abs(cents - explained)), gap=cents - explained, box=box)


def _tables(boxes: StatementBoxes, ordered: Sequence[Entry]) -> tuple[Table, ...]:
    """Return the entries with their running balance and, when something came late, the annex."""
    late = [entry for entry in ordered if entry.late]
    entries = Table(
        name="operations",
        title="Opérations du mois",
        columns=_ENTRIES,
        frame=frame(_ENTRIES, _lines(boxes.opening, ordered)),
        empty="Aucune opération ce mois-ci.",
    )
    if not late:
        return (entries,)
    annex = Table(
        name="corrections",
        title="Corrections de périodes closes",
        columns=_LATE,
        frame=frame(_LATE, [_late_line(entry) for entry in late]),
    )
    return entries, annex


def _lines(opening: int, ordered: Sequence[Entry]) -> list[tuple[str | int | date, ...]]:
    """Return the entries, each with the balance after it."""
    balances = list(accumulate((entry.effect for entry in ordered), initial=opening))[1:]
    return [
        (
            *(entry.paid_on, entry.label, entry.reference, entry.position),
            *(entry.receipts, entry.disbursements, entry.transfers, entry.blocked, balance),
        )
        for entry, balance in zip(ordered, balances, strict=True)
    ]


def _late_line(entry: Entry) -> tuple[str | int | date, ...]:
    return (
        *(entry.paid_on, french_month(entry.paid_on), entry.recorded_on),
        *(entry.label, entry.reference, entry.position, entry.effect),
    )
