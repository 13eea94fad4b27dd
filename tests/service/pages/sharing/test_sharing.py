"""The tab « Diffusion »: the link, its copy, networks, QR code, sheets and the frame (S-121…S-127)."""

from __future__ import annotations

import html
import re
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.kit.api_server import AUDITOR, MANDATAIRE, SLUG, TREASURER, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.visits import browse_as, visit_as
from tests.service.pages.sharing.campaigns import draft_campaign

_NETWORKS: Final = ("mailto:", "sms:", "https://wa.me/", "https://www.facebook.com/sharer/")


def tab(api: ApiServer) -> str:
    """The address of the guide's campaign's tab."""
    return f"/{SLUG}/collectes/{api.ids.campaign_id}/diffusion"


def test_the_link_can_be_read_and_handed_on_without_scripts(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(tab(api)).text
    link = re.search(r'id="link" value="([^"]+)"', page)
    assert link is not None
    assert link[1].endswith(f"/{SLUG}/contribuer/{api.ids.campaign_id}")
    hrefs = [html.unescape(href) for href in re.findall(r'href="([^"]+)"', page)]
    assert all(any(href.startswith(network) for href in hrefs) for network in _NETWORKS)
    assert {href.rsplit(".", 1)[1] for href in hrefs if "/diffusion/qr." in href} == {"png", "svg", "jpg"}
    assert "affiche.pdf" in page


def test_the_short_address_of_the_sheets_is_offered_and_leads_to_the_same_page(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(tab(api)).text
        short = re.search(r'id="short-link" value="https?://[^/"]+(/[^"]+)"', page)
        assert short is not None
        assert f'{short[1]}" data-share-label="Copier l’adresse courte"' in page
        assert visit.get(short[1]).headers["location"] == f"/{SLUG}/contribuer/{api.ids.campaign_id}"


def test_a_draft_says_that_its_link_opens_with_its_publication(api: ApiServer) -> None:
    with visit_as(api, TREASURER) as visit:
        page = visit.get(f"{draft_campaign(api)}/diffusion").text
    assert "s’ouvriront après la publication" in page
    assert "/contribuer/" in page


def test_a_campaign_without_a_public_form_shows_no_link(api: ApiServer) -> None:
    with visit_as(api, TREASURER) as visit:
        page = visit.get(f"{draft_campaign(api, by_link=False)}/diffusion").text
    assert "pas de formulaire public" in page
    assert "/contribuer/" not in page
    assert "qr.png" not in page


def test_who_only_reads_sees_the_link_and_no_form_for_sites(api: ApiServer) -> None:
    with visit_as(api, AUDITOR) as visit:
        page = visit.get(tab(api)).text
        assert "Autoriser ces sites" not in page
        assert visit.post(tab(api), data={"sites": "https://ecole.example"}).status_code == 403
    assert 'id="link"' in page


def test_a_site_is_named_without_scripts_and_what_is_none_is_said_at_its_field(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        refused = visit.post(tab(api), data={"sites": "pas un site <b>"})
        assert refused.status_code == 422
        assert "pas un site &lt;b&gt;</textarea>" in refused.text
        assert 'href="#sites"' in refused.text
        assert visit.post(tab(api), data={"sites": "https://ecole.example/page"}).status_code == 303
        page = visit.get(tab(api)).text
    assert f"/integrer/{api.ids.campaign_id}" in page
    assert ">https://ecole.example</textarea>" in page


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_one_click_copies_the_link_and_everybody_can_use_the_tab(browser: Browser, api: ApiServer, size: str) -> None:
    with browse_as(browser, api, MANDATAIRE, size) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(tab(api))
        expect(
            page.get_by_role("navigation", name="Onglets de la collecte").get_by_role("link", name="Diffusion")
        ).to_have_attribute("aria-current", "page")
        page.get_by_role("button", name="Copier le lien").click()
        expect(page.get_by_role("button", name="Copié").first).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#link").input_value()
        shoot(page, f"diffusion-{size}")
        assert too_wide(page) == []
        page.locator("#code").evaluate_all("all => all.forEach((code) => code.remove())")  # no French
        assert wrong_french(page) == []


@pytest.mark.browser
def test_everybody_can_read_the_tab_in_the_dark_too(browser: Browser, api: ApiServer) -> None:
    with browse_as(browser, api, MANDATAIRE) as page:
        page.emulate_media(color_scheme="dark")
        page.goto(tab(api))
        assert violations(page) == []
        page.emulate_media(color_scheme="light")
        assert violations(page) == []
