"""A QR code is what another program reads from each of its pictures: the link, and nothing else (S-126)."""

from __future__ import annotations

import io
from typing import Final

import pytest
import zxingcpp
from PIL import Image

from service.pages.sharing.qr_codes import DRAWINGS, svg
from tests.kit.api_server import MANDATAIRE, SLUG, TREASURER, ApiServer
from tests.kit.members.visits import visit_as
from tests.service.pages.sharing.campaigns import draft_campaign

_LINKS: Final = (
    "http://localhost:8000/ad06/contribuer/3f2a90b7-c1aa-4e1a-9d17-0123456789ab",
    "https://collectes.une-association-au-tres-long-nom.departement.example/ad06/contribuer/" + "f" * 36,
    "https://a.fr/b",
)
_PRINTABLE: Final = 1000


def read(content: bytes) -> list[tuple[str, str, str]]:
    """What a reader of bar codes finds in a picture: kind, text and level of correction."""
    with Image.open(io.BytesIO(content)) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"))
    return [(one.format.name, one.text, one.ec_level) for one in found]


@pytest.mark.parametrize("address", _LINKS)
@pytest.mark.parametrize("form", ["png", "jpg"])
def test_another_program_reads_the_link_from_the_picture(form: str, address: str) -> None:
    content = DRAWINGS[form].draw(address)
    ((kind, text, level),) = read(content)
    assert (kind, text) == ("QRCode", address)
    assert level in {"M", "Q", "H"}
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.width == picture.height >= _PRINTABLE
        assert picture.format == {"png": "PNG", "jpg": "JPEG"}[form]
        assert [round(dots) for dots in picture.info["dpi"]] == [300, 300]


@pytest.mark.parametrize("form", ["png", "jpg"])
def test_four_modules_of_white_are_around_the_code(form: str) -> None:
    with Image.open(io.BytesIO(DRAWINGS[form].draw(_LINKS[0]))) as picture:
        grey = picture.convert("L")
        dark = grey.point(lambda level: 255 if level < 128 else 0).getbbox()
        assert dark is not None
        # The upper left corner is a finder pattern: seven modules of black.
        row = grey.crop((dark[0], dark[1], grey.width, dark[1] + 1)).tobytes()
        module = next(place for place, level in enumerate(row) if level > 128) / 7
    assert dark[0] == pytest.approx(4 * module, abs=1)
    assert dark[1] == pytest.approx(4 * module, abs=1)


@pytest.mark.parametrize("address", _LINKS[:2])
def test_a_smudged_code_is_still_read(address: str) -> None:
    with Image.open(io.BytesIO(DRAWINGS["png"].draw(address))) as picture:
        smudged = picture.convert("L")
    side = smudged.width
    blot = side // 8
    smudged.paste(160, (side // 2, side // 2, side // 2 + blot, side // 2 + blot))
    out = io.BytesIO()
    smudged.save(out, "PNG")
    assert [text for _, text, _ in read(out.getvalue())] == [address]


def test_the_drawing_runs_nothing_and_fetches_nothing() -> None:
    drawn = svg(_LINKS[0]).decode()
    assert drawn.startswith("<svg ")
    assert not any(word in drawn for word in ("<script", "<style", "href", "style=", "url(", "<?xml"))


@pytest.mark.parametrize(
    ("form", "media_type"), [("png", "image/png"), ("svg", "image/svg+xml"), ("jpg", "image/jpeg")]
)
def test_the_code_of_a_campaign_is_taken_away_in_each_form(api: ApiServer, form: str, media_type: str) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        answer = visit.get(f"/{SLUG}/collectes/{api.ids.campaign_id}/diffusion/qr.{form}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["content-disposition"].endswith(f'.{form}"')
    if form != "svg":
        ((_, text, _),) = read(answer.content)
        assert text.endswith(f"/{SLUG}/contribuer/{api.ids.campaign_id}")


def test_a_campaign_without_a_public_form_has_no_code(api: ApiServer) -> None:
    campaign = draft_campaign(api, by_link=False)
    with visit_as(api, TREASURER) as visit:
        assert visit.get(f"{campaign}/diffusion/qr.png").status_code == 404
        assert visit.get(f"{campaign}/diffusion/affiche.pdf").status_code == 404
