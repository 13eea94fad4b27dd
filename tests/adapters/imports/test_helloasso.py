"""The cash-out export of HelloAsso becomes money only for payments that are wholly kept; the rest is named by line."""

from datetime import UTC, datetime

import pytest

from adapters.imports import FileKind, ParsedFile, parse_payments
from adapters.imports.errors import ColumnsMissing
from adapters.imports.helloasso import COLUMNS
from tests.kit.payment_files import as_csv, cash_out, sample


def read(*lines: tuple[str, ...]) -> ParsedFile:
    """Read an export of some lines."""
    return parse_payments(as_csv(COLUMNS, *lines))


def errors(parsed: ParsedFile) -> list[tuple[int, str]]:
    """The line and code of each error."""
    return [(error.line, error.code) for error in parsed.errors]


def ignored(parsed: ParsedFile) -> list[tuple[int, str]]:
    """The line and code of each line left aside."""
    return [(note.line, note.code) for note in parsed.ignored]


def test_a_whole_export_is_sorted_into_money_and_what_is_left_aside() -> None:
    parsed = parse_payments(sample("helloasso.csv"))
    assert parsed.kind is FileKind.HELLOASSO
    assert [(row.line, row.cents, row.reference) for row in parsed.rows] == [
        (2, 2000, "7001-OP"),
        (4, 550, "7001-AD"),
        (7, 5000, "7003-OD"),
    ]
    assert {row.class_code for row in parsed.rows} == {"SANS-CLASSE"}
    assert parsed.rows[0].paid_on == datetime(2024, 9, 4, 16, 31, tzinfo=UTC)
    assert ignored(parsed) == [(3, "tip"), (5, "not-kept"), (6, "debit")]
    assert parsed.errors == ()


def test_a_company_pays_under_its_name() -> None:
    (row,) = read(cash_out(payerLastName="", payerFirstName="", payerCompany="Boulangerie Imaginaire")).rows
    assert row.payer is not None
    assert row.payer.last_name == "Boulangerie Imaginaire"


def test_a_tip_to_the_platform_never_enters_the_coop() -> None:
    parsed = read(cash_out(operationType="OrganizationTip", credit="2,00"))
    assert (parsed.rows, ignored(parsed)) == ((), [(2, "tip")])


def test_a_debit_whose_payment_is_elsewhere_or_was_taken_over_must_be_looked_at() -> None:
    debit = cash_out(operationType="Debit", credit="", debit="20,00")
    assert errors(read(debit)) == [(2, "debit-alone")]
    assert errors(read(cash_out(), debit)) == [(3, "debit-alone")]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"paymentStatus": "PartiallyRefunded"}, "partly-refunded"),
        ({"operationType": "RefundCancelled"}, "reversal"),
        ({"operationType": "ContestationCancelled"}, "reversal"),
        ({"operationType": "Credit"}, "reversal"),
        ({"operationType": "Gift"}, "label-unknown"),
        ({"paymentStatus": "Dreamt"}, "label-unknown"),
        ({"paymentId": "GALANTE"}, "reference-refused"),
        ({"paymentId": ""}, "name-missing"),
        ({"debit": "3,00"}, "amount-uncertain"),
        ({"payerLastName": ""}, "name-missing"),
    ],
)
def test_what_this_file_alone_cannot_tell_is_an_error(cells: dict[str, str], code: str) -> None:
    assert errors(read(cash_out(**cells))) == [(2, code)]


def test_a_contested_payment_is_left_aside() -> None:
    assert ignored(read(cash_out(paymentStatus="Contested"))) == [(2, "not-kept")]


def test_the_same_payment_twice_is_an_error() -> None:
    assert errors(read(cash_out(), cash_out())) == [(3, "payment-twice")]


def test_an_export_without_some_of_its_columns_is_refused_by_their_names() -> None:
    with pytest.raises(ColumnsMissing, match="payerEmail, payerSiren"):
        parse_payments(as_csv(COLUMNS[:16], cash_out()[:16]))
