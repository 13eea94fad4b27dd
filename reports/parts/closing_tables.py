"""What a closing says of itself on the statement of its month: its place in the log, its running totals, who vouches.

S-160. Every figure is the event's own: it is never worked out again.
"""

from __future__ import annotations

from typing import Final

from domain.calendar import fiscal_year, fiscal_year_label, french_moment, paris_date
from domain.events.closings.period import CoverageState, PeriodClosed, ProviderCoverage, RunningTotals
from domain.money import NBSP
from projections.closings.closed_periods import ClosingRow
from reports.parts.report import Column, Kind, Table, TableCells, Value

_FACTS: Final = (Column("Clôture"), Column("Valeur"))
_TOTALS: Final = (
    Column("Cumul"),
    Column("Encaissements", Kind.CENTS),
    Column("Décaissements", Kind.CENTS),
    Column("Virements émis", Kind.CENTS),
    Column("Virements revenus", Kind.CENTS),
)
_BREAKS: Final = (
    Column("Date", Kind.DATE),
    Column("Objet"),
    Column("Écart"),
    Column("Registre", Kind.CENTS),
    Column("Prestataire", Kind.CENTS),
)
_ELSEWHERE: Final = (Column("Plateforme"), Column("Encore détenu", Kind.CENTS, summed=True))
_UNREAD: Final = {
    CoverageState.NO_ACCOUNT: "la coopérative n’y a pas de compte",
    CoverageState.NO_PROVIDER: "aucun",
}


def closing_tables(closing: ClosingRow) -> tuple[Table, ...]:
    """Return the tables of a closing; differences with the provider and money held elsewhere only where there are."""
    event = closing.event
    tables = [
        _table("cloture", "Clôture", _FACTS, _facts(closing)),
        _table("cumuls", "Cumuls arrêtés à la clôture", _TOTALS, _totals(event)),
    ]
    if event.provider.breaks:
        rows: list[tuple[Value, ...]] = [
            (paris_date(one.moved_at), one.object_id, one.kind, one.ledger_cents, one.provider_cents)
            for one in event.provider.breaks
        ]
        tables.append(_table("ecarts", "Écarts avec le prestataire, ouverts à la clôture", _BREAKS, rows))
    if event.held_elsewhere:
        held: list[tuple[Value, ...]] = [(one.platform, one.cents) for one in event.held_elsewhere]
        tables.append(_table("ailleurs", "Argent de la coopérative détenu ailleurs", _ELSEWHERE, held))
    return tuple(tables)


def _table(name: str, title: str, columns: tuple[Column, ...], rows: list[tuple[Value, ...]]) -> Table:
    return Table(name=name, title=title, columns=columns, cells=TableCells(columns, rows))


def _facts(closing: ClosingRow) -> list[tuple[Value, ...]]:
    event = closing.event
    return [
        ("Clôturé le", french_moment(event.at, two_digits=True)),
        ("Événement de clôture", str(closing.position)),
        ("Chiffres arrêtés à l’événement", str(event.up_to_position)),
        ("Empreinte du registre à cet événement", event.chain_head),
        ("Pièces émises à la clôture", ", ".join(event.papers_issued) or "aucune"),
        ("Prestataire de paiement", _coverage(event.provider)),
    ]


def _coverage(provider: ProviderCoverage) -> str:
    """Say how far the provider's books were read, and what stood open on the account of all coops."""
    if provider.read_at is None:
        return _UNREAD[provider.state]
    told = f"comptes lus le {french_moment(provider.read_at, two_digits=True)}"
    if not provider.platform_breaks:
        return told
    return f"{told}, écarts ouverts sur le compte de la plateforme{NBSP}: {provider.platform_breaks}"


def _totals(event: PeriodClosed) -> list[tuple[Value, ...]]:
    year = fiscal_year_label(fiscal_year(event.last_day))
    return [
        (f"Exercice {year}", *_sides(event.year_to_date)),
        ("Depuis l’origine (total perpétuel)", *_sides(event.perpetual)),
    ]


def _sides(totals: RunningTotals) -> tuple[int, int, int, int]:
    return totals.receipts, totals.disbursements, totals.payouts, totals.payouts_back
