"""Every figure of a coop's pages leads to rows that add up to it: in random school years, opened as people open them.

Each world is a year of two coops (tests/projections/school_year.py): families by card, in cash, in instalments and on
another platform, refunds, disputes, payouts that fail or come back, months that are closed. Each is looked at on some
days (half of them in a short run), so that « this month » is one in which money moved. How many figures and rows were
compared is counted.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

import httpx2
import pytest

from adapters.stripe_provider import StripeIds
from domain.events.association import AssociationRegistered
from domain.events.campaign import CampaignDrafted
from domain.events.coop import CoopRegistered
from domain.recorded_event import RecordedEvent
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.worker.worker import Worker
from tests.kit.api_server import SLUG, TREASURER, ApiServer, run_web_server
from tests.kit.members.sessions import MEMBER_COOKIE
from tests.kit.run.extent import Extent
from tests.projections.history import PRICE, TIP, History
from tests.projections.school_year import school_year
from tests.projections.test_models import campaigns_of
from tests.service.pages.coop.figure_crawl import (
    FILTERS,
    PageFigure,
    figures_on,
    filters_of,
    months_of,
    number,
    payouts_of,
    put_behind,
    rows_of,
)

_DAYS: Final = (
    datetime(2024, 9, 20, 10, tzinfo=UTC),
    datetime(2024, 11, 28, 10, tzinfo=UTC),
    datetime(2024, 12, 20, 10, tzinfo=UTC),
    datetime(2025, 9, 20, 10, tzinfo=UTC),
)
_KINDS: Final = ("compte", "recettes", "enfants", "a-venir", "paniers", "virement")


class _Watched(NamedTuple):
    """A service whose day the test chooses, as a treasurer sees it."""

    api: ApiServer
    client: httpx2.Client
    day: list[datetime]


@pytest.fixture(scope="module")
def watched(api: ApiServer) -> Iterator[_Watched]:
    """Serve the same ledger on a day of our choice; classes of three families show figures."""
    api.done(TREASURER, "PATCH", "/policy", {"anonymity_threshold": 3})
    day = [_DAYS[0]]
    with ExitStack() as opened:
        runtime = opened.enter_context(Runtime(Settings(secure_cookies=False), None, api.database_url))
        worker = Worker(runtime, None, lambda: day[0], ids=StripeIds())
        url = opened.enter_context(run_web_server(runtime, worker))
        session = {MEMBER_COOKIE: api.session(TREASURER)}
        yield _Watched(api, opened.enter_context(httpx2.Client(base_url=url, cookies=session, timeout=30)), day)


class _World(NamedTuple):
    """What is put behind the log: facts up to some moment of a year, and the campaigns of each coop among them."""

    facts: list[RecordedEvent]
    campaigns: dict[UUID, list[UUID]]


def _world(seed: int) -> _World:
    """Play a year with a few things left open, and cut every other one off in the middle of it."""
    chance = random.Random(seed)  # noqa: S311 - an invented school
    history = school_year(seed, families=chance.randint(24, 60))
    for campaign_id in campaigns_of(history):
        _leave_open(history, campaign_id)
    told = [fact for fact in history.facts if not isinstance(fact.event, AssociationRegistered)]
    facts = told[: chance.randint(len(told) // 3, len(told))] if seed % 2 else told
    campaigns: dict[UUID, list[UUID]] = {fact.stream_id: [] for fact in facts if isinstance(fact.event, CoopRegistered)}
    for fact in facts:
        if isinstance(fact.event, CampaignDrafted):
            campaigns[fact.event.coop_id].append(fact.stream_id)
    return _World(facts, campaigns)


def _leave_open(history: History, campaign_id: UUID) -> None:
    """Instalments that are still to come, a refund that was asked for, a payment that is contested."""
    history.pay(campaign_id, history.place(campaign_id, "CP", "CE1", instalments=3))
    regretted, contested = history.place(campaign_id, "CM1"), history.place(campaign_id, "CM1")
    history.pay(campaign_id, regretted)
    history.refund(campaign_id, regretted, PRICE // 2)
    history.dispute(campaign_id, history.pay(campaign_id, contested), PRICE, TIP)


def _pages(watched: _Watched, coop_id: UUID, campaigns: list[UUID]) -> Iterator[str]:
    home = f"/{SLUG}/coops/{coop_id}"
    yield home
    yield from months_of(watched.client, f"{home}/compte")
    yield from (f"{home}/compte?jour={day.date()}" for day in _DAYS if day <= watched.day[0])
    yield f"{home}/releves"
    yield from payouts_of(watched.client, f"{home}/virements")
    years = ("", *(f"?pour={word}" for word in (2024, *campaigns)))
    yield from (f"{home}/statistiques{below}{year}" for below in ("", "/ventes", "/communaute") for year in years)
    yield from (f"/{SLUG}/collectes/{campaign_id}" for campaign_id in campaigns)


def test_every_figure_of_every_page_leads_to_rows_that_add_up_to_it(watched: _Watched, extent: Extent) -> None:
    worlds = extent.count(ci=2, long=12)
    seen, kinds, wrong = Counter[str](), Counter[str](), list[object]()
    for seed in range(101, 101 + worlds):
        world = _world(seed)
        put_behind(watched.api, world.facts)
        for watched.day[0] in _DAYS if extent.long else _DAYS[seed % 2 :: 2]:
            shown = {
                figure
                for coop_id, campaigns in world.campaigns.items()
                for page in _pages(watched, coop_id, campaigns)
                for figure in figures_on(watched.client, page)
            }
            wrong += _differences(watched, shown, seen, kinds)
    print(f"{worlds} worlds: {dict(seen)}, of which are not nothing {dict(kinds)}")  # noqa: T201
    assert wrong == []
    assert seen["figures"] > 500 * worlds
    assert seen["rows"] > 5_000 * worlds
    assert all(kinds[kind] for kind in _KINDS), kinds


def _differences(
    watched: _Watched, shown: set[PageFigure], seen: Counter[str], kinds: Counter[str]
) -> Iterator[object]:
    """Compare each figure with its rows; one selection is read once, however many pages show it."""
    sums = {href: rows_of(watched.client, href) for href in {figure.href for figure in shown}}
    seen["figures"] += len(shown)
    seen["selections"] += len(sums)
    seen["rows"] += sum(rows.number for rows in sums.values())
    for figure in shown:
        rows, said = sums[figure.href], number(figure.text)
        if said:
            kinds[figure.href.split("lignes=")[1].split("&")[0]] += 1
        if not (rows.number == rows.told_number and rows.total == rows.told_total == said):
            yield watched.day[0], figure, rows


def test_the_payments_that_somebody_chooses_are_as_many_and_as_much_as_is_said(watched: _Watched) -> None:
    world = _world(200)
    put_behind(watched.api, world.facts)
    compared = Counter[str]()
    for coop_id, campaigns in world.campaigns.items():
        base = f"/{SLUG}/coops/{coop_id}"
        whole = rows_of(watched.client, f"{base}/paiements")
        for name, words in filters_of(watched.client, f"{base}/paiements").items():
            for word in words:
                rows = rows_of(watched.client, f"{base}/paiements?{name}={word}")
                assert (rows.number, rows.total) == (rows.told_number, rows.told_total), (name, word)
                compared[name] += rows.number
        assert (whole.number, whole.total) == (whole.told_number, whole.told_total)
        for campaign_id in campaigns:
            of_it = rows_of(watched.client, f"{base}/paiements?collecte={campaign_id}")
            received = rows_of(watched.client, f"{base}/operations?lignes=recettes&collecte={campaign_id}")
            assert of_it.total == received.total
            compared["of campaigns"] += of_it.total
        assert compared["of campaigns"] > 0
    assert {name for name, count in compared.items() if count} == {*FILTERS, "of campaigns"}
