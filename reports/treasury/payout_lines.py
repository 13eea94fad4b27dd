"""A payout explained, as a file: what it brings of each campaign, of each class, and each child's line (S-147, S-169).

Amounts are signed cents and add up to the payout in each of the three tables. Names come from the caller, who may read
the vault; without them a child is known by its order number, class and tariff.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from domain.calendar import french_date
from domain.errors import LedgerCorrupt
from domain.money import euros
from domain.papers.payout_lines import PayoutFigure
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, TableCells, Value, slug

FIGURE_WORDS: Final = {
    PayoutFigure.RECEIVED: "Reçu des familles",
    PayoutFigure.REFUNDED: "Remboursé",
    PayoutFigure.DISPUTED: "Contesté",
    PayoutFigure.ADVANCED: "Avances de la plateforme",
    PayoutFigure.ADJUSTED: "Régularisations",
    PayoutFigure.TOTAL: "Viré",
}
"""How the figures of a payout are called, in the order in which they are read."""
_TOTAL: Final = PayoutFigure.TOTAL
_AND: Final = "\u00a0; "
_NEXT: Final = "prochain virement"
OWN_WORDS: Final = "Mouvements propres à la coopérative"
_BEFORE: Final = (Column("Date", Kind.DATE), Column("Opération"), Column("Collecte"), Column("Classe"))
_AFTER: Final = (
    *(Column("Tarif"), Column("N° de commande")),
    *(Column("Montant", Kind.CENTS, summed=True), Column("dont impayé", Kind.CENTS, summed=True, quiet=True)),
)
_PART: Final = Column("Viré en partie")
_EARLIER: Final = Column("Exercice précédent")
_NOTE: Final = (
    "Chaque ligne est un enfant d’un paiement, d’un remboursement ou d’une contestation\u00a0; la somme des lignes est "
    "le virement, au centime. Une somme contestée est déduite quand la banque la prend\u00a0: "
    "«\u00a0dont impayé\u00a0» dit ce qui est perdu ensuite, sans nouveau mouvement d’argent."
)
_IN_PART: Final = (
    "Un virement prend d’abord ce qui est arrivé en premier\u00a0: la dernière somme peut être partagée entre deux "
    "virements. «\u00a0Viré en partie\u00a0» dit alors où est le reste."
)
_RESTRICTED: Final = "Document nominatif\u00a0: diffusion réservée au mandataire et au vérificateur des comptes."
_FOR_BOOKS: Final = (
    "Montants exacts de chaque classe, même d’une seule famille\u00a0: pour les comptes, à ne pas faire circuler."
)


class PayoutHead(NamedTuple):
    """The payout that is explained: how it is called, its cents, how it stands, the masked account it goes to."""

    reference: str
    cents: int
    state: str
    asked_on: date
    iban: str


class ReportedLine(NamedTuple):
    """One line of a payout with what it is called; ``child`` is a name, where names are given.

    ``part`` says where the rest is of what it brings in part.
    """

    on: date
    label: str
    figure: PayoutFigure
    campaign: str
    school_class: str
    tariff: str
    reference: str
    child: str
    cents: int
    lost: int
    earlier: bool
    part: str = ""


def part_words(cents: int, whole: int, rest: Sequence[tuple[date | None, int]]) -> str:
    """Say how much of a child's movement a line is, and which payouts bring the rest, by the day they were asked for.

    Nothing is said of a line that is whole. ``rest`` has no day for what no payout brings yet.
    """
    if not rest:
        return ""
    places = [_NEXT if day is None else f"virement du {french_date(day)}" for day, _ in rest]
    if len(rest) > 1:
        places = [f"{euros(left)}, {place}" for place, (_, left) in zip(places, rest, strict=True)]
    return f"{euros(cents)} de {euros(whole)} (le reste\u00a0: {_AND.join(places)})"


def payout_report(provenance: Provenance, head: PayoutHead, lines: Sequence[ReportedLine], *, named: bool) -> Report:
    """Lay the explanation of a payout out.

    Raises:
        LedgerCorrupt: its lines are not what it brings.

    """
    total = sum(line.cents for line in lines)
    if total != head.cents:
        raise LedgerCorrupt(payout=head.cents, lines=total)
    more = _More(part=any(line.part for line in lines), earlier=any(line.earlier for line in lines))
    columns = (*_BEFORE, *((Column("Enfant"),) if named else ()), *_AFTER, *more.columns)
    by_campaign = sorted(lines, key=lambda line: (not line.campaign, line.campaign))
    tables = (
        _table("collectes", "Par collecte", ("Collecte",), by_campaign),
        _table("classes", "Par classe", ("Collecte", "Classe"), by_campaign),
        Table(
            name="lignes",
            title="Ligne par ligne",
            columns=columns,
            cells=TableCells(columns, [_row(line, more, named=named) for line in lines]),
            apart=True,
        ),
    )
    return Report(
        name=f"virement-{slug(head.reference)[:50]}{'-familles' if named else ''}",
        title=f"Virement {head.reference}, expliqué",
        subtitle=head.state,
        provenance=provenance.over(_period(lines)),
        tables=tables,
        figures=(
            Figure("Virement", head.cents),
            Figure("Demandé le", head.asked_on, Kind.DATE),
            Figure("Compte bancaire", head.iban, Kind.TEXT),
        ),
        notes=(_NOTE, *((_IN_PART,) if more.part else ()), _RESTRICTED if named else _FOR_BOOKS),
        restricted=named,
        landscape=True,
    )


def _period(lines: Sequence[ReportedLine]) -> str:
    """Say over which days the lines happened."""
    days = [line.on for line in lines]
    return f"du {french_date(min(days))} au {french_date(max(days))}" if days else ""


def _table(name: str, title: str, heads: tuple[str, ...], lines: Sequence[ReportedLine]) -> Table:
    """Add lines up by the words of the first columns, in their order; a figure that no line is of has no column."""
    used = [figure for figure in FIGURE_WORDS if figure is _TOTAL or any(line.figure is figure for line in lines)]
    sums: dict[tuple[str, ...], Counter[PayoutFigure]] = {}
    for line in lines:
        key = (line.campaign or OWN_WORDS, line.school_class)[: len(heads)]
        found = sums.setdefault(key, Counter())
        found[line.figure] += line.cents
        found[_TOTAL] += line.cents
    columns = (
        *map(Column, heads),
        *(Column(FIGURE_WORDS[figure], Kind.CENTS, summed=True, quiet=figure is not _TOTAL) for figure in used),
    )
    rows: list[tuple[Value, ...]] = [(*key, *(found[figure] for figure in used)) for key, found in sums.items()]
    return Table(name=name, title=title, columns=columns, cells=TableCells(columns, rows))


class _More(NamedTuple):
    """Which columns stand after the others, since a line has something to say there."""

    part: bool
    earlier: bool

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns."""
        return (*((_PART,) if self.part else ()), *((_EARLIER,) if self.earlier else ()))

    def cells(self, line: ReportedLine) -> tuple[Value, ...]:
        """Return what a line says there."""
        earlier = ("oui" if line.earlier else "",)
        return (*((line.part,) if self.part else ()), *(earlier if self.earlier else ()))


def _row(line: ReportedLine, more: _More, *, named: bool) -> tuple[Value, ...]:
    before = (line.on, line.label, line.campaign or OWN_WORDS, line.school_class)
    child = (line.child,) if named else ()
    return (*before, *child, line.tariff, line.reference, line.cents, line.lost, *more.cells(line))
