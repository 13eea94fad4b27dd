"""A family's last form: it places the basket and leads to the provider's page; sixteen families at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Final
from urllib.parse import urlencode

import httpx2
import psycopg

from adapters.people_vault import BasketVault
from benchmarks.bench import Bench
from benchmarks.deployment.rival import PLACE, open_rival
from benchmarks.deployment.site import PROXY, Site, open_site
from benchmarks.figures import Claim, Figure, Run, compare, interleave, run_of
from benchmarks.load.job import Job, carry_out, request
from benchmarks.subject import Subject
from benchmarks.subjects.web.contribution import place_request
from domain.campaign.settings import SetFormFields
from domain.events.campaign import FormField
from service.baskets.basket import Basket, BasketChild, to_bytes
from tests.kit.service_world import SLUG

FAMILIES: Final = 16
_BARE: Final = "the bare route, as many clients"
_POST: Final = f"last POST of a basket, {FAMILIES} families at once"
_RATE: Final = Claim(_POST, "per second", _BARE, "≥ 0.3", "≥ 0.6")
_P50: Final = Claim(f"{_POST}, p50", "ms", _BARE)
_P99: Final = Claim(f"{_POST}, p99", "ms", _BARE)
_HIDDEN: Final = re.compile(r'<input type="hidden" name="(\w+)" value="(\w*)"')


def ask_for_class(site: Site) -> None:
    """Have the campaign ask for each child's class, as schools do."""
    site.world.do(SetFormFields, fields=(FormField(name="class", state="required"),))
    site.wait_until_projected()


def last_forms(site: Site, homes: Iterator[int], baskets: int) -> list[str]:
    """Fill baskets in, read their last pages, and write what each family sends; each from a home of its own."""
    world, forms = site.world, []
    vault = world.runtime.ledger(SLUG).baskets
    child = BasketChild("child", "Anatole", "GALANTE", "t1", answers={"class": "CP A"})
    filled = Basket(world.campaign_id, [child], "Marie", "GALANTE", "marie@famille.example", guest=True)
    with httpx2.Client(base_url=site.place.service) as reader:
        for _ in range(baskets):
            token, home = BasketVault.new_token(), next(homes)
            vault.write(token, to_bytes(filled), world.now())
            page = f"/{SLUG}/paniers/{token}/paiement"
            shown = reader.get(page).raise_for_status().text
            form = {**dict(_HIDDEN.findall(shown)), "tip": "none", "terms": "1", "action": "pay"}
            headers = {
                "Accept": "text/html",
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": f"198.18.{home // 250}.{home % 250 + 1}",
            }
            forms.append(request("POST", page, headers, urlencode(form)))
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


def _measure(bench: Bench) -> Iterator[Figure]:
    """Have families pay in rounds, the bare route in turn."""
    rounds, baskets, seconds = bench.choose((5, 240, 4.0), (2, 48, 1.5))
    with (
        bench.postgres("basket") as postgres,
        open_site(postgres, certified=True) as site,
        open_rival(postgres) as rival,
    ):
        ask_for_class(site)
        runs = interleave(
            {
                "bare": partial(_bare, rival.port, seconds),
                "ours": partial(_ours, site, count(), baskets),
            },
            rounds,
        )
    for claim, field in ((_RATE, "rate"), (_P50, "p50"), (_P99, "p99")):
        yield compare(claim, field, runs["ours"], runs["bare"])


BASKET: Final = Subject(
    "basket",
    "families who press « Payer » on the last page of their basket, the provider near",
    3,
    (_RATE, _P50, _P99),
    _measure,
)
