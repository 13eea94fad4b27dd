"""The office sees all coops and finds one by whatever it knows of it; a mandate holder sees the own one alone."""

from __future__ import annotations

import httpx2
import pytest

from tests.kit.members.office import register_coop
from tests.kit.members.sessions import SLUG

ADDRESS = f"/{SLUG}/coops"


@pytest.mark.parametrize("asked", ["MOULIN 620", "moulin grasse", "grâsse", "620", "École Jean"])
def test_a_coop_is_found_by_words_of_its_name_school_town_or_number(office: httpx2.Client, asked: str) -> None:
    if "620" not in office.get(ADDRESS).text:
        register_coop(office, affiliation_number="620", email="six@ecole.example")
    page = office.get(ADDRESS, params={"q": asked}).text
    assert "N°&nbsp;620" in page
    assert "Coop Test 900" not in page


def test_a_search_that_finds_nothing_says_so(office: httpx2.Client) -> None:
    assert "Aucune coopérative ne correspond" in office.get(ADDRESS, params={"q": "Perpignan"}).text


def test_the_list_leads_the_office_to_register_a_coop_and_nobody_else(
    office: httpx2.Client, mandataire: httpx2.Client
) -> None:
    assert "Inscrire une coopérative" in office.get(ADDRESS).text
    assert "Inscrire une coopérative" not in mandataire.get(ADDRESS).text
