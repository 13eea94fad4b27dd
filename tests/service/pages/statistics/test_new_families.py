"""Families that come back are counted by their confirmed account, and only where none of the numbers is of a few."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import httpx2
import pytest

from adapters.family_accounts import LinkedContribution, Profile
from domain.association.anonymity import enough_each
from tests.kit.api_server import SLUG, ApiServer
from tests.kit.members.visits import words
from tests.service.pages.coop.figure_crawl import put_behind, read
from tests.service.pages.statistics.two_years import TwoYears

_TILES: Final = re.compile(r"De retour (\d+) Nouvelles (\d+)(?: Paniers sans compte (\d+))? Une famille est de retour")
_NONE: Final = "Pas de chiffre\u00a0: il faut au moins 5\u00a0familles de retour"


class _Accounts:
    """Accounts of families, and the baskets that are placed under them."""

    def __init__(self, api: ApiServer, history: TwoYears) -> None:
        self.api = api
        self.history = history
        self.baskets: list[tuple[UUID, UUID, UUID]] = []

    def open(self, *, confirmed: bool = True) -> UUID:
        """Open an account."""
        account_id = uuid4()
        profile = Profile("Une", "FAMILLE", f"{account_id}@example.org")
        accounts = self.api.opened.families.accounts
        assert accounts.create(account_id, profile, datetime.now(UTC), confirmed=confirmed)
        return account_id

    def give(self, account_id: UUID, collection: int, code: str = "CP") -> None:
        """Have a family pay a collection while signed in."""
        campaign_id = self.history.collections[collection]
        self.baskets.append((account_id, campaign_id, self.history.give(campaign_id, code)))

    def tell(self) -> None:
        """Have pages know of all of it."""
        put_behind(self.api, self.history.told)
        for account_id, campaign_id, contribution_id in self.baskets:
            placed = LinkedContribution(campaign_id, contribution_id, datetime.now(UTC))
            assert self.api.opened.families.accounts.link(account_id, placed)


def page(client: httpx2.Client, history: TwoYears, chosen: str = "2024") -> str:
    """What the page of the community says of a choice."""
    return words(read(client, f"/{SLUG}/coops/{history.coop_id}/statistiques/communaute?pour={chosen}"))


def play(api: ApiServer, returning: int, new: int, seed: int) -> TwoYears:
    """Two years with accounts that pay in both, or in the second one only, some of them twice."""
    history = TwoYears(seed, families=12)
    played = _Accounts(api, history)
    back = [played.open() for _ in range(returning)]
    history.now = datetime(2024, 8, 20, 8, tzinfo=UTC)
    for account_id in back:
        played.give(account_id, 0)
        played.give(account_id, 1)
    for at in range(new):
        account_id = played.open()
        played.give(account_id, 1)
        if not at:
            played.give(account_id, 3)
    waiting = played.open(confirmed=False)
    played.give(waiting, 0)
    played.give(waiting, 1)
    played.tell()
    return history


def test_families_of_an_earlier_year_are_told_from_new_ones_each_once(api: ApiServer, client: httpx2.Client) -> None:
    history = play(api, returning=6, new=5, seed=71)
    shown = page(client, history)
    tiles = _TILES.search(shown)
    families = re.search(r"Familles et enfants Familles (\d+)", shown)
    assert tiles
    assert families
    baskets_under_accounts = 6 + 5 + 1
    assert tiles.groups() == ("6", "5", str(int(families[1]) - baskets_under_accounts))


def test_neither_the_first_year_nor_one_collection_has_such_figures(api: ApiServer, client: httpx2.Client) -> None:
    history = play(api, returning=6, new=5, seed=72)
    for chosen in ("2023", *map(str, history.collections)):
        assert "Nouvelles et de retour" not in page(client, history, chosen)


@pytest.mark.parametrize(("returning", "new"), [(4, 9), (9, 4), (0, 9), (9, 0)])
def test_few_of_either_kind_have_no_number(api: ApiServer, client: httpx2.Client, returning: int, new: int) -> None:
    shown = page(client, play(api, returning, new, seed=100 + 10 * returning + new))
    assert _NONE in shown
    assert not _TILES.search(shown)


def test_a_rest_of_few_baskets_hides_the_others_too() -> None:
    assert enough_each((5, 6), 0, 5)
    assert enough_each((5, 6), 5, 5)
    assert not enough_each((5, 6), 4, 5)
    assert not enough_each((5, 4), 9, 5)
