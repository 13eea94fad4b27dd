"""The class balance sheet gives the guide's figures and refuses figures that contradict each other."""

from datetime import date

import pytest

from domain.errors import LedgerCorrupt
from reports.class_balance import class_balance
from tests.reports.example_rows import CLASSES, HEAD, LABELS, PROVENANCE, class_row


def test_the_guide_example_gives_24_12_12_and_48_euros_for_2_1_1_and_4_children() -> None:
    table = class_balance(PROVENANCE, HEAD, CLASSES, LABELS).tables[0]
    rows = [(row[0], row[1], row[-2]) for row in table.rows()]
    assert rows == [("CPA", 2, 2_400), ("CE1", 1, 1_200), ("CE2-CM1", 1, 1_200)]
    assert table.total() == ("Total", 4, 4_800, 4_800, 0, 0, 0, 0, 0, 0, 4_800, 0)


def test_what_another_platform_collected_and_gave_back_stands_in_columns_of_its_own() -> None:
    rows = (class_row("CPA", 3, 3_600, refunded=500, elsewhere=(2_400, 500)), class_row("CE1", 1, 1_200))
    table = class_balance(PROVENANCE, HEAD, rows, LABELS).tables[0]
    assert [(row[0], row[3], row[5], row[6], row[7], row[-2]) for row in table.rows()] == [
        ("CPA", 3_600, 2_400, 500, 500, 3_100),
        ("CE1", 1_200, 0, 0, 0, 1_200),
    ]
    assert [column.label for column in table.columns][5:8:2] == ["dont collecté ailleurs", "dont remboursé ailleurs"]


def test_amounts_stay_whole_cents_in_the_frame() -> None:
    table = class_balance(PROVENANCE, HEAD, CLASSES, LABELS).tables[0]
    assert {str(table.frame[column.label].dtype) for column in table.columns[1:]} == {"int64"}


def test_a_class_that_left_the_list_comes_last_under_its_code() -> None:
    rows = (*CLASSES, class_row("ULIS", 1, 500))
    table = class_balance(PROVENANCE, HEAD, rows, LABELS).tables[0]
    assert [row[0] for row in table.rows()] == ["CPA", "CE1", "CE2-CM1", "ULIS"]


def test_the_part_of_the_balances_that_changed_class_adds_up_to_nothing() -> None:
    rows = (class_row("CE1", 0, 0, moved=-1_200), class_row("CPA", 3, 3_600, moved=1_200))
    table = class_balance(PROVENANCE, HEAD, rows, LABELS).tables[0]
    assert [row[-2:] for row in table.rows()] == [(3_600, 1_200), (0, -1_200)]
    with pytest.raises(LedgerCorrupt):
        class_balance(PROVENANCE, HEAD, rows[:1], LABELS)


def test_a_refund_that_came_back_is_owed_and_not_refunded() -> None:
    report = class_balance(PROVENANCE, HEAD, [class_row("CE1", 1, 2_400, refunded=200, owed=1_000)], LABELS)
    assert {figure.label: figure.value for figure in report.figures} == {
        "Participants": 1,
        "Dû": 1_200,
        "Reçu": 2_400,
        "Remboursé": 200,
        "Impayé": 0,
        "Dû aux familles": 1_000,
        "Solde": 1_200,
    }


def test_a_balance_that_its_parts_do_not_give_is_refused() -> None:
    wrong = class_row("CE1", 1, 1_200)._replace(balance=1_199)
    with pytest.raises(LedgerCorrupt):
        class_balance(PROVENANCE, HEAD, [wrong], LABELS)


def test_a_campaign_without_any_payment_has_a_sheet_of_zeros() -> None:
    report = class_balance(PROVENANCE, HEAD, [], LABELS)
    assert [figure.value for figure in report.figures] == [0] * 7
    assert list(report.tables[0].rows()) == []


def test_the_period_runs_to_the_day_of_the_report_since_late_refunds_count() -> None:
    report = class_balance(PROVENANCE, HEAD, CLASSES, LABELS)
    assert report.provenance.period == "du 1er juin 2024 au 31 juillet 2024"
    assert "La collecte était ouverte jusqu’au 28 juillet 2024." in report.notes
    unset = HEAD._replace(opens_at=None, closes_at=None)
    assert unset.period(date(2024, 7, 3)) == "année scolaire 2024-2025, au 3 juillet 2024"
    assert unset.closing(date(2024, 7, 3)) == ()
