"""A campaign's picture, files and contact: given by whoever runs it, seen by families, kept when its texts change."""

from __future__ import annotations

import re

import httpx2
import pytest

from adapters.files import AttachmentRef, PictureRef
from domain.campaign.state import Campaign
from domain.events.campaign import CampaignDetails
from tests.kit.api_server import FOREIGN, MANDATAIRE, SLUG, ApiServer
from tests.kit.example_files import BROKEN, PDF, SCRIPT, picture
from tests.kit.stripe.sandbox_server import wait_until


def give(
    served: ApiServer, path: str, content: bytes, method: str = "PUT", who: str = MANDATAIRE, **query: str
) -> httpx2.Response:
    """Give a file by the API."""
    headers = {"Authorization": f"Bearer {served.tokens[who]}", "Content-Type": "application/octet-stream"}
    address = f"/api/v1/{SLUG}/campaigns/{served.ids.campaign_id}/{path}"
    return served.client.request(method, address, content=content, headers=headers, params=query)


def details(served: ApiServer) -> CampaignDetails:
    """What the log has the campaign show."""
    found = served.opened.ledger.store.load(Campaign, served.ids.campaign_id).details
    assert found is not None
    return found


def page_with(served: ApiServer, wanted: str, *, there: bool = True) -> str:
    """The public page, once it says something, or does not any more."""
    pages: list[str] = []

    def says() -> bool:
        pages.append(served.client.get(f"/{SLUG}/contribuer/{served.ids.campaign_id}").text)
        return (wanted in pages[-1]) is there

    wait_until(says)
    return pages[-1]


def edit(served: ApiServer, **body: str) -> None:
    """Edit the texts of the campaign."""
    served.done(MANDATAIRE, "PUT", f"/campaigns/{served.ids.campaign_id}/details", body)


def test_a_picture_is_shown_in_the_width_of_the_screen_and_kept_by_browsers(served: ApiServer) -> None:
    """S-55."""
    assert give(served, "picture", picture(2400, 1600, where=True)).status_code == 200
    ref = PictureRef.parse(details(served).picture)
    assert ref is not None
    page = page_with(served, ref.digest[:16])
    assert 'width="1200" height="800" alt=""' in page
    for address in re.findall(r"(\S+) \d+w", page.replace('srcset="', " ")):
        answer = served.client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert "immutable" in answer.headers["cache-control"]
        assert b"GALANTE" not in answer.content
    edit(served, title="Autre titre")
    assert details(served).picture == str(ref)
    served.done(MANDATAIRE, "DELETE", f"/campaigns/{served.ids.campaign_id}/picture")
    page_with(served, "srcset", there=False)
    assert served.client.get(address).status_code == 404


def test_a_file_is_downloaded_under_its_name_and_runs_nowhere(served: ApiServer) -> None:
    """S-59."""
    given = give(served, "attachments", PDF, "POST", name="../Règlement <b>.pdf")
    assert given.status_code == 200, given.text
    (text,) = details(served).attachments
    ref = AttachmentRef.parse(text)
    assert ref is not None
    page = page_with(served, "Pièces jointes")
    assert "Règlement b</a>" in page
    file = next(address for address in re.findall(r'href="([^"]+)"', page) if "/pieces/" in address)
    answer = served.client.get(file)
    assert answer.content == PDF
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''R%C3%A8glement%20b.pdf"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert served.client.get(file.replace(ref.digest, "0" * 64)).status_code == 404
    assert served.client.get(file[:-4] + ".exe").status_code == 404
    served.done(MANDATAIRE, "DELETE", f"/campaigns/{served.ids.campaign_id}/attachments/{ref.digest}")
    page_with(served, "Pièces jointes", there=False)
    assert served.client.get(file).status_code == 404


def test_a_campaign_offers_ten_files_and_the_same_one_once(served: ApiServer) -> None:
    for number in range(10):
        assert give(served, "attachments", PDF + b"%" * number, "POST", name=f"{number}").status_code == 200
    assert give(served, "attachments", PDF, "POST", name="0").status_code == 200
    assert len(details(served).attachments) == 10
    assert give(served, "attachments", PDF + SCRIPT, "POST", name="eleven").status_code == 422
    for text in details(served).attachments:
        digest = text.split("/", maxsplit=1)[0]
        served.done(MANDATAIRE, "DELETE", f"/campaigns/{served.ids.campaign_id}/attachments/{digest}")


def test_the_contact_is_shown_and_lies_in_the_vault_alone(served: ApiServer) -> None:
    """S-60, S-61, S-176: checked, written as people do, dialled as telephones do."""
    path = f"/campaigns/{served.ids.campaign_id}/contact"
    for wrong in ({"email": "ecole@"}, {"phone": "12"}, {"email": SCRIPT.decode()}):
        refused = served.call(MANDATAIRE, "PUT", path, wrong)
        assert refused.status_code == 422, wrong
    served.done(MANDATAIRE, "PUT", path, {"email": "ecole@example.org", "phone": "+33 4 93 12 34 56"})
    page = page_with(served, "Contacts")
    assert 'href="mailto:ecole@example.org"' in page
    assert '<a class="tap" href="tel:+33493123456">04\u00a093\u00a012\u00a034\u00a056</a>' in page
    edit(served, title="Encore un titre", description="Texte")
    contact_id = details(served).contact_id
    assert contact_id is not None
    assert "ecole@" not in str(details(served))
    served.opened.vault.erase(contact_id)
    served.done(MANDATAIRE, "PUT", path, {"phone": "04 93 00 00 00"})
    page_with(served, "mailto:ecole", there=False)
    served.done(MANDATAIRE, "PUT", path, {})
    page_with(served, "Contacts", there=False)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_picture_is_refused_with_a_sentence_and_nothing_changes(served: ApiServer, content: bytes) -> None:
    before = details(served)
    refused = give(served, "picture", content)
    assert refused.status_code == 422
    assert "JPEG, PNG ou WebP" in refused.json()["detail"]
    assert details(served) == before


def test_more_than_ten_megabytes_are_refused_unread(served: ApiServer) -> None:
    assert give(served, "attachments", bytes(10_000_001), "POST", name="a").status_code == 413
    edit_path = f"/api/v1/{SLUG}/campaigns/{served.ids.campaign_id}/details"
    headers = {"Authorization": f"Bearer {served.tokens[MANDATAIRE]}"}
    assert served.client.put(edit_path, content=bytes(1_000_001), headers=headers).status_code == 413


def test_another_coops_mandate_holder_leaves_no_file(served: ApiServer) -> None:
    content = PDF + b"%foreign"
    assert give(served, "attachments", content, "POST", FOREIGN, name="a").status_code == 404
    assert give(served, "picture", picture(), "PUT", FOREIGN).status_code == 404
    assert details(served).attachments == ()
