"""JSON and CSV: the same bytes as those kept, amounts exact, no text that a spreadsheet would run."""

import csv
import io
import json

import pytest

from reports.class_balance import class_balance
from reports.parts.report import Report
from reports.payments_table import PersonNames, payments_table
from reports.render import Format, render
from reports.render.csv_ import csv_files, guarded, to_csv
from reports.statement import statement
from tests.reports.example_papers import family_recap
from tests.reports.example_rows import (
    CHILDREN,
    CLASSES,
    HEAD,
    IDS,
    LABELS,
    NAMES,
    ORDERS,
    PROVENANCE,
    STATEMENT,
    golden,
)

REPORTS = {
    "class_balance": class_balance(PROVENANCE, HEAD, CLASSES, LABELS),
    "statement": statement(PROVENANCE, STATEMENT),
    "recap": family_recap(PROVENANCE),
    "payments": payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, NAMES, LABELS),
}


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize("name", REPORTS)
def test_the_bytes_are_those_kept(name: str, form: Format) -> None:
    content = render(REPORTS[name], form).content
    assert content == golden(f"{name}.{form}", content)


@pytest.mark.parametrize("name", REPORTS)
def test_the_totals_of_the_json_are_the_sums_of_its_rows(name: str) -> None:
    for table in json.loads(render(REPORTS[name], "json").content)["tables"]:
        for number, total in enumerate(table["total"] or ()):
            if isinstance(total, int):
                assert total == sum(row[number] for row in table["rows"])


def test_csv_amounts_have_a_comma_and_no_space() -> None:
    operations = csv_files(REPORTS["statement"])["releve-174-2024-07.operations.csv"].decode("utf-8-sig")
    last = list(csv.reader(io.StringIO(operations), delimiter=";"))[-1]
    assert last == [
        "12/07/2024",
        "Virement émis",
        "V-2023-2024-0003",
        "170",
        "0,00",
        "0,00",
        "1800,00",
        "0,00",
        "31,39",
    ]


def test_csv_is_utf8_with_its_mark_and_windows_line_ends() -> None:
    content = to_csv(REPORTS["class_balance"])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")


def hostile(text: str) -> Report:
    """A payments table in which one child has this name."""
    names = {**NAMES, IDS[0]: PersonNames(text, text)}
    return payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, names, LABELS)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_a_name_that_looks_like_a_formula_stays_a_text(begin: str) -> None:
    text = f'{begin}HYPERLINK("http://example.com")'
    assert guarded(text) == f"'{text}"
    for content in (to_csv(hostile(text)), *csv_files(hostile(text)).values()):
        if content.startswith(b"\xef\xbb\xbf"):
            cells = [
                cell
                for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
                for cell in row
            ]
            assert text not in cells


def test_amounts_below_zero_are_numbers_not_guarded_texts() -> None:
    rows = [CLASSES[0]._replace(refunded=2_400, balance=-1_200)]
    content = to_csv(class_balance(PROVENANCE, HEAD, rows, LABELS)).decode()
    assert ";-12,00;0,00\r\n" in content


def test_the_name_of_a_file_is_plain_whatever_the_title() -> None:
    head = HEAD._replace(title="../École d’été : « 1/2 » \u202e")
    report = class_balance(PROVENANCE, head, CLASSES, LABELS)
    assert render(report, "json").filename == "bilan-par-classe-ecole-dete-1-2.json"
    nameless = class_balance(PROVENANCE, HEAD._replace(title="…"), CLASSES, LABELS)
    assert render(nameless, "csv").filename == "bilan-par-classe-sans-nom.csv"
