"""The bank's statements as people find and download them: what payouts wrote, month by month."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from adapters.stripe_sandbox.bank.pages import FORMATS
from adapters.stripe_sandbox.connect.bank_accounts import FAILING
from adapters.stripe_sandbox.interactions.operations import move_payout
from tests.adapters.stripe_sandbox.pages.merchant import IBAN, OTHER_IBAN, Merchant, open_merchant


@pytest.fixture
def merchant() -> Merchant:
    """A fresh sandbox with its pages."""
    return open_merchant()


@pytest.fixture
def visitor(merchant: Merchant) -> Iterator[TestClient]:
    """A visitor with a browser at the bank."""
    with TestClient(merchant.app, base_url="http://127.0.0.1:8001") as client:
        yield client


def text(visitor: TestClient, month: str, name: str, iban: str = IBAN) -> str:
    """Download a file and read it."""
    answer = visitor.get(f"/banque/{iban}/{month}/{name}")
    assert answer.status_code == 200
    return answer.content.decode("utf-8-sig")


def csv_rows(visitor: TestClient, month: str, iban: str = IBAN) -> list[list[str]]:
    """Download the CSV file of a month, without its header."""
    return [row.split(";") for row in text(visitor, month, "csv", iban).splitlines()[1:]]


def test_a_bank_without_accounts_says_so(visitor: TestClient) -> None:
    assert "Aucune coopérative n’a encore donné d’IBAN." in visitor.get("/banque").text


def test_an_account_without_movement_has_this_month_only(merchant: Merchant, visitor: TestClient) -> None:
    merchant.certified()
    page = visitor.get("/banque").text
    assert "FR14 2004 1010 0505 0001 3M02 606" in page
    assert re.findall(r"/banque/\w+/([0-9-]+)/csv", page) == ["2026-11"]


def test_a_payout_that_arrives_is_a_line_with_its_reference_and_trace(merchant: Merchant, visitor: TestClient) -> None:
    payout = merchant.payout(merchant.certified(), 2400, "COOP 06 PO000001")
    rows = csv_rows(visitor, "2026-11")
    trace = merchant.sandbox.get("payout", payout)["trace_id"]["value"]
    line = ["23/11/2026", "VIR SEPA STRIPE COOP 06 PO000001", "STRIPE", "BQ0000000001", trace, "24,00", "24,00"]
    assert rows[1:-1] == [line]
    for name in FORMATS:
        assert "COOP 06 PO000001" in text(visitor, "2026-11", name), name


def test_a_payout_that_comes_back_is_a_second_line_with_the_reason(merchant: Merchant, visitor: TestClient) -> None:
    payout = merchant.payout(merchant.certified(), 2400, "COOP 06 PO000001")
    merchant.pass_time(timedelta(days=9))
    move_payout(merchant.sandbox, payout, "fail")
    assert [row[-2:] for row in csv_rows(visitor, "2026-11")] == [["", "0,00"], ["24,00", "24,00"], ["", "24,00"]]
    assert [row[-2:] for row in csv_rows(visitor, "2026-12")] == [["", "24,00"], ["-24,00", "0,00"], ["", "0,00"]]
    assert "<Cd>AC04</Cd>" in text(visitor, "2026-12", "camt053")
    assert "RETOUR VIR SEPA STRIPE COOP 06 PO000001" in text(visitor, "2026-12", "ofx")


def test_a_payout_that_fails_before_it_arrives_leaves_no_line(merchant: Merchant, visitor: TestClient) -> None:
    iban = next(iter(FAILING))
    payout = merchant.payout(merchant.certified(iban), 2400, "COOP 06 PO000001")
    assert merchant.sandbox.get("payout", payout)["status"] == "failed"
    assert len(csv_rows(visitor, "2026-11", iban)) == 2


def test_balances_chain_over_months_also_without_a_line(merchant: Merchant, visitor: TestClient) -> None:
    account = merchant.certified()
    for number, days in enumerate((40, 70, 0), 1):
        merchant.payout(account, 100 * number, f"COOP 06 PO{number:06d}")
        merchant.pass_time(timedelta(days=days))
    months = re.findall(r"/banque/\w+/([0-9-]+)/csv", visitor.get("/banque").text)
    assert months == ["2027-03", "2027-02", "2027-01", "2026-12", "2026-11"]
    files = [csv_rows(visitor, month) for month in reversed(months)]
    assert [(rows[0][-1], rows[-1][-1]) for rows in files] == [
        ("0,00", "1,00"),
        ("1,00", "1,00"),
        ("1,00", "3,00"),
        ("3,00", "3,00"),
        ("3,00", "6,00"),
    ]


def test_each_iban_has_its_own_statements(merchant: Merchant, visitor: TestClient) -> None:
    merchant.payout(merchant.certified(), 100, "PO1")
    merchant.payout(merchant.certified(OTHER_IBAN), 200, "PO2")
    assert [len(csv_rows(visitor, "2026-11", iban)) for iban in (IBAN, OTHER_IBAN)] == [3, 3]
    assert "PO2" not in text(visitor, "2026-11", "camt053")


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_has_a_name_a_type_and_is_kept_by_nobody(merchant: Merchant, visitor: TestClient, name: str) -> None:
    merchant.certified()
    answer = visitor.get(f"/banque/{IBAN}/2026-11/{name}")
    form = FORMATS[name]
    assert answer.headers["content-type"] == form.media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="releve-{IBAN}-2026-11{form.ending}"'
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "place", [f"{IBAN}/2026-10/csv", f"{IBAN}/2026-12/csv", f"{IBAN}/2026-11/pdf", "FR0/2026-11/csv"]
)
def test_a_statement_that_is_not_there_is_told_in_french(merchant: Merchant, visitor: TestClient, place: str) -> None:
    merchant.certified()
    answer = visitor.get(f"/banque/{place}")
    assert (answer.status_code, "n’existe pas" in answer.text) == (404, True)
