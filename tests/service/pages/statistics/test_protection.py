"""Nobody learns from the statistics in which class of few families a family is: worlds that differ in it look alike."""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from uuid import UUID

import httpx2

from tests.kit.api_server import SLUG, ApiServer
from tests.service.pages.coop.figure_crawl import put_behind, read
from tests.service.pages.statistics.two_years import TwoYears

_BELOW: Final = ("", "/ventes", "/communaute")
_LINKS: Final = re.compile(r'<a class="why"[^>]*? href="([^"]+)">')


def all_pages(client: httpx2.Client, years: TwoYears) -> dict[str, str]:
    """The three pages as anybody may choose them, and the first page of the rows of each of their figures."""
    home = f"/{SLUG}/coops/{years.coop_id}/statistiques"
    choices = ("", *(f"?pour={word}" for word in (2023, 2024, *years.collections)))
    pages = {path: read(client, path) for path in (f"{home}{below}{one}" for below in _BELOW for one in choices)}
    links = {unescape(href) for shown in pages.values() for href in _LINKS.findall(shown)}
    return pages | {href: read(client, href) for href in links}


def test_a_family_of_another_class_of_few_families_changes_no_byte(
    api: ApiServer, client: httpx2.Client, years: TwoYears
) -> None:
    before = all_pages(client, years)
    moved: UUID = years.few[0]
    put_behind(api, years.move(moved, "UPE2A"))
    after = all_pages(client, years)
    assert len(before) > 200
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == set()


def test_where_all_classes_have_few_families_their_classes_change_no_byte(
    api: ApiServer, client: httpx2.Client
) -> None:
    small = TwoYears(8, families=5)
    put_behind(api, small.told)
    before = all_pages(client, small)
    for contribution_id, code in zip(small.few, ("UPE2A", "CP", "CE1"), strict=False):
        put_behind(api, small.move(contribution_id, code))
    after = all_pages(client, small)
    assert not any(f"collecte={small.collections[1]}" in path and "classe=" in path for path in before)
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == set()


def test_no_page_adds_classes_up_over_collections(client: httpx2.Client, years: TwoYears) -> None:
    for path in all_pages(client, years):
        words = path.partition("?")[2]
        assert not ("classe=" in words and "annee=" in words), path
        assert not ("tranche=" in words and "classe=" in words), path
