"""A statement adds up, is explained by its entries, and shows what came in late; else it is refused."""

import msgspec
import pytest

from domain.errors import StatementDoesNotAddUp
from domain.events.base import StatementBoxes
from reports.statement import statement
from tests.reports.example_rows import BOXES, ENTRIES, JULY, PROVENANCE

NOTHING = StatementBoxes(opening=0, receipts=0, disbursements=0, transfers=0, closing=0)


def test_the_four_boxes_stand_between_two_balances() -> None:
    report = statement(PROVENANCE, JULY, BOXES, ENTRIES, 0)
    assert [(figure.label, figure.value) for figure in report.figures] == [
        ("Solde au 30 juin 2024", 180_739),
        ("Décaissements", 1_200),
        ("Encaissements", 3_600),
        ("Virements", 180_000),
        ("Solde au 31 juillet 2024", 3_139),
        ("dont bloqué par contestation", 0),
    ]
    assert report.provenance.period == "juillet 2024"
    assert report.name == "releve-174-2024-07"


def test_entries_follow_the_day_of_payment_and_the_balance_runs_to_the_closing_one() -> None:
    rows = list(statement(PROVENANCE, JULY, BOXES, ENTRIES, 0).tables[0].rows())
    assert [row[3] for row in rows] == [151, 152, 161, 170]
    assert [row[-1] for row in rows] == [181_939, 184_339, 183_139, 3_139]


def test_a_late_payment_is_in_the_open_month_and_again_on_the_annex() -> None:
    entries, annex = statement(PROVENANCE, JULY, BOXES, ENTRIES, 0).tables
    assert entries.sum_of("Encaissement") == 3_600
    assert [(row[1], row[5], row[6]) for row in annex.rows()] == [("juin 2024", 151, 1_200)]


def test_a_month_without_late_payments_has_no_annex() -> None:
    entries = [entry._replace(late=False) for entry in ENTRIES]
    assert len(statement(PROVENANCE, JULY, BOXES, entries, 0).tables) == 1


def test_the_figures_of_the_guide_page_are_refused_with_their_gap() -> None:
    page = StatementBoxes(opening=1_939, receipts=0, disbursements=0, transfers=0, closing=180_000)
    with pytest.raises(StatementDoesNotAddUp) as refused:
        statement(PROVENANCE, JULY, page, [], 0)
    assert "écart 1\u202f780,61\u00a0€" in refused.value.french


@pytest.mark.parametrize("box", ["receipts", "disbursements", "transfers"])
def test_boxes_that_the_entries_do_not_explain_are_refused(box: str) -> None:
    other = msgspec.structs.replace(BOXES, **{box: getattr(BOXES, box) + 100})
    sign = 1 if box == "receipts" else -1
    other = msgspec.structs.replace(other, closing=BOXES.closing + sign * 100)
    with pytest.raises(StatementDoesNotAddUp) as refused:
        statement(PROVENANCE, JULY, other, ENTRIES, 0)
    assert refused.value.values["gap_euros"] == "1,00\u00a0€"


def test_a_month_in_which_nothing_moved_has_a_statement_of_zeros() -> None:
    (table,) = statement(PROVENANCE, JULY, NOTHING, [], 0).tables
    assert list(table.rows()) == []
    assert table.total() == ("Total", None, None, None, 0, 0, 0, 0, None)
