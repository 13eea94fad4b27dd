"""A family as a unit: the baskets of one confirmed address, whatever name is typed; and a page of its own (ADR 66)."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from playwright.sync_api import Browser, expect

from adapters.people_vault import FamilyGrant, TokenPurpose
from service.family_links import link_path
from service.http.cookies import Cookie, cookie_name
from service.receipts.proof import SECRET, read_proof
from service.trail import TrailKind
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, STAFF, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.visits import browse_as, visit_as, words
from tests.service.pages.community.pages import contacts_of, contribute, open_account, rows, under_account

_UNTIL: Final = date(2100, 1, 1)


def _named(api: ApiServer, last_name: str) -> list[set[str]]:
    """The children of each family whose payer has a name."""
    found = [one for one in contacts_of(api) if one.last_name == last_name]
    return [{child.name.split(" ")[0] for child in one.children} for one in found]


def _page(api: ApiServer, last_name: str) -> str:
    """The address of the one family with a name."""
    (found,) = [one for one in contacts_of(api) if one.last_name == last_name]
    return f"/{SLUG}/coops/{api.ids.coop_id}/familles/{found.family_id}"


def _payer(last_name: str, first_name: str = "Ali") -> dict[str, str]:
    return {"first_name": first_name, "last_name": last_name, "email": f"{last_name.lower()}@example.org"}


def test_baskets_of_one_confirmed_address_are_one_family_whatever_name_is_typed(api: ApiServer) -> None:
    account_id = open_account(api, "uniprenom@example.org")
    for child, first_name in (("Un", "Ali"), ("Deux", "Alice")):
        under_account(api, account_id, contribute(api, _payer("UNIPRENOM", first_name), child, "CE1"))
    assert _named(api, "UNIPRENOM") == [{"Un", "Deux"}]


def test_the_same_name_and_address_without_an_account_are_two_families(api: ApiServer) -> None:
    for child in ("Un", "Deux"):
        contribute(api, _payer("HOMONYME"), child, "CE1")
    assert sorted(map(sorted, _named(api, "HOMONYME"))) == [["Deux"], ["Un"]]


def test_a_basket_of_somebody_who_types_the_address_of_an_account_is_not_the_account_s(api: ApiServer) -> None:
    account_id = open_account(api, "usurpe@example.org")
    under_account(api, account_id, contribute(api, _payer("USURPE"), "Sien", "CE1"))
    contribute(api, _payer("USURPE"), "Autre", "CE1")
    assert sorted(map(sorted, _named(api, "USURPE"))) == [["Autre"], ["Sien"]]


def test_another_address_typed_under_an_account_is_not_confirmed_by_it(api: ApiServer) -> None:
    account_id = open_account(api, "premiere@example.org")
    for child, email in (("Un", "premiere@example.org"), ("Deux", "autre@example.org")):
        under_account(api, account_id, contribute(api, {**_payer("DEUXADRESSES"), "email": email}, child, "CE1"))
    found = [one for one in contacts_of(api) if one.last_name == "DEUXADRESSES"]
    assert sorted((one.email, one.confirmed) for one in found) == [
        ("autre@example.org", False),
        ("premiere@example.org", True),
    ]


def test_an_account_that_nobody_confirmed_makes_no_family(api: ApiServer) -> None:
    account_id = open_account(api, "attend@example.org", confirmed=False)
    for child in ("Un", "Deux"):
        under_account(api, account_id, contribute(api, _payer("ATTEND"), child, "CE1"))
    assert len(_named(api, "ATTEND")) == 2


def test_a_family_s_id_says_nothing_of_its_address_and_is_its_coop_s_alone(api: ApiServer) -> None:
    account_id = open_account(api, "opaque@example.org")
    under_account(api, account_id, contribute(api, _payer("OPAQUE"), "Un", "CE1"))
    address = _page(api, "OPAQUE")
    family_id = UUID(address.rsplit("/", 1)[1])
    guesses = [b"opaque@example.org", b"address\nopaque@example.org", b"email\nopaque@example.org", account_id.bytes]
    assert all(hashlib.new(kind, one).digest()[:16] != family_id.bytes for kind in ("md5", "sha256") for one in guesses)
    with visit_as(api, MANDATAIRE) as visit:
        assert visit.get(address).status_code == 200
        assert visit.get(address.replace(family_id.hex[:8], "00000000")).status_code == 404
    with visit_as(api, FOREIGN) as visit:
        assert visit.get(address).status_code == 404
        elsewhere = f"/{SLUG}/coops/{api.foreign_coop_id}/familles/{family_id}"
        assert visit.get(elsewhere).status_code == 404


def test_the_page_adds_up_its_rows_and_leads_to_each(api: ApiServer) -> None:
    account_id = open_account(api, "somme@example.org")
    baskets = [contribute(api, _payer("SOMME"), child, "CE1") for child in ("Un", "Deux", "Trois")]
    for basket in baskets:
        under_account(api, account_id, basket)
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(_page(api, "SOMME")).text
        for basket in baskets:
            assert f"/participants/{basket}" in page
            assert "12,00\u00a0€" in visit.get(f"/{SLUG}/collectes/{api.ids.campaign_id}/participants/{basket}").text
    shown = words(page)
    assert "Reçu 36,00\u00a0€" in shown
    assert "Conservé par la coopérative 36,00\u00a0€" in shown
    assert [row[3] for row in rows(page)] == ["12,00\u00a0€"] * 3
    assert all(f"{child} SOMME" in shown for child in ("Un", "Deux", "Trois"))
    assert shown.count("Paiement reçu\u00a0: 12,00\u00a0€, commande n°") == 3, shown
    assert "adresse confirmée" in shown


def test_only_who_runs_the_coop_reads_a_family_and_it_is_written_down(api: ApiServer) -> None:
    address = _page(api, "DUPOND")
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM trail.entries")
        for who, status in ((MANDATAIRE, 200), (STAFF, 403), (AUDITOR, 403), (FOREIGN, 404)):
            with visit_as(api, who) as visit:
                assert visit.get(address).status_code == status
        query = "SELECT coop_id FROM trail.entries WHERE kind = %s"
        assert owner.execute(query, (TrailKind.NAMES_READ,)).fetchall() == [(api.ids.coop_id,)]


def test_each_household_sees_what_its_own_payer_paid_and_nothing_of_the_other(api: ApiServer) -> None:
    """The second household of a child pays, for the same child, twice and with an account: the first sees the same."""
    account_id = open_account(api, "foyer.un@example.org")
    first = contribute(api, {**_payer("FOYERUN"), "email": "foyer.un@example.org"}, "Commun", "CE1")
    under_account(api, account_id, first)
    seen = [_household(api, account_id, first)]
    other = open_account(api, "foyer.deux@example.org")
    for _ in range(2):
        theirs = contribute(api, {**_payer("FOYERDEUX"), "email": "foyer.deux@example.org"}, "Commun", "CE1")
        under_account(api, other, theirs)
        seen.append(_household(api, account_id, first))
    assert all(b"12,00" in page for page in seen[0])
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]
    assert _household(api, other, theirs) != seen[0]


_TOKENS: Final[dict[tuple[UUID, TokenPurpose], str]] = {}


def _household(api: ApiServer, account_id: UUID, contribution_id: UUID) -> list[bytes]:
    """What a household reads: its contribution and receipt by their links, its account; and its page at the coop."""
    pages = [link_path(SLUG, purpose, _token(api, contribution_id, purpose)) for purpose in _LINKS]
    session = api.opened.families.sessions.open(account_id, datetime.now(UTC))
    cookies = {
        cookie_name(Cookie.FAMILY, SLUG, secure=True): session,
        cookie_name(Cookie.FAMILY, SLUG, secure=False): session,
    }
    with httpx2.Client(base_url=api.url, headers={"Accept": "text/html"}, cookies=cookies, timeout=60) as client:
        answers = [client.get(path) for path in (*pages, f"/{SLUG}/compte")]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    (own,) = [one for one in contacts_of(api) if any(row.contribution_id == contribution_id for row in one.orders)]
    with visit_as(api, MANDATAIRE) as visit:
        answers.append(visit.get(f"/{SLUG}/coops/{api.ids.coop_id}/familles/{own.family_id}"))
    return [_without_proof(api, answer.content) for answer in answers]


def _without_proof(api: ApiServer, page: bytes) -> bytes:
    """A page without where the whole ledger stood, which its proof holds sealed: for its reader, random letters."""
    for token in re.findall(rb"/preuve/([\w=-]+)", page):
        printed = read_proof(api.opened.secret(SECRET), token.decode(), date.today())  # noqa: DTZ011 - within ten years
        page = page.replace(token, f"{printed._replace(position=0, link=b'')}".encode())
    return page


_LINKS: Final = (TokenPurpose.CONTRIBUTION, TokenPurpose.RECEIPT)


def _token(api: ApiServer, contribution_id: UUID, purpose: TokenPurpose) -> str:
    """The token of a household, the same each time it looks."""
    key = contribution_id, purpose
    if key not in _TOKENS:
        _TOKENS[key] = uuid4().hex + uuid4().hex[:11]
        api.opened.tokens.keep(_TOKENS[key], FamilyGrant(purpose, api.ids.campaign_id, contribution_id, _UNTIL))
    return _TOKENS[key]


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_read_a_family(browser: Browser, api: ApiServer, size: str) -> None:
    with browse_as(browser, api, MANDATAIRE, size) as page:
        page.goto(f"/{SLUG}/coops/{api.ids.coop_id}/contacts")
        page.get_by_role("link", name="Camille GALANTE").first.click()
        expect(page.get_by_role("heading", name="Camille GALANTE")).to_be_visible()
        shoot(page, f"famille-{size}")
        assert too_wide(page) == []
        assert wrong_french(page) == []
        assert violations(page) == []
        assert re.fullmatch(r".*/familles/[0-9a-f-]{36}", page.url)
