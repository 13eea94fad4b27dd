"""CAMT.053: the statement in ISO 20022, version 02 (most banks still) or 08 (since November 2025).

Source: the schemas camt.053.001.02 and camt.053.001.08. They differ here in three places: the state of an entry, the
amount of a transaction and the name of a party lie one level deeper, or only there, in version 08.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from adapters.stripe_sandbox.bank.statement import Line, Statement
from adapters.stripe_sandbox.bank.texts import decimal_point, plain_latin
from adapters.stripe_sandbox.french import PARIS

Version = Literal["02", "08"]
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
_SHORT, _LONG = 35, 140  # Max35Text, Max140Text
_NOT_PROVIDED: Final = "NOTPROVIDED"
_BANK: Final = "Banque de demonstration"


def write_camt053(statement: Statement, version: Version = "08") -> bytes:
    """Write a statement as one document. It is dated six o'clock in Paris on the day after the last one."""
    document = Element("Document", xmlns=NAMESPACE + version)
    message = SubElement(document, "BkToCstmrStmt")
    made = _made(statement)
    identifier = f"{statement.account.iban}-{statement.number}"
    _add(message, "GrpHdr", MsgId=identifier, CreDtTm=made)
    stmt = _add(message, "Stmt", Id=identifier, ElctrncSeqNb=str(statement.number), CreDtTm=made)
    period = (_instant(statement.first_day, time()), _instant(statement.last_day, time(23, 59, 59)))
    _add(stmt, "FrToDt", FrDtTm=period[0], ToDtTm=period[1])
    _account(stmt, statement)
    _balance(stmt, "OPBD", statement.opening, statement.first_day)
    _balance(stmt, "CLBD", statement.closing, statement.last_day)
    _summary(stmt, statement)
    for line in statement.lines:
        _entry(stmt, line, version)
    indent(document)
    written: bytes = tostring(document, encoding="UTF-8", xml_declaration=True)
    return written


def _add(parent: Element, tag: str, **values: str) -> Element:
    """Add an element whose children are simple values, in the order given."""
    element = SubElement(parent, tag)
    for name, value in values.items():
        SubElement(element, name).text = value
    return element


def _amount(parent: Element, cents: int, *, signed: bool = True) -> None:
    """Add an amount without its sign, and the sign after it unless it stands elsewhere."""
    SubElement(parent, "Amt", Ccy="EUR").text = decimal_point(abs(cents))
    if signed:
        SubElement(parent, "CdtDbtInd").text = _direction(cents)


def _direction(cents: int) -> str:
    """Tell a credit (zero included) from a debit."""
    return "DBIT" if cents < 0 else "CRDT"


def _account(stmt: Element, statement: Statement) -> None:
    """Add whose account it is and who keeps it."""
    account = SubElement(stmt, "Acct")
    _add(account, "Id", IBAN=statement.account.iban)
    SubElement(account, "Ccy").text = "EUR"
    _add(account, "Ownr", Nm=_text(statement.account.holder, _LONG))
    _add(SubElement(account, "Svcr"), "FinInstnId", Nm=_BANK)


def _balance(stmt: Element, code: str, cents: int, day: date) -> None:
    """Add a balance: OPBD at the beginning of a day, CLBD at the end of one."""
    balance = SubElement(stmt, "Bal")
    _add(SubElement(balance, "Tp"), "CdOrPrtry", Cd=code)
    _amount(balance, cents)
    _add(balance, "Dt", Dt=day.isoformat())


def _summary(stmt: Element, statement: Statement) -> None:
    """Add how many entries there are, and what credits and debits sum to."""
    summary = SubElement(stmt, "TxsSummry")
    _totals(summary, "TtlNtries", [abs(line.cents) for line in statement.lines])
    _totals(summary, "TtlCdtNtries", [line.cents for line in statement.lines if line.cents > 0])
    _totals(summary, "TtlDbtNtries", [-line.cents for line in statement.lines if line.cents < 0])


def _totals(summary: Element, tag: str, cents: list[int]) -> None:
    """Add a number of entries and their sum."""
    _add(summary, tag, NbOfNtries=str(len(cents)), Sum=decimal_point(sum(cents)))


def _entry(stmt: Element, line: Line, version: Version) -> None:
    """Add a movement with its one transaction."""
    entry = _add(stmt, "Ntry", NtryRef=_text(line.reference))
    _amount(entry, line.cents)
    if version == "02":
        SubElement(entry, "Sts").text = "BOOK"
    else:
        _add(entry, "Sts", Cd="BOOK")
    _add(entry, "BookgDt", Dt=line.booked_on.isoformat())
    _add(entry, "ValDt", Dt=line.booked_on.isoformat())
    SubElement(entry, "AcctSvcrRef").text = _text(line.reference)
    domain = _add(SubElement(entry, "BkTxCd"), "Domn", Cd="PMNT")
    _add(domain, "Fmly", Cd="RCDT", SubFmlyCd="RRTN" if line.returned else "ESCT")
    details = SubElement(SubElement(entry, "NtryDtls"), "TxDtls")
    _transaction(details, line, version)
    SubElement(entry, "AddtlNtryInf").text = _text(line.label, _LONG)


def _transaction(details: Element, line: Line, version: Version) -> None:
    """Add the references, the other party, the text and, where the money was taken back, the reason."""
    _add(details, "Refs", AcctSvcrRef=_text(line.reference), EndToEndId=_text(line.end_to_end))
    if version == "08":
        _amount(details, line.cents)
    _amount(SubElement(SubElement(details, "AmtDtls"), "TxAmt"), line.cents, signed=False)
    party = SubElement(SubElement(details, "RltdPties"), "Dbtr")
    party = SubElement(party, "Pty") if version == "08" else party
    SubElement(party, "Nm").text = _text(line.counterparty, _LONG)
    _add(details, "RmtInf", Ustrd=_text(line.label, _LONG))
    if line.returned:
        _add(SubElement(details, "RtrInf"), "Rsn", Cd=line.returned)


def _text(text: str, limit: int = _SHORT) -> str:
    """Write a text that the schema does not allow to be empty."""
    return plain_latin(text, limit) or _NOT_PROVIDED


def _made(statement: Statement) -> str:
    """Return when the statement was made."""
    return _instant(statement.last_day + timedelta(days=1), time(6))


def _instant(day: date, clock: time) -> str:
    """Write an hour of a day in Paris with its distance to UTC."""
    return datetime.combine(day, clock, PARIS).isoformat()
