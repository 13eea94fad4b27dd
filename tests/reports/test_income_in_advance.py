"""The report of income collected in advance says by which rule the books are kept, and what belongs to later years."""

from datetime import date

import pytest

from domain.closings.cut_off import SpreadIncome
from domain.events.base import Tariff
from reports.income_in_advance import IncomeInput, income_in_advance
from tests.reports.example_rows import CAMPAIGN, PROVENANCE

AUGUST = date(2024, 8, 31)
NEXT = Tariff(tariff_id="t", label="1 enfant", tiers=(1_200,), valid_from=date(2024, 9, 1), valid_to=date(2025, 8, 31))
INCOME = (SpreadIncome(CAMPAIGN, NEXT, 4_800, 4_800), SpreadIncome(CAMPAIGN, None, 700, 0))


def test_each_tariff_has_its_line_and_the_rule_is_said() -> None:
    report = income_in_advance(PROVENANCE, IncomeInput(AUGUST, INCOME, {CAMPAIGN: "Rentrée"}))
    (table,) = report.tables
    assert list(table.rows()) == [
        ("Rentrée", "1 enfant", date(2024, 9, 1), date(2025, 8, 31), 4_800, 0, 4_800),
        ("Rentrée", "sans période de validité", None, None, 700, 700, 0),
    ]
    assert [figure.value for figure in report.figures] == [5_500, 700, 4_800, 0]
    assert "encaissement" in report.notes[0]
    assert "487" in report.notes[0]
    assert report.name == "produits-d-avance-174-2023-2024"


@pytest.mark.parametrize(
    ("closed", "deferred", "says"),
    [(False, 0, "sera portée au compte 487"), (True, 4_800, "a été portée au compte 487")],
)
def test_where_income_is_attached_to_its_years_the_report_says_whether_it_is_booked(
    *, closed: bool, deferred: int, says: str
) -> None:
    given = IncomeInput(AUGUST, INCOME, {CAMPAIGN: "Rentrée"}, deferring=True, closed=closed, deferred=deferred)
    report = income_in_advance(PROVENANCE, given)
    assert "rattachement" in report.notes[0]
    assert says in report.notes[0]
    last = report.figures[-1]
    assert (last.label, last.value) == ("Compte 487 au 31 août 2024", deferred)


def test_a_year_without_income_has_an_empty_report() -> None:
    report = income_in_advance(PROVENANCE, IncomeInput(AUGUST, (), {}))
    assert [figure.value for figure in report.figures] == [0, 0, 0, 0]
