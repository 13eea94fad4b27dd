"""A child's photo, where a campaign asks for one (S-76): drawn again, sealed, erased with the child."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import httpx2
import pytest
from PIL import Image

from domain.events.contribution import ContributionPlaced
from tests.kit.example_files import BROKEN, picture
from tests.kit.live_server import LiveServer
from tests.service.pages.families.basket_forms import ask, draft, events_of, kept, paying, put


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser without JavaScript."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def send(family: httpx2.Client, address: str, photo: bytes | None, **more: str) -> httpx2.Response:
    """Send the page of information of a basket of one child."""
    names = {"first_name-child0": "Marie", "last_name-child0": "GALANTE", **more}
    files = {} if photo is None else {"photo-child0": ("moi.jpg", photo, "image/jpeg")}
    return family.post(f"{address}/informations", data=names, files=files)


def photo_of(live_server: LiveServer, address: str) -> str:
    """What the basket holds of the photo."""
    return kept(live_server, address).children[0].answers.get("photo", "")


def test_a_photo_is_drawn_again_sealed_and_goes_with_the_child(live_server: LiveServer, family: httpx2.Client) -> None:
    ask(live_server, photo="required")
    address = put(live_server, draft(live_server, "Marie"))
    missing = send(family, address, None)
    assert missing.headers["location"].endswith("?verifier")
    given = picture(3000, 2000, where=True)
    assert send(family, address, given).headers["location"].endswith("/recapitulatif")
    drawn = base64.b64decode(photo_of(live_server, address))
    assert b"GALANTE" not in drawn
    with Image.open(io.BytesIO(drawn)) as shown:
        assert shown.size == (480, 320)
    assert "Photo jointe" in family.get(f"{address}/recapitulatif").text
    assert send(family, address, None).headers["location"].endswith("/recapitulatif")
    answer = family.post(f"{address}/paiement", data=paying(family, address))
    assert answer.headers["location"].startswith(live_server.world.sandbox.url)
    placed = events_of(live_server, ContributionPlaced)[-1]
    child_id, opened = placed.lines[0].participant_id, live_server.world.runtime.ledger("ad06")
    assert opened.photos.read(child_id) == drawn
    assert opened.vault.erase(child_id)
    assert opened.photos.read(child_id) is None


@pytest.mark.parametrize("content", [BROKEN[name] for name in ("text", "svg", "bomb", "cut short", "too heavy")])
def test_what_is_no_picture_gets_a_sentence_and_the_photo_before_stays(
    live_server: LiveServer, family: httpx2.Client, content: bytes
) -> None:
    ask(live_server, photo="optional", mobile="optional")
    address = put(live_server, draft(live_server, "Marie"))
    send(family, address, picture())
    before = photo_of(live_server, address)
    refused = send(family, address, content, **{"mobile-child0": "06 12 34 56 78"})
    page = family.get(refused.headers["location"]).text
    assert "JPEG, PNG ou WebP de 8\u00a0Mo" in page
    assert 'id="photo-child0-error"' in page
    assert 'value="06 12 34 56 78"' in page
    assert photo_of(live_server, address) == f"!{before}"
    assert send(family, address, None).headers["location"].endswith("/recapitulatif")
    assert photo_of(live_server, address) == before
    send(family, address, None, **{"photo-child0-remove": "1"})
    assert photo_of(live_server, address) == ""
