"""The monthly statement of a coop's online account: four boxes, the entries that explain them, late corrections.

S-155…S-161. Cents; the clock is the day of payment in Paris. A statement that does not add up is refused, whether by
its boxes (AN-1) or because its entries do not explain them (AN-7). A closed month never changes: what comes in late
counts in the open month and is listed again on the annex « corrections de périodes closes » (invariant 10), and the
closed month's statement names it too: its closing balance and those facts are what is true of its last day.

A closed month is DÉFINITIF and shows its closing's own figures; any other is PROVISOIRE, up to the day it is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from domain.calendar import end_of_month, french_date, french_month, paris_date
from domain.errors import StatementDoesNotAddUp
from domain.events.base import StatementBoxes
from domain.events.closings.period import ByOrigin
from domain.money import euros
from domain.roll_forward import Origin, check_roll_forward
from projections.closings.closed_periods import ClosingRow
from reports.parts.closing_tables import closing_tables
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, TableCells, Value, slug

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
_LATER: Final = (
    Column("Date", Kind.DATE),
    Column("Enregistré le", Kind.DATE),
    Column("Compté en"),
    Column("Opération"),
    Column("Référence"),
    Column("Événement", Kind.COUNT),
    Column("Effet sur le solde", Kind.CENTS, summed=True),
)
_PARTS: Final = (
    Column("Origine"),
    Column("Encaissements", Kind.CENTS, summed=True),
    Column("Décaissements", Kind.CENTS, summed=True),
)
_ORIGINS: Final = {
    Origin.FAMILIES: "dont paiements des familles",
    Origin.REFUNDS: "dont remboursements et contestations",
    Origin.PLATFORM: "dont avances et régularisations de la plateforme",
}
_NOTES: Final = (
    "Solde de clôture = solde d’ouverture + encaissements − décaissements − virements.",
    "Les pourboires à la plateforme ne font pas partie de l’argent de la coopérative.",
)


class Entry(NamedTuple):
    """One movement of the online account in cents; ``paid_on`` and ``recorded_on`` are days in Paris.

    ``position`` is that of its event, ``label`` the event's French name; ``blocked`` the change of the contested
    part; ``late`` when it happened in a month that was closed before it was recorded: then ``period``, the first day of
    the month it counts in, is a later one.
    """

    position: int
    paid_on: date
    recorded_on: date
    label: str
    reference: str
    origin: Origin
    receipts: int
    disbursements: int
    transfers: int
    blocked: int
    period: date
    late: bool

    @property
    def effect(self) -> int:
        """The cents that the line adds to the balance; negative when it lowers it."""
        return self.receipts - self.disbursements - self.transfers


class StatementInput(NamedTuple):
    """What a statement is made of; ``made_on`` is the Paris day on which it is.

    ``blocked`` is the contested part of the closing balance, in cents. With a ``closing`` its figures are shown;
    ``boxes`` and ``blocked`` are then the closing's, and ``later`` what came in after it of its days or earlier ones.
    """

    month: date
    made_on: date
    boxes: StatementBoxes
    blocked: int
    entries: Sequence[Entry]
    closing: ClosingRow | None = None
    later: Sequence[Entry] = ()

    @property
    def through(self) -> date:
        """The day whose balance it shows last."""
        return min(end_of_month(self.month), self.made_on)


def statement(provenance: Provenance, given: StatementInput) -> Report:
    """Make the statement of a month.

    Raises:
        StatementDoesNotAddUp: the boxes contradict each other, or the entries do not explain them.

    """
    month, boxes = given.month, check_roll_forward(given.boxes)
    receipts, disbursements = _parts(given)
    _check_explained(given, receipts, disbursements)
    before = month.replace(day=1) - timedelta(days=1)
    name = f"releve-{slug(provenance.affiliation_number)}-{month:%Y-%m}"
    return Report(
        name=name if given.closing else f"{name}-provisoire",
        title="Relevé du compte en ligne",
        subtitle=f"{french_month(month).capitalize()} – {_standing(given)}",
        provenance=provenance.over(french_month(month)),
        tables=_tables(given, receipts, disbursements),
        figures=(
            Figure(f"Solde au {french_date(before)}", boxes.opening),
            Figure("Décaissements", boxes.disbursements),
            Figure("Encaissements", boxes.receipts),
            Figure("Virements", boxes.transfers),
            Figure(f"Solde au {french_date(given.through)}", boxes.closing),
            Figure("dont bloqué par contestation", given.blocked),
            *_known_now(given),
        ),
        notes=_NOTES,
    )


def _standing(given: StatementInput) -> str:
    """Whether the figures are final, and since or as of when."""
    if given.closing is None:
        return f"PROVISOIRE au {french_date(given.made_on)}"
    return f"DÉFINITIF, clos le {french_date(paris_date(given.closing.event.at))}"


def _known_now(given: StatementInput) -> tuple[Figure, ...]:
    """The balance of the last day as it is known now, where a closed month's is another one."""
    if not given.later:
        return ()
    known = given.boxes.closing + sum(entry.effect for entry in given.later)
    return (Figure(f"Solde au {french_date(given.through)}, faits connus après la clôture compris", known),)


def _parts(given: StatementInput) -> tuple[ByOrigin, ByOrigin]:
    """What of the receipts and disbursements comes from where: as the closing says, else as the entries do."""
    if given.closing is not None:
        return given.closing.event.receipts, given.closing.event.disbursements
    return _sums(given.entries)


def _sums(entries: Iterable[Entry]) -> tuple[ByOrigin, ByOrigin]:
    receipts, disbursements = Counter[str](), Counter[str]()
    for entry in entries:
        receipts[entry.origin.value] += entry.receipts
        disbursements[entry.origin.value] += entry.disbursements
    return ByOrigin(**receipts), ByOrigin(**disbursements)


def _check_explained(given: StatementInput, receipts: ByOrigin, disbursements: ByOrigin) -> None:
    """Refuse boxes, and « dont » lines, that are not the sums of the entries (AN-7)."""
    boxes, (came, went) = given.boxes, _sums(given.entries)
    parts = [
        (f"{box}, {_ORIGINS[origin]}", getattr(stated, origin.value), getattr(summed, origin.value))
        for box, stated, summed in (("Encaissements", receipts, came), ("Décaissements", disbursements, went))
        for origin in Origin
    ]
    stated = (
        ("Encaissements", boxes.receipts, came.total),
        ("Décaissements", boxes.disbursements, went.total),
        ("Virements", boxes.transfers, sum(entry.transfers for entry in given.entries)),
        *parts,
    )
    for box, cents, explained in stated:
        if cents != explained:
            raise StatementDoesNotAddUp(gap_euros=euros(abs(cents - explained)), gap=cents - explained, box=box)


def _tables(given: StatementInput, receipts: ByOrigin, disbursements: ByOrigin) -> tuple[Table, ...]:
    """Return the « dont » lines, the entries with their running balance, the annexes that have lines, the closing."""
    ordered = sorted(given.entries, key=lambda entry: (entry.paid_on, entry.position))
    tables = [
        _table(
            "dont",
            "Encaissements et décaissements",
            _PARTS,
            [
                (label, getattr(receipts, origin.value), getattr(disbursements, origin.value))
                for origin, label in _ORIGINS.items()
            ],
        ),
        Table(
            name="operations",
            title="Opérations du mois",
            columns=_ENTRIES,
            cells=TableCells(_ENTRIES, _lines(given.boxes.opening, ordered)),
            empty="Aucune opération ce mois-ci.",
        ),
    ]
    late = [_late_line(entry) for entry in ordered if entry.late]
    if late:
        tables.append(_table("corrections", "Corrections de périodes closes", _LATE, late))
    later = sorted(given.later, key=lambda entry: (entry.paid_on, entry.position))
    if later:
        lines = [_later_line(entry) for entry in later]
        tables.append(_table("connus-apres", "Faits connus après la clôture", _LATER, lines))
    closed = () if given.closing is None else closing_tables(given.closing)
    return *tables, *closed


def _table(name: str, title: str, columns: tuple[Column, ...], rows: list[tuple[Value, ...]]) -> Table:
    return Table(name=name, title=title, columns=columns, cells=TableCells(columns, rows))


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


def _late_line(entry: Entry) -> tuple[Value, ...]:
    return (
        *(entry.paid_on, french_month(entry.paid_on), entry.recorded_on),
        *(entry.label, entry.reference, entry.position, entry.effect),
    )


def _later_line(entry: Entry) -> tuple[Value, ...]:
    return (
        *(entry.paid_on, entry.recorded_on, french_month(entry.period)),
        *(entry.label, entry.reference, entry.position, entry.effect),
    )
