"""Exports: what can be taken away, by whom, and that it is the file that the API gives (S-13, S-36, S-164)."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any, Final

import openpyxl
import psycopg
import pytest
from playwright.sync_api import Browser

from adapters.member_accounts import Passkey
from service.trail import TrailKind
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, STAFF, TREASURER, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.sessions import owner_of
from tests.kit.members.visits import browse_as, visit_as

_FORMS: Final = ("xlsx", "csv", "pdf")
_CREDENTIAL: Final = b"an id of a passkey"


def page(api: ApiServer) -> str:
    """The address of the coop's exports."""
    return f"/{SLUG}/coops/{api.ids.coop_id}/exports"


def files(html: str) -> set[str]:
    """The addresses of the files that a page offers."""
    return set(re.findall(r'href="([^"]+/exports/[^"]+)"', html))


def test_every_file_of_the_list_can_be_taken_away(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        offered = files(visit.get(page(api)).text)
        answers = {address: visit.get(address) for address in sorted(offered)}
    assert {address.rsplit("/", 1)[1] for address in offered} == set(_FORMS)
    kinds = {re.sub(r".*/exports/([a-z]+)/.*", r"\1", address) for address in offered}
    assert kinds == {"paiements", "familles", "classes", "releves", "avances"}
    assert {answer.status_code for answer in answers.values()} == {200}
    for address, answer in answers.items():
        assert answer.headers["content-disposition"].endswith(f'.{address.rsplit("/", 1)[1]}"')
        assert answer.headers["cache-control"] == "private, no-store"


def test_the_table_of_payments_is_the_one_of_the_api(api: ApiServer) -> None:
    path = f"/{SLUG}/collectes/{api.ids.campaign_id}/exports/paiements/xlsx"
    with visit_as(api, MANDATAIRE) as visit:
        taken = openpyxl.load_workbook(io.BytesIO(visit.get(path).content))
    by_api = api.call(MANDATAIRE, "GET", f"/campaigns/{api.ids.campaign_id}/payments.xlsx")
    given = openpyxl.load_workbook(io.BytesIO(by_api.content))
    assert taken.sheetnames == given.sheetnames
    for name in ("Payeurs", "Enfants"):
        assert list(taken[name].values) == list(given[name].values)
    assert any("GALANTE" in map(str, row) for row in taken["Enfants"].values)


def test_who_may_not_export_sees_only_files_that_name_nobody(api: ApiServer) -> None:
    named = f"/{SLUG}/collectes/{api.ids.campaign_id}/exports/paiements/csv"
    for who in (STAFF, AUDITOR):
        with visit_as(api, who) as visit:
            offered = files(visit.get(page(api)).text)
            assert offered
            assert not any("/paiements/" in address or "/familles/" in address for address in offered)
            assert visit.get(named).status_code == 403
    with visit_as(api, FOREIGN) as visit:
        assert visit.get(named).status_code == 404
        assert visit.get(page(api)).status_code == 404


def test_the_balance_by_class_says_that_it_is_for_the_accounts_and_what_colleagues_may_see(api: ApiServer) -> None:
    """S-165, S-168: exact for the accounts; the live page adds small classes together (ADR 63)."""
    with visit_as(api, MANDATAIRE) as visit:
        listed = visit.get(page(api)).text
        taken = openpyxl.load_workbook(
            io.BytesIO(visit.get(f"/{SLUG}/collectes/{api.ids.campaign_id}/exports/classes/xlsx").content)
        )
    assert "le montant exact de chaque classe, même d’une seule famille\u00a0: pour les comptes" in listed.replace(
        "&nbsp;", "\u00a0"
    )
    assert f'href="/{SLUG}/collectes/{api.ids.campaign_id}">Page en direct' in listed
    classes = [str(row[0]) for row in taken["Par classe"].values]
    assert {"CP a", "CE1"} <= set(classes)
    assert not any("Autres classes" in label for label in classes)


def test_files_that_name_families_are_written_down(api: ApiServer) -> None:
    with psycopg.connect(api.database_url, autocommit=True) as owner, visit_as(api, MANDATAIRE) as visit:
        owner.execute("DELETE FROM trail.entries")
        base = f"/{SLUG}/collectes/{api.ids.campaign_id}/exports"
        for kind in ("classes", "paiements", "familles"):
            assert visit.get(f"{base}/{kind}/csv").status_code == 200
        query = "SELECT detail FROM trail.entries WHERE kind = %s ORDER BY detail"
        noted = [detail for (detail,) in owner.execute(query, (TrailKind.NAMES_READ,))]
    assert [detail.split("/")[-2] for detail in noted] == ["familles", "paiements"]


def test_who_has_a_passkey_is_asked_for_it_and_led_back_to_the_list(api: ApiServer) -> None:
    member, added = owner_of(api.database_url, api.tokens[TREASURER]), datetime.now(UTC)
    with visit_as(api, TREASURER) as visit:
        assert api.opened.members.passkeys.add(Passkey(_CREDENTIAL, member, b"k" * 77, 0, "platform", added, None))
        listed = visit.get(page(api)).text
        refused = visit.get(f"/{SLUG}/collectes/{api.ids.campaign_id}/exports/paiements/xlsx")
        assert api.opened.members.passkeys.remove(member, _CREDENTIAL)
        assert any("/paiements/" in address for address in files(visit.get(page(api)).text))
    assert f"/{SLUG}/verification?suite=%2F{SLUG}%2Fcoops%2F{api.ids.coop_id}%2Fexports" in listed
    assert not any("/paiements/" in address or "/familles/" in address for address in files(listed))
    assert any("/classes/" in address for address in files(listed))
    assert refused.status_code == 303
    assert refused.headers["location"].startswith(f"/{SLUG}/verification?")


def test_a_month_that_is_none_is_refused_and_one_to_come_says_so(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        assert visit.get(f"{page(api)}/releves/2024-13/pdf").status_code == 422
        assert visit.get(f"{page(api)}/releves/2090-01/pdf").status_code in {409, 422}
        assert visit.get(f"{page(api)}/releves/2024-07/docx").status_code == 422


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_use_the_list(browser: Browser, api: ApiServer, size: str) -> None:
    with browse_as(browser, api, MANDATAIRE, size) as seen:
        seen.goto(page(api))
        shoot(seen, f"exports-{size}")
        assert too_wide(seen) == []
        assert wrong_french(seen) == []
        with seen.expect_download() as download:
            seen.get_by_role("link", name=re.compile("Tableur.*tableau des paiements")).first.click()
        assert download.value.suggested_filename.endswith(".xlsx")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_the_list(browser: Browser, api: ApiServer, scheme: Any) -> None:  # noqa: ANN401
    with browse_as(browser, api, MANDATAIRE) as seen:
        seen.emulate_media(color_scheme=scheme)
        seen.goto(page(api))
        assert violations(seen) == []
