"""OFX 1.02: the statement as French banks offer it to household programs, SGML without closing tags on values.

Source: Open Financial Exchange 1.0.2, chapter 11. The format has a closing balance only; the opening one is what is
left when the movements are taken from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from adapters.stripe_sandbox.bank.statement import Line, Statement
from adapters.stripe_sandbox.bank.texts import decimal_point, plain_latin

_HEADER: Final = {
    "OFXHEADER": "100",
    "DATA": "OFXSGML",
    "VERSION": "102",
    "SECURITY": "NONE",
    "ENCODING": "USASCII",
    "CHARSET": "1252",
    "COMPRESSION": "NONE",
    "OLDFILEUID": "NONE",
    "NEWFILEUID": "NONE",
}
_NAME, _MEMO, _FITID = 32, 255, 255


def write_ofx(statement: Statement) -> bytes:
    """Write a statement; what must never be empty or hold « < » is written in plain Latin."""
    header = [f"{name}:{value}" for name, value in _HEADER.items()]
    return "".join(f"{row}\r\n" for row in [*header, "", *_body(statement)]).encode("ascii")


def _body(statement: Statement) -> Iterator[str]:
    """Give the rows of the body: sign-on, account, movements, balance."""
    account, end = statement.account, _day(statement.last_day)
    yield "<OFX>"
    yield from ("<SIGNONMSGSRSV1>", "<SONRS>", *_STATUS, f"<DTSERVER>{end}", "<LANGUAGE>FRA")
    yield from ("</SONRS>", "</SIGNONMSGSRSV1>", "<BANKMSGSRSV1>", "<STMTTRNRS>")
    yield from (f"<TRNUID>{statement.number}", *_STATUS, "<STMTRS>", "<CURDEF>EUR", "<BANKACCTFROM>")
    yield from (f"<BANKID>{account.bank}", f"<BRANCHID>{account.branch}", f"<ACCTID>{account.number}")
    yield from ("<ACCTTYPE>CHECKING", f"<ACCTKEY>{account.key}", "</BANKACCTFROM>")
    yield from ("<BANKTRANLIST>", f"<DTSTART>{_day(statement.first_day)}", f"<DTEND>{end}")
    for line in statement.lines:
        yield from _movement(line)
    yield from ("</BANKTRANLIST>", "<LEDGERBAL>", f"<BALAMT>{decimal_point(statement.closing)}", f"<DTASOF>{end}")
    yield from ("</LEDGERBAL>", "</STMTRS>", "</STMTTRNRS>", "</BANKMSGSRSV1>", "</OFX>")


_STATUS: Final = ("<STATUS>", "<CODE>0", "<SEVERITY>INFO", "</STATUS>")


def _movement(line: Line) -> Iterator[str]:
    """Give the rows of one movement."""
    yield "<STMTTRN>"
    yield f"<TRNTYPE>{'CREDIT' if line.cents > 0 else 'DEBIT'}"
    yield f"<DTPOSTED>{_day(line.booked_on)}"
    yield f"<TRNAMT>{decimal_point(line.cents)}"
    yield f"<FITID>{plain_latin(line.reference, _FITID)}"
    yield f"<NAME>{plain_latin(line.counterparty, _NAME)}"
    yield f"<MEMO>{plain_latin(line.label, _MEMO)}"
    yield "</STMTTRN>"


def _day(day: date) -> str:
    """Write a day as YYYYMMDD."""
    return f"{day:%Y%m%d}"
