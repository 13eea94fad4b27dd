"""The file of chosen participants holds no live formula, whatever was typed, and nothing is cut."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from reports.participants.export import TITLE, ChosenChildren, ListLayout, Reached, participants_export
from reports.parts.streamed_table import StreamedTable
from reports.payments_table import PersonNames
from reports.render.csv_ import stream_csv
from reports.render.xlsx import stream_xlsx
from tests.reports.example_rows import CHILDREN, HEAD, LABELS, ORDERS, PROVENANCE


def table(typed: str, *, whole: bool) -> StreamedTable:
    """The rows of children who are called, and answered, as was typed."""
    orders = {order.contribution_id: order for order in ORDERS}
    ids = {*(child.participant_id for child in CHILDREN), *(order.payer_id for order in ORDERS)}
    names = dict.fromkeys(ids, PersonNames(typed, typed * 20))
    reached = {order.payer_id: Reached(typed, typed) for order in ORDERS}
    answers = {child.participant_id: {"Question": typed} for child in CHILDREN}
    layout = ListLayout(whole, ("Question",), LABELS, {})
    chosen = ChosenChildren(CHILDREN, orders, names, reached, answers)
    return StreamedTable(TITLE, layout.columns, layout.rows(chosen))


@pytest.mark.parametrize("typed", ["=1+1", "+33 6", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example")'])
@pytest.mark.parametrize("whole", [True, False])
def test_what_looks_like_a_formula_is_a_text(typed: str, whole: bool) -> None:  # noqa: FBT001 - a value of the table
    report = participants_export(PROVENANCE, HEAD, len(CHILDREN), sum(child.paid for child in CHILDREN))
    book, text = io.BytesIO(), io.BytesIO()
    stream_xlsx(report, [table(typed, whole=whole)], book, counted=False)
    cells = [cell for row in load_workbook(book)[TITLE].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert {typed, typed * 20} <= {cell.value for cell in cells}
    stream_csv(report, [table(typed, whole=whole)], text)
    written = text.getvalue().decode("utf-8-sig")
    assert f"'{typed[:4]}" in written.replace('"', "")
    assert f";{typed}" not in written


def test_children_are_ordered_by_the_classes_of_the_coop_then_by_names_without_their_accents() -> None:
    layout = ListLayout(True, (), {"CM1": "CM1", "CE1": "CE1"}, {})  # noqa: FBT003 - whole
    given = [
        ("CE1", PersonNames("Zoé", "ÉTIENNE")),
        ("AUTRE", PersonNames("Ali", "ABEL")),
        ("CE1", PersonNames("Anne", "Etienne")),
        ("CM1", PersonNames("Max", "ZOLA")),
    ]
    ordered = sorted(given, key=lambda one: layout.place(*one))
    assert [name.first for _, name in ordered] == ["Max", "Anne", "Zoé", "Ali"]
