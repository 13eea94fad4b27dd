"""CFONB 120 files, read back by positions as the brochure numbers them."""

from typing import NamedTuple

import pytest

from adapters.stripe_sandbox.bank.cfonb120 import signed_amount, write_cfonb120
from adapters.stripe_sandbox.bank.statement import Statement
from tests.adapters.stripe_sandbox.bank.samples import assert_chained, november, september, statements

_SPECIFIERS = {
    letter: (sign, digit) for sign, row in ((1, "{ABCDEFGHI"), (-1, "}JKLMNOPQR")) for digit, letter in enumerate(row)
}


class Parsed(NamedTuple):
    """A file read back: its records, both balances and the movements in cents."""

    records: list[str]
    opening: int
    closing: int
    movements: list[int]


def cents(record: str) -> int:
    """Read the amount at positions 91 to 104."""
    sign, digit = _SPECIFIERS[record[103]]
    return sign * int(record[90:103] + str(digit))


def read(statement: Statement) -> Parsed:
    """Read a file back; every record is 120 characters of ASCII."""
    text = write_cfonb120(statement).decode("ascii")
    assert text.endswith("\r\n")
    records = text.split("\r\n")[:-1]
    assert {len(record) for record in records} == {120}
    assert (records[0][:2], records[-1][:2]) == ("01", "07")
    movements = [cents(record) for record in records if record[:2] == "04"]
    return Parsed(records, cents(records[0]), cents(records[-1]), movements)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0000000000000{"),
        (1, "0000000000000A"),
        (123_456, "0000000012345F"),
        (-19_040, "0000000001904}"),
        (-9, "0000000000000R"),
    ],
)
def test_the_last_character_holds_the_digit_and_the_sign(amount: int, written: str) -> None:
    assert signed_amount(amount) == written


def test_the_new_balance_is_the_old_one_with_the_movements_month_after_month() -> None:
    files = [read(statement) for statement in statements()]
    assert_chained([(file.opening, file.closing) for file in files], [file.movements for file in files])
    assert files[1].movements == [123_456, 2_005]


def test_a_month_without_movement_has_its_two_balances_only() -> None:
    file = read(statements()[2])
    assert [record[:2] for record in file.records] == ["01", "07"]
    assert [record[34:40] for record in file.records] == ["300926", "311026"]


def test_every_record_names_the_account() -> None:
    for record in read(september()).records:
        place = (record[2:7], record[11:16], record[16:19], record[19], record[21:32])
        assert place == ("30006", "00001", "EUR", "2", "12345678901")


def test_a_movement_has_its_codes_days_label_number_and_reference() -> None:
    movement = next(record for record in read(september()).records if record[:2] == "04")
    assert (movement[32:34], movement[34:40], movement[42:48]) == ("05", "010926", "010926")
    assert movement[48:79] == "VIR SEPA STRIPE COOP 06 PO00000"
    assert (movement[81:88], movement[104:120].rstrip()) == ("0000001", "BQ0000000001")


def test_complements_hold_what_the_label_cannot() -> None:
    records = [record for record in read(september()).records if record[:2] == "05"]
    assert [(record[45:48], record[48:118].rstrip()) for record in records] == [
        ("LCC", "VIR SEPA STRIPE COOP 06 PO000001"),
        ("NPY", "STRIPE"),
        ("RCN", "po-sbx-0000000000000001"),
        ("LCC", "VIR SEPA STRIPE Eleves cie - PO000002 suite du libelle"),
        ("NPY", "STRIPE"),
    ]


def test_what_is_taken_back_is_a_debit_with_the_code_of_reversals() -> None:
    movement = next(record for record in read(november()).records if record[:2] == "04")
    assert (movement[32:34], cents(movement)) == ("99", -2_005)
