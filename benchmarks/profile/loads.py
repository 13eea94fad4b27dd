"""What is asked while it is sampled: the requests of three subjects, made ready before, so that only they are seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Final, NamedTuple, Protocol

from benchmarks.deployment.site import PROXY, Site
from benchmarks.load.baskets import ask_for_class
from benchmarks.load.job import Job, carry_out
from benchmarks.load.parents import Basket, Parents
from benchmarks.load.payments import settle
from benchmarks.subjects.web.basket import FAMILIES, last_forms
from benchmarks.subjects.web.contribution import place_request
from benchmarks.subjects.web.http_post import CLIENTS
from domain.events.contribution import FundsTransferred

_PARENTS: Final = 60
_HOMES: Final = count()
"""Homes that families come from, each once."""
_GROUPS: Final = count()
_REST: Final = 0.25
_PATIENCE: Final = 300.0
_SESSIONS: Final = ("Postgres: coopledger_app", "Postgres: coopledger_vault")


class Done(NamedTuple):
    """How many requests were answered, and for how many seconds each of them was waited for."""

    requests: int
    waits: list[float]


Burst = Callable[[], Done]
"""Requests that are ready to be sent; it returns when all that they ask for is done."""


class Preparation(Protocol):
    """Makes a burst ready: of so many clients, or of one alone; ``quick`` makes it very short."""

    def __call__(self, site: Site, clients: int, *, quick: bool) -> Burst:
        """Prepare at a site all that is not to be seen."""
        ...


class Load(NamedTuple):
    """The requests of one subject.

    ``crowd`` is how many ask at once; ``chain`` names the processes that who waits ``until`` something waits for.
    """

    subject: str
    request: str
    until: str
    crowd: int
    ready: Preparation
    chain: tuple[str, ...]
    prepare: Callable[[Site], None] | None = None
    certified: bool = False


def _contributions(site: Site, clients: int, *, quick: bool) -> Burst:
    seconds = (1.5 if quick else 6.0) if clients > 1 else (1.0 if quick else 4.0)
    request = place_request(f"{site.campaign}/contributions", site.authorization)
    job = Job(site.port, clients, [request], seconds, status=201)

    def burst() -> Done:
        waits = carry_out(job).latencies
        site.wait_until_projected()
        return Done(len(waits) + clients, waits)  # each client was answered once before it counted

    return burst


def _last_forms(site: Site, clients: int, *, quick: bool) -> Burst:
    forms = last_forms(site, _HOMES, (48 if quick else 240) if clients > 1 else (12 if quick else 60))
    job = Job(site.port, clients, forms, status=303, once=True, source=PROXY)

    def burst() -> Done:
        waits = carry_out(job).latencies
        _rest(site)
        return Done(len(waits), waits)

    return burst


def _payments(site: Site, clients: int, *, quick: bool) -> Burst:
    parents = Parents(site.place, f"profile-{next(_GROUPS)}")
    baskets = parents.open_pages((24 if quick else _PARENTS) if clients > 1 else (3 if quick else 10))
    groups = [baskets] if clients > 1 else [[basket] for basket in baskets]
    _rest(site)

    def burst() -> Done:
        waits = [wait for group in groups for wait in _paid(site, parents, group)]
        _rest(site)
        return Done(len(waits), waits)

    return burst


def _paid(site: Site, parents: Parents, group: list[Basket]) -> Iterator[float]:
    """Have parents pay; yield the seconds from each card to its money at the coop."""
    store = site.world.context.ledger.store
    before = store.head()[0]
    paid = parents.pay(group)
    settle(site.world, paid, before)
    facts = store.events(before + 1, 100_000)
    moved = {
        fact.event.contribution_id: fact.recorded_at.timestamp()
        for fact in facts
        if isinstance(fact.event, FundsTransferred)
    }
    for one in paid:
        yield moved[one.basket.contribution_id] - one.submitted


def _rest(site: Site) -> None:
    """Wait until the read models show everything, and the service's own worker has nothing more to do."""
    site.wait_until_projected()
    worker, end = site.world.worker, time.monotonic() + _PATIENCE
    while worker.outbox.due(worker.now()) or worker.inbox.due(worker.now()):
        assert time.monotonic() < end, "the worker never comes to an end"
        time.sleep(_REST)
    site.wait_until_projected()


def _ask_for_class(site: Site) -> None:
    """Have the campaign ask for each child's class, as schools do."""
    ask_for_class(site.world)
    site.wait_until_projected()


LOADS: Final = (
    Load(
        "http-post",
        "POST of a contribution",
        "the answer",
        CLIENTS,
        _contributions,
        ("web", *_SESSIONS),
    ),
    Load(
        "basket",
        "last POST of a basket",
        "the answer",
        FAMILIES,
        _last_forms,
        ("web", *_SESSIONS, "the bank for trials"),
        _ask_for_class,
        certified=True,
    ),
    Load(
        "payments",
        "payment by card",
        "its money is at the coop",
        _PARENTS,
        _payments,
        ("web", "worker and projector", *_SESSIONS, "Postgres: coopledger_worker", "the bank for trials"),
        certified=True,
    ),
)
"""The subjects that can be profiled."""
