"""Income of later years that a year collected: a statutory auditor's first question about the year's end.

Where income belongs to the year of its collection nothing of it is booked on account 487; the report says so, and what
attaching income to the time it pays for would carry over. Where the association chose that, it says what the closing of
the year booked, or will. A closed year is told as its closing saw it. Days are days of the tariffs' validity (S-65).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import fiscal_year, fiscal_year_label, french_date
from domain.closings.cut_off import SpreadIncome
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, TableCells, Value, slug

_LINES: Final = (
    Column("Collecte"),
    Column("Tarif"),
    Column("Valable du", Kind.DATE),
    Column("au", Kind.DATE),
    Column("Encaissé et gardé", Kind.CENTS, summed=True),
    Column("De l’exercice ou avant", Kind.CENTS, summed=True),
    Column("Des exercices suivants", Kind.CENTS, summed=True),
)
_WITHOUT: Final = "sans période de validité"
_RULE: Final = (
    "Règle appliquée\u00a0: encaissement. Les produits restent au compte 7561 à la date de leur encaissement\u00a0: "
    "aucune écriture n’est passée au compte 487."
)
_WILL: Final = (
    "Règle appliquée\u00a0: rattachement. L’exercice n’est pas clôturé\u00a0: la part des exercices suivants sera "
    "portée au compte 487 par sa clôture."
)
_DONE: Final = (
    "Règle appliquée\u00a0: rattachement. La part des exercices suivants a été portée au compte 487 par la clôture de "
    "l’exercice, hors des mois\u00a0; celle de l’exercice suivant est reprise le 1er septembre."
)
_METHOD: Final = (
    "La part des exercices suivants est celle des jours de validité du tarif après la fin de l’exercice, ligne par "
    "ligne. Un tarif libre ou importé n’a pas de période\u00a0: rien n’en est réparti."
)


class IncomeInput(NamedTuple):
    """What the report is made of: the last day of the year, what was collected and kept, and the campaigns' titles.

    ``deferring`` is the association's rule for the year, ``closed`` whether it is closed, ``deferred`` what account 487
    holds on its last day, in cents.
    """

    last_day: date
    income: Iterable[SpreadIncome]
    titles: Mapping[UUID, str]
    deferring: bool = False
    closed: bool = False
    deferred: int = 0


def income_in_advance(provenance: Provenance, given: IncomeInput) -> Report:
    """Make the report of a year."""
    income, year = list(given.income), fiscal_year_label(fiscal_year(given.last_day))
    rows = sorted((_line(one, given.titles) for one in income), key=lambda row: (str(row[0]), str(row[1]), str(row[2])))
    held, later = sum(one.held for one in income), sum(one.later for one in income)
    return Report(
        name=f"produits-d-avance-{slug(provenance.affiliation_number)}-{year}",
        title="Produits encaissés d’avance",
        subtitle=f"Exercice {year}, au {french_date(given.last_day)}",
        provenance=provenance.over(f"exercice {year}"),
        tables=(
            Table(
                name="produits",
                title="Produits par collecte et par tarif",
                columns=_LINES,
                cells=TableCells(_LINES, rows),
                empty="Aucun produit encaissé.",
            ),
        ),
        figures=(
            Figure(f"Encaissé et gardé au {french_date(given.last_day)}", held),
            Figure("dont exercice ou avant", held - later),
            Figure("dont exercices suivants", later),
            Figure(f"Compte 487 au {french_date(given.last_day)}", given.deferred),
        ),
        notes=(_rule(given), _METHOD),
    )


def _rule(given: IncomeInput) -> str:
    if not given.deferring:
        return _RULE
    return _DONE if given.closed else _WILL


def _line(one: SpreadIncome, titles: Mapping[UUID, str]) -> tuple[Value, ...]:
    tariff, title = one.tariff, titles.get(one.campaign_id, str(one.campaign_id))
    if tariff is None or tariff.free:
        label = _WITHOUT if tariff is None else f"{tariff.label}, {_WITHOUT}"
        return title, label, None, None, one.held, one.own, one.later
    return title, tariff.label, tariff.valid_from, tariff.valid_to, one.held, one.own, one.later
