"""A family's last form: it places the basket and leads to the provider's page; sixteen families at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Final

import httpx2
import psycopg

from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SandboxServer
from benchmarks.bench import Bench
from benchmarks.deployment.rival import PLACE, open_rival
from benchmarks.deployment.site import PROXY, Site, open_site
from benchmarks.figures import Claim, Figure, Run, compare, interleave, run_of
from benchmarks.load.baskets import FORM, ask_for_class, fill_basket, home, last_form
from benchmarks.load.job import Job, carry_out, request
from benchmarks.load.threads import run_threads
from benchmarks.subject import Subject
from benchmarks.subjects.web.contribution import place_request
from tests.kit.stripe.provider_requests import new_key, request_for, settings_for

FAMILIES: Final = 16
_BARE: Final = "the bare route, as many clients"
_POST: Final = f"last POST of a basket, {FAMILIES} families at once"
_RATE: Final = Claim(_POST, "per second", _BARE, "≥ 0.3", "≥ 0.6")
_P50: Final = Claim(f"{_POST}, p50", "ms", _BARE)
_P99: Final = Claim(f"{_POST}, p99", "ms", _BARE)
_ALONE: Final = Claim(f"{_POST} (pages)", "per second", "the SDK and the provider alone, a page each")
_CALLS: Final = 10_000
"""Calls a second: more than the sandbox takes."""


def last_forms(site: Site, homes: Iterator[int], baskets: int) -> list[str]:
    """Fill baskets in, read their last pages, and write what each family sends; each from a home of its own."""
    world, forms = site.world, []
    with httpx2.Client(base_url=site.place.service) as reader:
        for _ in range(baskets):
            page = fill_basket(world)
            form = last_form(reader.get(page).raise_for_status().text)
            forms.append(request("POST", page, FORM | home(next(homes)), form))
    # The campaign of a largest school takes 600 at once: what it takes in an hour is not what is measured.
    with psycopg.connect(world.runtime.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM vault.rate_limits")
    return forms


def _ours(site: Site, homes: Iterator[int], baskets: int) -> Run:
    before = site.world.context.ledger.store.head()[0]
    job = Job(site.port, FAMILIES, last_forms(site, homes, baskets), status=303, once=True, source=PROXY)
    answered = carry_out(job)
    # A page that is shown again is a 200; one that leads on has placed the basket.
    assert site.world.context.ledger.store.head()[0] - before >= baskets
    site.wait_until_projected()
    return run_of(answered.latencies, answered.seconds)


def _bare(port: int, seconds: float) -> Run:
    answered = carry_out(Job(port, FAMILIES, [place_request(PLACE)], seconds, status=201))
    return run_of(answered.latencies, answered.seconds)


def _alone(provider: StripeProvider, sandbox: SandboxServer, seconds: float) -> Run:
    """Have the provider make pages of payment for as many families, without a service."""

    def make_page() -> None:
        provider.start_checkout(request_for(sandbox), key=new_key())

    return run_threads(FAMILIES, seconds, lambda: make_page)


def _measure(bench: Bench) -> Iterator[Figure]:
    """Have families pay in rounds, the bare route in turn."""
    rounds, baskets, seconds = bench.choose((5, 240, 4.0), (2, 48, 1.5))
    with (
        bench.postgres("basket") as postgres,
        open_site(postgres, certified=True) as site,
        open_rival(postgres) as rival,
    ):
        ask_for_class(site.world)
        site.wait_until_projected()
        provider = StripeProvider(settings_for(site.place.sandbox, calls=_CALLS))
        runs = interleave(
            {
                "alone": partial(_alone, provider, site.world.sandbox, seconds),
                "bare": partial(_bare, rival.port, seconds),
                "ours": partial(_ours, site, count(), baskets),
            },
            rounds,
        )
        provider.close()
    for claim, field in ((_RATE, "rate"), (_P50, "p50"), (_P99, "p99")):
        yield compare(claim, field, runs["ours"], runs["bare"])
    yield compare(_ALONE, "rate", runs["ours"], runs["alone"])


BASKET: Final = Subject(
    "basket",
    "families who press « Payer » on the last page of their basket, the provider near",
    3,
    (_RATE, _P50, _P99, _ALONE),
    _measure,
)
