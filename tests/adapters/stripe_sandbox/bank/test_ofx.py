"""OFX files, read back by a parser of SGML of these tests."""

import re
from decimal import Decimal
from typing import Any

import pytest

from adapters.stripe_sandbox.bank.ofx import write_ofx
from adapters.stripe_sandbox.bank.statement import BankAccount, Line, Statement, statement_of_month
from tests.adapters.stripe_sandbox.bank.samples import ACCOUNT, FIRST, assert_chained, november, september, statements

Tree = dict[str, Any]


def read(statement: Statement) -> Tree:
    """Read a file back as nested dictionaries; a tag that comes again becomes a list."""
    header, _, body = write_ofx(statement).decode("ascii").partition("\r\n\r\n")
    assert header.splitlines()[:3] == ["OFXHEADER:100", "DATA:OFXSGML", "VERSION:102"]
    root: Tree = {}
    stack: list[tuple[str, Tree]] = [("", root)]
    for closing, tag, value in re.findall(r"<(/?)([A-Z0-9]+)>([^<\r\n]*)", body):
        if closing:
            name, finished = stack.pop()
            assert name == tag
            _put(stack[-1][1], tag, finished)
        elif value:
            _put(stack[-1][1], tag, value)
        else:
            stack.append((tag, {}))
    assert stack == [("", root)]
    tree: Tree = root["OFX"]
    return tree


def _put(place: Tree, tag: str, value: object) -> None:
    """Put a value, or one more of a transaction."""
    if tag == "STMTTRN":
        place.setdefault(tag, []).append(value)
    else:
        assert tag not in place
        place[tag] = value


def response(statement: Statement) -> Tree:
    """Return the part that holds the account."""
    found: Tree = read(statement)["BANKMSGSRSV1"]["STMTTRNRS"]["STMTRS"]
    return found


def movements(statement: Statement) -> list[Tree]:
    """Return the transactions."""
    found: list[Tree] = response(statement)["BANKTRANLIST"].get("STMTTRN", [])
    return found


def cents(text: str) -> int:
    """Read an amount with its two decimals."""
    assert re.fullmatch(r"-?\d+\.\d\d", text)
    return int(Decimal(text) * 100)


def test_the_file_names_the_account_and_the_period() -> None:
    statement = response(september())
    account = statement["BANKACCTFROM"]
    assert [account[tag] for tag in ("BANKID", "BRANCHID", "ACCTID", "ACCTKEY")] == [
        "30006",
        "00001",
        "12345678901",
        "89",
    ]
    period = statement["BANKTRANLIST"]
    assert (statement["CURDEF"], period["DTSTART"], period["DTEND"]) == ("EUR", "20260901", "20260930")


def test_balances_chain_when_the_movements_are_taken_from_them() -> None:
    amounts = [[cents(one["TRNAMT"]) for one in movements(statement)] for statement in statements()]
    closings = [cents(response(statement)["LEDGERBAL"]["BALAMT"]) for statement in statements()]
    openings = [closing - sum(month) for closing, month in zip(closings, amounts, strict=True)]
    assert_chained(list(zip(openings, closings, strict=True)), amounts)
    assert closings == [0, 125_461, 125_461, 124_455, 124_455]


def test_every_movement_has_an_id_of_its_own_a_day_a_name_and_a_text() -> None:
    first, second = movements(september())
    assert (first["FITID"], first["DTPOSTED"], first["TRNTYPE"]) == ("BQ0000000001", "20260901", "CREDIT")
    assert first["NAME"] == "STRIPE"
    assert second["MEMO"] == "VIR SEPA STRIPE Eleves cie - PO000002 suite du libelle"
    assert movements(november())[0]["TRNTYPE"] == "DEBIT"


@pytest.mark.parametrize("label", ["<OFX>", "a</STMTTRN>b", "&lt;"])
def test_no_label_can_forge_a_tag(label: str) -> None:
    forged = Line("BQ1", FIRST.booked_on, 100, label, "<NAME>", "")
    account = BankAccount(ACCOUNT.iban, "</OFX>")
    (movement,) = movements(statement_of_month(account, [forged], FIRST.booked_on))
    assert set(movement) == {"TRNTYPE", "DTPOSTED", "TRNAMT", "FITID", "NAME", "MEMO"}
