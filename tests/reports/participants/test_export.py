"""The file of chosen participants holds no live formula, whatever was typed, and nothing is cut."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from reports.participants.export import ChosenChildren, Reached, participants_export
from reports.payments_table import Answers, PersonNames
from reports.render.csv_ import to_csv
from reports.render.xlsx import to_xlsx
from tests.reports.example_rows import CHILDREN, HEAD, LABELS, ORDERS, PROVENANCE


@pytest.mark.parametrize("typed", ["=1+1", "+33 6", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example")'])
@pytest.mark.parametrize("whole", [True, False])
def test_what_looks_like_a_formula_is_a_text(typed: str, whole: bool) -> None:  # noqa: FBT001 - a value of the table
    orders = {order.contribution_id: order for order in ORDERS}
    ids = {*(child.participant_id for child in CHILDREN), *(order.payer_id for order in ORDERS)}
    names = dict.fromkeys(ids, PersonNames(typed, typed * 20))
    reached = {order.payer_id: Reached(typed, typed) for order in ORDERS}
    answers = Answers(("Question",), {child.participant_id: {"Question": typed} for child in CHILDREN})
    chosen = ChosenChildren(CHILDREN, orders, names, reached, answers, LABELS, {})
    report = participants_export(PROVENANCE, HEAD, chosen, whole=whole)
    cells = [cell for row in load_workbook(io.BytesIO(to_xlsx(report)))["Participants"].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert {typed, typed * 20} <= {cell.value for cell in cells}
    text = to_csv(report).decode("utf-8-sig")
    assert f"'{typed[:4]}" in text.replace('"', "")
    assert f";{typed}" not in text
