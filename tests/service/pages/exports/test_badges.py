"""Badges of the participants that were chosen: ten on a page, nothing cut (S-136)."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Final

import pytest

from reports.render.badges_pdf import badges_pdf
from reports.sheets.badges import Badge, BadgeSheet
from tests.kit.api_server import AUDITOR, MANDATAIRE, SLUG, ApiServer
from tests.kit.members.visits import visit_as
from tests.kit.pdf_text import pages

LONG: Final = Badge(
    "Jean-Baptiste Emmanuel Marie-Antoine",
    "DE LA ROCHEFOUCAULD-MONTMORENCY-LAVAL D’AVIGNON",
    "Unité localisée pour l’inclusion scolaire",
)


def sheet(*badges: Badge, demo: bool = False) -> BadgeSheet:
    """Some badges."""
    return BadgeSheet(
        name="badges",
        title="Contributions volontaires",
        school="École Jules Ferry",
        coop="Coop Jules Ferry",
        badges=badges,
        demo=demo,
        produced_at=datetime(2026, 11, 30, tzinfo=UTC),
    )


def said(content: bytes) -> list[str]:
    """What each page says, on one line, words that were broken put together."""
    return [" ".join(page.replace("\u200b", "").split()) for page in pages(content)]


def test_ten_badges_lie_on_a_page_and_each_says_who_which_class_school_and_campaign() -> None:
    made = said(badges_pdf(sheet(*(Badge(f"Élève{number}", "GALANTE", "CP A") for number in range(13)))))
    assert [page.count("GALANTE") for page in made] == [10, 3]
    assert [page.count("École Jules Ferry") for page in made] == [10, 3]
    assert made[0].count("Contributions volontaires") == 10
    assert made[1].count("CP A") == 3


def test_the_longest_names_are_written_in_full() -> None:
    (page,) = said(badges_pdf(sheet(LONG)))
    whole = page.replace(" ", "")
    for text in LONG:
        assert text.replace(" ", "") in whole


@pytest.mark.parametrize(
    "name", ["Éloïse", "Zoé-Noëlle", "Maëlys", "François", "ŒUVRARD", "D’ÀVILA", "Łukasz", "Çağlar", "Ngọc Ánh", "ÿ"]
)
def test_a_name_keeps_its_accents_however_they_were_typed(name: str) -> None:
    for typed in (unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)):
        (page,) = said(badges_pdf(sheet(Badge(typed, typed, "Très petite section"))))
        assert page.count(unicodedata.normalize("NFC", name)) == 2, page
        assert "Très petite section" in page


def test_no_name_lies_on_two_badges_and_none_on_two_pages() -> None:
    badges = [Badge(f"Marie-Antoinette {at:02}", f"DE LA ROCHEFOUCAULD-MONTMORENCY-{at:02}", "CM2") for at in range(21)]
    made = [page.replace(" ", "") for page in said(badges_pdf(sheet(*badges)))]
    for at, badge in enumerate(badges):
        whole = f"{badge.first_name}{badge.last_name}{badge.school_class}".replace(" ", "")
        assert [page.count(whole) for page in made] == [int(number == at // 10) for number in range(3)], badge


@pytest.mark.parametrize("name", ["#set text(fill: red)", "$x$ *gras* _x_ @ref", "<b>", "\\", "😀", "עמית"])
def test_a_name_is_never_read_as_code(name: str) -> None:
    assert len(said(badges_pdf(sheet(Badge(name, name, name))))) == 1


def test_the_same_badges_are_the_same_file_and_those_of_the_demonstration_say_so() -> None:
    assert badges_pdf(sheet(LONG)) == badges_pdf(sheet(LONG))
    assert "DÉMONSTRATION" in said(badges_pdf(sheet(LONG, demo=True)))[0]


def test_who_runs_the_campaign_gets_the_badges_of_the_rows_that_were_chosen(api: ApiServer) -> None:
    address = f"/{SLUG}/collectes/{api.ids.campaign_id}/participants/badges"
    with visit_as(api, MANDATAIRE) as visit:
        answer = visit.post(address, data={"toutes": "1"})
        assert answer.headers["content-type"] == "application/pdf"
        assert 'filename="badges-' in answer.headers["content-disposition"]
        assert any("GALANTE" in page for page in said(answer.content))
        searched = said(visit.post(address, data={"toutes": "1", "recherche": "Julien"}).content)
        assert sum(page.count("Julien") for page in searched) >= 1
        assert not any("Marie" in page for page in searched)
        refused = visit.post(address, data={})
        assert refused.status_code == 422
        assert "Aucune ligne n’est choisie" in refused.text
    with visit_as(api, AUDITOR) as visit:
        assert visit.post(address, data={"toutes": "1"}).status_code == 403
