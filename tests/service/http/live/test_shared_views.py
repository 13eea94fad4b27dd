"""A view is read once for all who look at it, only when it moved, and its last state is always seen."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.people_vault import TokenPurpose
from domain.campaign.payments import RecordPaymentCaptured
from domain.campaign.settings import DraftCampaign
from domain.events.campaign import CampaignDetails
from service.http.live import channel, pages
from service.runtime.read_feed import ReadFeed
from tests.kit.live_server import LiveServer
from tests.kit.service_world import POLICY, PRICE, SLUG, ServiceWorld
from tests.kit.waiting import wait_until
from tests.service.http.live.conftest import Counts
from tests.service.http.live.open_page import OpenPage, open_page


def capture(world: ServiceWorld, contribution_id: UUID) -> None:
    """Record a payment of a contribution by card."""
    paid: dict[str, Any] = {"payment_id": uuid4().hex, "cents": PRICE, "tip_cents": 0, "paid_at": world.now()}
    world.do(RecordPaymentCaptured, contribution_id=contribution_id, **paid)


def sheet_of(live_server: LiveServer) -> str:
    """Where the live page of the campaign has its figures."""
    return f"/{SLUG}/collectes/{live_server.world.campaign_id}/flux"


def page_of(live_server: LiveServer, contribution_id: UUID) -> str:
    """Where a family's page has them."""
    return f"{live_server.family_link(TokenPurpose.CONTRIBUTION, contribution_id)}/flux"


def participants(page: OpenPage) -> int:
    """How many children the page shows now."""
    return int(json.loads(page.events[-1])["participants"])


def wait_for_readers(live_server: LiveServer) -> None:
    """Wait until it was heard that the read models show all there is."""
    world = live_server.world
    head = world.context.ledger.store.head()[0]
    wait_until(lambda: world.runtime.feed.position("ad06_read") >= head)


def test_all_who_look_get_the_same_bytes_of_one_reading(live_server: LiveServer, asked: Counts) -> None:
    world = live_server.world
    contribution_id = world.place(tip=0)
    sessions = [live_server.mandataire_session() for _ in range(5)]
    with ExitStack() as opened:
        looking = [
            opened.enter_context(open_page(live_server.url, sheet_of(live_server), session)) for session in sessions
        ]
        read = len(asked.sheets)
        capture(world, contribution_id)
        for page in looking:
            page.wait(2)
        assert len({page.events[-1] for page in looking}) == 1
        assert len(asked.sheets) == read + 1
        assert participants(looking[0]) == 1


def test_what_happens_in_another_campaign_or_family_wakes_nobody(live_server: LiveServer, asked: Counts) -> None:
    world, other = live_server.world, uuid4()
    mine, theirs = world.place(tip=0), world.place(tip=0)
    with (
        open_page(live_server.url, sheet_of(live_server), live_server.mandataire_session()),
        open_page(live_server.url, page_of(live_server, mine)) as family,
    ):
        before = len(asked.sheets), len(asked.contributions)
        details = CampaignDetails(title="Photos de classe")
        purpose: dict[str, Any] = {"purpose": "contribution-volontaire", "school_year": 2026, "policy": POLICY}
        world.do(DraftCampaign, other, coop_id=world.coop_id, details=details, demo=True, **purpose)
        world.place(tip=0)  # still to be paid: no sheet counts it
        wait_for_readers(live_server)
        assert (len(asked.sheets), len(asked.contributions)) == before
        capture(world, theirs)
        wait_until(lambda: len(asked.sheets) == before[0] + 1)
        capture(world, mine)
        family.wait(2)
        assert json.loads(family.events[-1])["status"] == "received"
        assert len(asked.contributions) == before[1] + 1


def test_a_hundred_payments_are_read_a_few_times_and_the_last_is_seen(live_server: LiveServer, asked: Counts) -> None:
    world = live_server.world
    baskets = [world.place(tip=0) for _ in range(100)]
    with open_page(live_server.url, sheet_of(live_server), live_server.mandataire_session()) as page:
        read, begun = len(asked.sheets), monotonic()
        for contribution_id in baskets:
            capture(world, contribution_id)
        wait_until(lambda: participants(page) == 100)
        seconds = monotonic() - begun
        assert len(asked.sheets) - read <= seconds / channel.PAUSE + 1
        told = [int(json.loads(event)["participants"]) for event in page.events]
        assert told == sorted(set(told)), "each state is told once, and none after a later one"


def test_while_notices_are_not_heard_pages_are_true_all_the_same(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = live_server.world
    contribution_id = world.place(tip=0)
    with open_page(live_server.url, sheet_of(live_server), live_server.mandataire_session()) as page:
        monkeypatch.setattr(ReadFeed, "_listen", lambda feed: feed._stopped.wait(0.1))
        with psycopg.connect(live_server.database, autocommit=True) as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN \"coopledger_moved\"%'"
            )
        wait_until(lambda: not world.runtime.feed.listening)
        capture(world, contribution_id)
        page.wait(2)
        assert participants(page) == 1
        with open_page(live_server.url, sheet_of(live_server), live_server.mandataire_session()) as later:
            assert participants(later) == 1


def test_a_page_that_has_nothing_new_is_told_that_it_is_still_open(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pages.HEARTBEAT == 15
    monkeypatch.setattr(pages, "HEARTBEAT", 1.0)
    address, ledger = page_of(live_server, live_server.world.place()), live_server.world.context.ledger
    wait_until(lambda: live_server.world.runtime.feed.position(ledger.read_schema) >= ledger.store.head()[0])
    with open_page(live_server.url, address) as page:
        wait_until(lambda: page.heard.count(b": ping\n\n") >= 2)
        assert len(page.events) == 1


def test_an_old_browser_is_told_the_same_without_parts(live_server: LiveServer) -> None:
    world = live_server.world
    contribution_id = world.place(tip=0)
    path, where = page_of(live_server, contribution_id), urlsplit(live_server.url)
    with socket.create_connection((where.hostname, where.port)) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        page = OpenPage(connection)
        page.wait(1)
        capture(world, contribution_id)
        page.wait(2)
        body = page.heard.split(b"\r\n\r\n", 1)[1]
        assert body == b"".join(b"event: contribution\ndata: %s\n\n" % event for event in page.events)
