"""What programs and people read of a campaign with 200 contributions, beside a bare route that adds 200 rows up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from benchmarks.bench import Bench
from benchmarks.deployment.rival import BALANCE, open_rival
from benchmarks.deployment.site import Site, open_site
from benchmarks.figures import Claim, Figure, Run, compare, interleave, run_of
from benchmarks.ground.families import append_facts, facts_of_families
from benchmarks.load.job import Job, carry_out, request
from benchmarks.rivals.bare_route import ROWS
from benchmarks.subject import Subject
from tests.kit.service_world import SLUG, ServiceWorld

CLIENTS: Final = 16
_BARE: Final = f"the bare route, one aggregate over {ROWS} rows"
_WANTED: Final = ("≥ 0.5", "≥ 0.8")
_RATES: Final = {
    "campaign": Claim("GET a campaign", "per second", _BARE, *_WANTED),
    "campaign balance": Claim("GET a campaign's balance", "per second", _BARE, *_WANTED),
    "coop balance": Claim("GET a coop's balance", "per second", _BARE, *_WANTED),
    "report": Claim("GET a class balance sheet as JSON", "per second", _BARE, "≥ 0.3", "≥ 0.5"),
}
_TAILS: Final = {name: Claim(f"{claim.name}, p99", "ms", _BARE) for name, claim in _RATES.items()}
_PAGE: Final = Claim("GET the public page of a campaign", "per second", "our own /api/v1/health", "≥ 0.51")


def _paths(site: Site) -> dict[str, str]:
    """Where each of them is."""
    api, place = f"/api/v1/{SLUG}", site.place
    return {
        "campaign": f"{api}/campaigns/{place.campaign_id}",
        "campaign balance": f"{api}/campaigns/{place.campaign_id}/balance",
        "coop balance": f"{api}/coops/{place.coop_id}/balance",
        "report": f"{api}/campaigns/{place.campaign_id}/class-balance.json",
        "page": f"/{SLUG}/contribuer/{place.campaign_id}",
        "health": "/api/v1/health",
    }


def _headers(site: Site, path: str) -> dict[str, str]:
    """A mandataire asks the API for what is the coop's, and nobody in particular for the rest."""
    return site.authorization if path.startswith(f"/api/v1/{SLUG}/") else {}


def _fill(world: ServiceWorld) -> None:
    """Have the families of the campaign pay."""
    ledger = world.context.ledger
    append_facts(ledger, facts_of_families(ledger, world.campaign_id, ROWS, tariff_id="t1", begin=world.now()))


def _read(port: int, asked: str, seconds: float) -> Run:
    answered = carry_out(Job(port, CLIENTS, [asked], seconds))
    return run_of(answered.latencies, answered.seconds)


def _measure(bench: Bench) -> Iterator[Figure]:
    """Read each of them in turn, the bare route among them."""
    rounds, seconds = bench.choose((5, 4.0), (2, 1.0))
    with (
        bench.postgres("http-read") as postgres,
        open_site(postgres, prepare=_fill) as site,
        open_rival(postgres) as rival,
    ):
        ours = {
            name: partial(_read, site.port, request("GET", path, _headers(site, path)), seconds)
            for name, path in _paths(site).items()
        }
        bare = partial(_read, rival.port, request("GET", BALANCE, {}), seconds)
        runs = interleave({"bare": bare, **ours}, rounds)
    for name, claim in _RATES.items():
        yield compare(claim, "rate", runs[name], runs["bare"])
        yield compare(_TAILS[name], "p99", runs[name], runs["bare"])
    yield compare(_PAGE, "rate", runs["page"], runs["health"])


HTTP_READ: Final = Subject(
    "http-read",
    f"a campaign, balances, a report and the public page read by {CLIENTS} clients",
    3.5,
    (*_RATES.values(), *_TAILS.values(), _PAGE),
    _measure,
)
