"""A campaign's picture, files and contact: given by the holder, seen by families, kept when its texts change."""

from __future__ import annotations

import re

import httpx2
import pytest

from adapters.files import AttachmentRef, PictureRef
from domain.campaign.state import Campaign
from domain.events.campaign import CampaignDetails
from tests.kit.api_server import FOREIGN, MANDATAIRE, SLUG, ApiServer
from tests.kit.example_files import BROKEN, PDF, SCRIPT, picture
from tests.kit.waiting import wait_until


def give(
    api: ApiServer, path: str, content: bytes, method: str = "PUT", who: str = MANDATAIRE, **query: str
) -> httpx2.Response:
    """Give a file by the API."""
    headers = {"Authorization": f"Bearer {api.tokens[who]}", "Content-Type": "application/octet-stream"}
    address = f"/api/v1/{SLUG}/campaigns/{api.ids.campaign_id}/{path}"
    return api.client.request(method, address, content=content, headers=headers, params=query)


def details(api: ApiServer) -> CampaignDetails:
    """What the log has the campaign show."""
    found = api.opened.ledger.store.load(Campaign, api.ids.campaign_id).details
    assert found is not None
    return found


def page_with(api: ApiServer, wanted: str, *, there: bool = True) -> str:
    """The public page, once it says something, or does not any more."""
    pages: list[str] = []

    def says() -> bool:
        pages.append(api.client.get(f"/{SLUG}/contribuer/{api.ids.campaign_id}").text)
        return (wanted in pages[-1]) is there

    wait_until(says)
    return pages[-1]


def edit(api: ApiServer, **body: str) -> None:
    """Edit the texts of the campaign."""
    api.done(MANDATAIRE, "PUT", f"/campaigns/{api.ids.campaign_id}/details", body)


def test_a_picture_is_shown_in_the_width_of_the_screen_and_kept_by_browsers(api: ApiServer) -> None:
    """S-55."""
    assert give(api, "picture", picture(2400, 1600, where=True)).status_code == 200
    ref = PictureRef.parse(details(api).picture)
    assert ref is not None
    page = page_with(api, ref.digest[:16])
    assert 'width="1200" height="800" alt=""' in page
    for address in re.findall(r"(\S+) \d+w", page.replace('srcset="', " ")):
        answer = api.client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert "immutable" in answer.headers["cache-control"]
        assert b"GALANTE" not in answer.content
    edit(api, title="Autre titre")
    assert details(api).picture == str(ref)
    api.done(MANDATAIRE, "DELETE", f"/campaigns/{api.ids.campaign_id}/picture")
    page_with(api, "srcset", there=False)
    assert api.client.get(address).status_code == 404


def test_a_file_is_downloaded_under_its_name_and_runs_nowhere(api: ApiServer) -> None:
    """S-59."""
    given = give(api, "attachments", PDF, "POST", name="../Règlement <b>.pdf")
    assert given.status_code == 200, given.text
    (text,) = details(api).attachments
    ref = AttachmentRef.parse(text)
    assert ref is not None
    page = page_with(api, "Pièces jointes")
    assert "Règlement b</a>" in page
    file = next(address for address in re.findall(r'href="([^"]+)"', page) if "/pieces/" in address)
    answer = api.client.get(file)
    assert answer.content == PDF
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''R%C3%A8glement%20b.pdf"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert api.client.get(file.replace(ref.digest, "0" * 64)).status_code == 404
    assert api.client.get(file[:-4] + ".exe").status_code == 404
    api.done(MANDATAIRE, "DELETE", f"/campaigns/{api.ids.campaign_id}/attachments/{ref.digest}")
    page_with(api, "Pièces jointes", there=False)
    assert api.client.get(file).status_code == 404


def test_a_campaign_offers_ten_files_and_the_same_one_once(api: ApiServer) -> None:
    for number in range(10):
        assert give(api, "attachments", PDF + b"%" * number, "POST", name=f"{number}").status_code == 200
    assert give(api, "attachments", PDF, "POST", name="0").status_code == 200
    assert len(details(api).attachments) == 10
    assert give(api, "attachments", PDF + SCRIPT, "POST", name="eleven").status_code == 422
    for text in details(api).attachments:
        digest = text.split("/", maxsplit=1)[0]
        api.done(MANDATAIRE, "DELETE", f"/campaigns/{api.ids.campaign_id}/attachments/{digest}")


def test_the_contact_is_shown_and_lies_in_the_vault_alone(api: ApiServer) -> None:
    """S-60, S-61, S-176: checked, written as people do, dialled as telephones do."""
    path = f"/campaigns/{api.ids.campaign_id}/contact"
    for wrong in ({"email": "ecole@"}, {"phone": "12"}, {"email": SCRIPT.decode()}):
        refused = api.call(MANDATAIRE, "PUT", path, wrong)
        assert refused.status_code == 422, wrong
    api.done(MANDATAIRE, "PUT", path, {"email": "ecole@example.org", "phone": "+33 4 93 12 34 56"})
    page = page_with(api, "Contacts")
    assert 'href="mailto:ecole@example.org"' in page
    assert '<a class="tap" href="tel:+33493123456">04\u00a093\u00a012\u00a034\u00a056</a>' in page
    edit(api, title="Encore un titre", description="Texte")
    contact_id = details(api).contact_id
    assert contact_id is not None
    assert "ecole@" not in str(details(api))
    api.opened.vault.erase(contact_id)
    api.done(MANDATAIRE, "PUT", path, {"phone": "04 93 00 00 00"})
    page_with(api, "mailto:ecole", there=False)
    api.done(MANDATAIRE, "PUT", path, {})
    page_with(api, "Contacts", there=False)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_picture_is_refused_with_a_sentence_and_nothing_changes(api: ApiServer, content: bytes) -> None:
    before = details(api)
    refused = give(api, "picture", content)
    assert refused.status_code == 422
    assert "JPEG, PNG ou WebP" in refused.json()["detail"]
    assert details(api) == before


def test_more_than_ten_megabytes_are_refused_unread(api: ApiServer) -> None:
    assert give(api, "attachments", bytes(10_000_001), "POST", name="a").status_code == 413
    edit_path = f"/api/v1/{SLUG}/campaigns/{api.ids.campaign_id}/details"
    headers = {"Authorization": f"Bearer {api.tokens[MANDATAIRE]}"}
    assert api.client.put(edit_path, content=bytes(1_000_001), headers=headers).status_code == 413


def test_another_coops_mandate_holder_leaves_no_file(api: ApiServer) -> None:
    content = PDF + b"%foreign"
    assert give(api, "attachments", content, "POST", FOREIGN, name="a").status_code == 404
    assert give(api, "picture", picture(), "PUT", FOREIGN).status_code == 404
    assert details(api).attachments == ()
