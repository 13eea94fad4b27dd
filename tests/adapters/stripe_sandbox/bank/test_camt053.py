"""CAMT.053 files, read back as XML with namespaces; the order of elements is the schemas'."""

from decimal import Decimal
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from adapters.stripe_sandbox.bank.camt053 import NAMESPACE, Version, write_camt053
from adapters.stripe_sandbox.bank.statement import BankAccount, Line, Statement, statement_of_month
from tests.adapters.stripe_sandbox.bank.samples import FIRST, assert_chained, november, september, statements

VERSIONS: tuple[Version, ...] = ("02", "08")
# What each element may hold, in order, as far as the files use it.
_COMMON = {
    "Document": "BkToCstmrStmt",
    "BkToCstmrStmt": "GrpHdr Stmt",
    "GrpHdr": "MsgId CreDtTm",
    "Stmt": "Id ElctrncSeqNb CreDtTm FrToDt Acct Bal TxsSummry Ntry AddtlStmtInf",
    "FrToDt": "FrDtTm ToDtTm",
    "Acct": "Id Tp Ccy Nm Ownr Svcr",
    "Ownr": "Nm",
    "Svcr": "FinInstnId",
    "FinInstnId": "Nm",
    "Bal": "Tp CdtLine Amt CdtDbtInd Dt",
    "Tp": "CdOrPrtry",
    "CdOrPrtry": "Cd",
    "TxsSummry": "TtlNtries TtlCdtNtries TtlDbtNtries",
    "TtlNtries": "NbOfNtries Sum",
    "TtlCdtNtries": "NbOfNtries Sum",
    "TtlDbtNtries": "NbOfNtries Sum",
    "Ntry": "NtryRef Amt CdtDbtInd RvslInd Sts BookgDt ValDt AcctSvcrRef BkTxCd NtryDtls AddtlNtryInf",
    "BookgDt": "Dt",
    "ValDt": "Dt",
    "BkTxCd": "Domn",
    "Domn": "Cd Fmly",
    "Fmly": "Cd SubFmlyCd",
    "NtryDtls": "TxDtls",
    "Refs": "MsgId AcctSvcrRef PmtInfId InstrId EndToEndId",
    "AmtDtls": "InstdAmt TxAmt",
    "TxAmt": "Amt",
    "RltdPties": "Dbtr",
    "RmtInf": "Ustrd",
    "RtrInf": "Rsn",
    "Rsn": "Cd",
}
_DETAILS = "AmtDtls Avlbty BkTxCd Chrgs Intrst RltdPties RltdAgts Purp RmtInf RltdDts RtrInf"
_ORDER: dict[Version, dict[str, str]] = {
    "02": {**_COMMON, "TxDtls": f"Refs {_DETAILS}", "Dbtr": "Nm", "Sts": ""},
    "08": {**_COMMON, "TxDtls": f"Refs Amt CdtDbtInd {_DETAILS}", "Dbtr": "Pty", "Pty": "Nm", "Sts": "Cd"},
}


def read(statement: Statement, version: Version) -> Element:
    """Read a file back, and return its statement."""
    document = fromstring(write_camt053(statement, version), forbid_dtd=True)
    assert document.tag == f"{{{NAMESPACE}{version}}}Document"
    _check_order(document, version)
    found = document.find(".//{*}Stmt")
    assert found is not None
    return found


def _check_order(element: Element, version: Version) -> None:
    """Check that the children come in the order of the schema; a Dt or an Id may be a value or hold one."""
    name = element.tag.rpartition("}")[2]
    children = [child.tag.rpartition("}")[2] for child in element]
    order = {"Dt": ["Dt"], "Id": ["IBAN"]}.get(name) or _ORDER[version].get(name, "").split()
    assert set(children) <= set(order), (name, children)
    assert children == sorted(children, key=order.index), (name, children)
    assert bool(children) != bool((element.text or "").strip()), name
    for child in element:
        _check_order(child, version)


def text(element: Element, path: str) -> str:
    """Return what an element far below says."""
    found = element.findtext("/".join(f"{{*}}{tag}" for tag in path.split("/")))
    assert found is not None, path
    return found


def cents(element: Element) -> int:
    """Read an amount with its sign."""
    amount = int(Decimal(text(element, "Amt")) * 100)
    return {"CRDT": amount, "DBIT": -amount}[text(element, "CdtDbtInd")]


def entries(statement: Element) -> list[int]:
    """Return the movements in cents."""
    return [cents(entry) for entry in statement.findall("{*}Ntry")]


def balances(statement: Element) -> tuple[int, int]:
    """Return the opening and the closing balance in cents."""
    found = {text(balance, "Tp/CdOrPrtry/Cd"): cents(balance) for balance in statement.findall("{*}Bal")}
    return found["OPBD"], found["CLBD"]


@pytest.mark.parametrize("version", VERSIONS)
def test_balances_chain_over_months(version: Version) -> None:
    read_back = [read(statement, version) for statement in statements()]
    assert_chained([balances(one) for one in read_back], [entries(one) for one in read_back])
    assert balances(read_back[1]) == (0, 125_461)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_file_names_the_account_the_period_and_its_sums(version: Version) -> None:
    statement = read(november(), version)
    assert text(statement, "Acct/Id/IBAN") == "FR7630006000011234567890189"
    assert text(statement, "Acct/Ownr/Nm") == "Cooperative scolaire Jean MACE - OCCE 06"
    assert text(statement, "FrToDt/FrDtTm") == "2026-11-01T00:00:00+01:00"
    assert text(statement, "FrToDt/ToDtTm") == "2026-11-30T23:59:59+01:00"
    sums = [text(statement, f"TxsSummry/{tag}/Sum") for tag in ("TtlNtries", "TtlCdtNtries", "TtlDbtNtries")]
    assert sums == ["30.04", "9.99", "20.05"]


@pytest.mark.parametrize(("version", "state", "name"), [("02", "Sts", "Dbtr/Nm"), ("08", "Sts/Cd", "Dbtr/Pty/Nm")])
def test_an_entry_says_its_days_references_payer_and_text(version: Version, state: str, name: str) -> None:
    entry = read(september(), version).findall("{*}Ntry")[0]
    assert text(entry, state) == "BOOK"
    assert (text(entry, "BookgDt/Dt"), text(entry, "ValDt/Dt")) == ("2026-09-01", "2026-09-01")
    assert text(entry, "AcctSvcrRef") == "BQ0000000001"
    assert text(entry, "NtryDtls/TxDtls/Refs/EndToEndId") == "po-sbx-0000000000000001"
    assert text(entry, f"NtryDtls/TxDtls/RltdPties/{name}") == "STRIPE"
    assert text(entry, "NtryDtls/TxDtls/RmtInf/Ustrd") == "VIR SEPA STRIPE COOP 06 PO000001"
    assert text(entry, "BkTxCd/Domn/Fmly/SubFmlyCd") == "ESCT"


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_taken_back_says_why(version: Version) -> None:
    entry = read(november(), version).findall("{*}Ntry")[0]
    assert cents(entry) == -2_005
    assert text(entry, "BkTxCd/Domn/Fmly/SubFmlyCd") == "RRTN"
    assert text(entry, "NtryDtls/TxDtls/RtrInf/Rsn/Cd") == "AC04"


@pytest.mark.parametrize("version", VERSIONS)
def test_texts_the_schema_cannot_hold_are_cut_or_replaced(version: Version) -> None:
    line = Line("R" * 50, FIRST.booked_on, 100, "<&>", "é" * 200, "漢字")
    account = BankAccount("FR7630006000011234567890189", "")
    entry = read(statement_of_month(account, [line], FIRST.booked_on), version).findall("{*}Ntry")[0]
    assert text(entry, "NtryRef") == "R" * 35
    assert text(entry, "AddtlNtryInf") == "NOTPROVIDED"
    assert text(entry, "NtryDtls/TxDtls/Refs/EndToEndId") == "NOTPROVIDED"
