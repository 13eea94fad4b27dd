"""Very many open pages of one campaign: what they cost who writes, how soon they show a payment, what each holds."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Final

from benchmarks.bench import Bench
from benchmarks.deployment.site import Site, open_site
from benchmarks.deployment.usage import resident_bytes
from benchmarks.figures import Claim, Figure, Run, at_most, median_of, median_ratio, run_of
from benchmarks.load.captures import capture_at_pace
from benchmarks.load.job import Job, carry_out
from benchmarks.load.pages import Herd, open_pages
from benchmarks.subject import Subject
from benchmarks.subjects.web.contribution import place_request
from domain.rights.roles import Role
from service.http.cookies import Cookie, cookie_name
from tests.kit.members.sessions import new_member, open_session
from tests.kit.service_world import SLUG

PAGES: Final = 1_000
QUICK_PAGES: Final = 100
CLIENTS: Final = 48
A_SECOND: Final = 50
_KIB: Final = 1024
_NONE: Final = "the same without open pages"
_POSTED: Final = f"POST a contribution, {CLIENTS} clients"
_POST: Final = Claim(_POSTED, "per second", _NONE, "≥ 0.9")
_P99: Final = Claim(f"{_POSTED}, p99", "ms", _NONE)
_SHOWN: Final = at_most(f"commit → browser, p99, {A_SECOND} captures/s", "ms", 500, aim=250)
_SHOWN_P50: Final = Claim("commit → browser, p50", "ms", "the p99")
_MEMORY: Final = at_most("memory of an open page in the web process", "KiB", 50, bar=False, aim=50)


def open_herd(site: Site, pages: int) -> AbstractContextManager[Herd]:
    """Have a mandataire of the coop keep so many pages open."""
    opened = site.world.runtime.ledger(SLUG)
    token = open_session(opened, new_member(opened, Role.MANDATAIRE, site.world.coop_id), site.world.now())
    cookie = f"{cookie_name(Cookie.MEMBER, SLUG, secure=True)}={token}"
    return open_pages(site.port, f"/{SLUG}/collectes/{site.world.campaign_id}/flux", cookie, pages)


def _post(site: Site, seconds: float) -> Run:
    asked = place_request(f"{site.campaign}/contributions", site.authorization)
    answered = carry_out(Job(site.port, CLIENTS, [asked], seconds, status=201))
    site.wait_until_projected()
    return run_of(answered.latencies, answered.seconds)


def _measure(bench: Bench) -> Iterator[Figure]:
    """Write with and without open pages in turn; then have payments captured while they look."""
    pages, rounds, seconds = bench.choose((PAGES, 3, 6.0), (QUICK_PAGES, 1, 2.0))
    about = f", {pages:,} pages"
    with bench.postgres("live-pages") as postgres, open_site(postgres) as site:
        alone, watched, held = list[Run](), list[Run](), list[float]()
        post = partial(_post, site, seconds)
        post()
        for _ in range(rounds):
            alone.append(post())
            before = resident_bytes(site.web)
            with open_herd(site, pages):
                held.append((resident_bytes(site.web) - before) / pages / _KIB)
                watched.append(post())
        yield _POST.figure(median_of(watched, "rate"), median_ratio(watched, alone, "rate"), about)
        yield _P99.figure(median_of(watched, "p99"), median_ratio(watched, alone, "p99"))
        # What was let go is used again: only the first herd shows what a page holds.
        yield _MEMORY.figure(held[0], held[0] / 50)
        waits = []
        for _ in range(rounds):
            with open_herd(site, pages) as herd:
                commits = asyncio.run(capture_at_pace(site.world, A_SECOND, seconds))
                waits.append(herd.waits(commits))
    half, slow = (1e3 * statistics.median(wait[part] for wait in waits) for part in ("p50", "p99"))
    yield _SHOWN.figure(slow, slow / 500, about)
    yield _SHOWN_P50.figure(half, half / slow)


LIVE_PAGES: Final = Subject(
    "live-pages",
    f"{PAGES:,} open pages of one campaign",
    4,
    (_POST, _P99, _MEMORY, _SHOWN, _SHOWN_P50),
    _measure,
)
