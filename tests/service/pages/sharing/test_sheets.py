"""Sheets to print: a poster or cards, for the school or for each class, whose code another program reads (S-127)."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any, Final

import pikepdf
import pytest
import typst
import zxingcpp
from PIL import Image

from reports.render import flyer_pdf as renderer
from reports.render.flyer_pdf import flyer_pdf
from reports.render.fonts import fonts, paper_text
from reports.sheets.flyer import Flyer
from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.members.visits import visit_as
from tests.kit.pdf_text import pages

_LINK: Final = "https://collectes.example/ad06/contribuer/3f2a90b7-c1aa-4e1a-9d17-0123456789ab"
_SHORT: Final = "collectes.example/ad06/c/3f2a9-0b7c1"
_LONG: Final = "Sortie de fin d’année au parc national du Mercantour avec nos correspondants de Turin, deux nuits " * 2
_DOTS: Final = 110
PER_PAGE: Final = (1, 4, 8)


def flyer(**more: Any) -> Flyer:  # noqa: ANN401 - any of its fields
    """A sheet of the guide's campaign."""
    usual: dict[str, Any] = {
        "name": "affiche",
        "title": "Contributions volontaires des familles",
        "coop": "Coop Test 900",
        "identification": "Coopérative scolaire OCCE de l’école maternelle Jules FERRY - Cannes",
        "link": _LINK,
        "shown_link": _SHORT,
        "dates": "Jusqu’au 28 juillet 2024, 19 h 00",
        "voluntary": "Contribution volontaire\u00a0: aucun enfant n’est exclu.",
        "places": ("",),
        "per_page": 1,
        "demo": False,
        "produced_at": datetime(2024, 7, 1, 8, tzinfo=UTC),
    }
    return Flyer(**{**usual, **more})


def words(content: bytes) -> list[str]:
    """What each page says, on one line with plain spaces."""
    return [" ".join(page.replace("\u00a0", " ").split()) for page in pages(content)]


def codes(made: Flyer) -> list[list[str]]:
    """The links that another program reads from each page, printed at 110 points an inch."""
    inputs = {"flyer": json.dumps(renderer._payload(made, paper_text))}
    drawn: Any = typst.compile(
        renderer._TEMPLATE.read_bytes(),
        format="png",
        font_paths=fonts(),
        sys_inputs=inputs,
        ppi=_DOTS,
    )
    sides: list[bytes] = drawn if isinstance(drawn, list) else [drawn]
    pictures = [Image.open(io.BytesIO(side)).convert("L") for side in sides]
    return [[one.text for one in zxingcpp.read_barcodes(picture)] for picture in pictures]


@pytest.mark.parametrize("title", ["Contributions volontaires des familles", _LONG])
@pytest.mark.parametrize("per_page", PER_PAGE)
def test_each_class_has_one_page_with_as_many_codes_as_asked(per_page: int, title: str) -> None:
    made = flyer(per_page=per_page, places=("CP a", "CE2-CM1"), title=title)
    said = words(flyer_pdf(made))
    assert len(said) == 2
    for page, place in zip(said, ("CP a", "CE2-CM1"), strict=True):
        assert page.count(place) == page.count(_SHORT.split("/c/")[0]) == per_page
        assert page.count("aucun enfant n’est exclu") == per_page
        assert page.count("Jusqu’au 28 juillet 2024, 19 h 00") == per_page
        assert page.count("Coopérative scolaire OCCE") == per_page
    assert codes(made) == [[_LINK] * per_page] * 2


def test_a_page_of_the_school_names_no_class_and_a_collection_without_limit_no_date() -> None:
    (said,) = words(flyer_pdf(flyer(dates="")))
    assert "Contributions volontaires des familles" in said
    assert "juillet" not in said
    assert "CP" not in said


def test_the_file_is_archival_and_accessible_and_the_same_for_the_same_sheet() -> None:
    content = flyer_pdf(flyer(per_page=8, demo=True))
    assert content == flyer_pdf(flyer(per_page=8, demo=True))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang).startswith("fr")
    assert words(content)[0].count("DÉMONSTRATION") == 8


@pytest.mark.parametrize("title", ["#panic(1)", "$x$ \\ @ref <label>", "École 🎉 中"])
def test_a_title_is_never_read_as_code(title: str) -> None:
    for per_page in PER_PAGE:
        assert len(words(flyer_pdf(flyer(title=title, per_page=per_page)))) == 1


def test_the_mandate_holder_takes_the_sheets_of_each_class_away(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        path = f"/{SLUG}/collectes/{api.ids.campaign_id}/diffusion/affiche.pdf"
        answer = visit.get(path, params={"par_page": "4", "pour": "classes"})
        assert visit.get(path, params={"par_page": "3"}).status_code == 422
        assert visit.get(path, params={"pour": "CM9"}).status_code == 404
        single = visit.get(path, params={"pour": "CE1", "par_page": "8"})
        (one,) = words(single.content)
        poster = visit.get(path)
        (school,) = words(poster.content)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    campaign = "contributions-volontaires-des-familles-e"
    assert [taken.headers["content-disposition"] for taken in (answer, single, poster)] == [
        f'attachment; filename="{name}.pdf"'
        for name in (
            f"4-cartes-par-page-{campaign}-3-classes",
            f"8-cartes-par-page-{campaign}-ce1",
            f"affiche-{campaign}-ecole",
        )
    ]
    said = words(answer.content)
    assert [next(label for label in ("CP a", "CE1", "CE2-CM1") if label in page) for page in said] == [
        "CP a",
        "CE1",
        "CE2-CM1",
    ]
    assert "CE1" in one
    assert not any(label in school for label in ("CP a", "CE1", "CE2-CM1"))
    digits = str(api.ids.campaign_id).replace("-", "")[:10]
    assert f"{digits[:5]}-{digits[5:]}" in said[0].replace(" ", "")
