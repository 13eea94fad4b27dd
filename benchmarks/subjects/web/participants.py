"""The participants of a campaign of ten thousand children: a page of the list, sorted, searched, and all as a file.

A long list is made by the worker: its file is timed as its mandate holder has it, from the form to the last byte.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final
from uuid import uuid4

import httpx2

from benchmarks.bench import Bench
from benchmarks.deployment.memory import MIB, HeldMemory, watched_memory
from benchmarks.deployment.site import Site, open_site
from benchmarks.deployment.usage import busy_seconds, resident_bytes
from benchmarks.figures import Claim, Figure, at_most, interleave
from benchmarks.ground.families import append_facts, facts_of_families
from benchmarks.ground.names import people_of
from benchmarks.subject import Subject
from domain.rights.roles import Role
from service.http.cookies import Cookie, cookie_name
from tests.kit.members.sessions import new_member, open_session
from tests.kit.service_world import SLUG, ServiceWorld

FAMILIES: Final = 8_000
"""One in four has two children: ten thousand in all."""
QUICK_FAMILIES: Final = 4_000
_CHUNK: Final = 4_000
_PAGE_MS: Final = 150
_FIRST_MS: Final = 1_500
_HELD_MIB: Final = 48
_FIRST: Final = at_most("the first page of the list", "ms", _FIRST_MS)
_SLOW: Final = {
    "page": at_most("a page of the list, p95", "ms", _PAGE_MS),
    "sorted by name": at_most("sorted by first name, p95", "ms", _PAGE_MS),
    "sorted by amount": at_most("sorted by amount, last page, p95", "ms", _PAGE_MS),
    "searched": at_most("searched for a name, p95", "ms", _PAGE_MS),
    "filtered": at_most("filtered and searched, p95", "ms", _PAGE_MS),
}
_BUSY_MS: Final = 75
_BUSY: Final = at_most("processors for a page, web and Postgres", "ms", _BUSY_MS, bar=False, aim=_BUSY_MS)
_FILE_S: Final = 10
_FILE: Final = at_most("all columns of all of them as a workbook, from the form to the file", "s", _FILE_S)
_FLAT_MIB: Final = 25
_FLAT: Final = {
    name: at_most(f"memory of the {name} at its most, above that for one class of them", "MiB", _FLAT_MIB)
    for name in ("web process", "worker")
}
_ONE_CLASS: Final = "CE1"
_READY: Final = re.compile(r'name="fichier" value="([0-9a-f-]{36})"')
_SEE_OTHER: Final = 303
_PATIENCE: Final = 120.0
_ASKS_EVERY: Final = 0.1
"""Seconds between two looks at the page of exports; its own script leaves two."""
_MEMORY: Final = at_most("memory of the web process after all of it", "MiB", _HELD_MIB)
Ask = Callable[[], httpx2.Response]


def _fill(families: int, world: ServiceWorld) -> None:
    """Have families pay, and lay their names in the vault."""
    ledger = world.context.ledger
    facts = facts_of_families(ledger, world.campaign_id, families, tariff_id="t1", begin=world.now())
    for begin in range(0, len(facts), _CHUNK):
        append_facts(ledger, facts[begin : begin + _CHUNK])
    world.runtime.ledger(SLUG).vault.put_many(people_of(facts, world.coop_id))


def _client(site: Site) -> httpx2.Client:
    """A mandataire of the coop, signed in."""
    opened = site.world.runtime.ledger(SLUG)
    token = open_session(opened, new_member(opened, Role.MANDATAIRE, site.world.coop_id), site.world.now())
    cookie = f"{cookie_name(Cookie.MEMBER, SLUG, secure=True)}={token}"
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    return httpx2.Client(base_url=f"http://127.0.0.1:{site.port}", headers=headers, timeout=120)


def _asked(client: httpx2.Client, path: str) -> dict[str, Ask]:
    return {
        "page": partial(client.get, path, params={"page": "7"}),
        "sorted by name": partial(client.get, path, params={"tri": "prenom", "page": "3"}),
        "sorted by amount": partial(client.get, path, params={"tri": "-montant", "page": "9999"}),
        "searched": partial(client.post, path, data={"recherche": "martin"}),
        "filtered": partial(client.post, path, data={"recherche": "be", "etat": "received", "classe": "CE1"}),
    }


def _rounds(ask: Ask, times: int) -> list[float]:
    """Ask again and again; return how long each answer took, in milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        answer = ask()
        taken.append((time.perf_counter() - begun) * 1e3)
        assert answer.is_success, answer.text
        assert "<tbody" in answer.text
    return taken


def _busy(site: Site) -> float:
    """Seconds of the processors that the web server and Postgres took so far."""
    return busy_seconds(site.web) + busy_seconds(site.postgres)


def _p95(taken: list[float]) -> float:
    return sorted(taken)[len(taken) * 95 // 100]


def _measure(bench: Bench) -> Iterator[Figure]:
    """Open the list once, then ask for its pages in turn."""
    families, rounds, times = bench.choose((FAMILIES, 3, 20), (QUICK_FAMILIES, 1, 20))
    with bench.postgres("participants") as postgres, open_site(postgres, prepare=partial(_fill, families)) as site:
        site.wait_until_projected()
        path, client = f"/{SLUG}/collectes/{site.world.campaign_id}/participants", _client(site)
        client.get(f"/{SLUG}/collectes/{site.world.campaign_id}")
        before = resident_bytes(site.web) / MIB
        (first,) = _rounds(partial(client.get, path), 1)
        yield _FIRST.figure(first, first / _FIRST_MS, f", {families * 5 // 4:,} children")
        busy = -_busy(site)
        taken: Mapping[str, list[list[float]]] = interleave(
            {name: partial(_rounds, ask, times) for name, ask in _asked(client, path).items()}, rounds
        )
        busy = (busy + _busy(site)) * 1e3 / (len(_SLOW) * rounds * times)
        for name, claim in _SLOW.items():
            slow = statistics.median(map(_p95, taken[name]))
            yield claim.figure(slow, slow / _PAGE_MS)
        yield _BUSY.figure(busy, busy / _BUSY_MS)
        processes = dict(zip(_FLAT, (site.web, site.worker), strict=True))
        _, of_class = _prepared(client, site, processes, classe=_ONE_CLASS)
        made, of_all = _prepared(client, site, processes)
        yield _FILE.figure(made, made / _FILE_S)
        for name, claim in _FLAT.items():
            more, held = of_all[name].most - of_class[name].most, of_all[name]
            about = f" ({held.before:.0f} MiB before, {held.most:.0f} at most, {held.after:.0f} after)"
            yield claim.figure(more, more / _FLAT_MIB, about)
        held_now = resident_bytes(site.web) / MIB - before
        yield _MEMORY.figure(held_now, held_now / _HELD_MIB)


def _prepared(
    client: httpx2.Client, site: Site, processes: Mapping[str, int], **filters: str
) -> tuple[float, dict[str, HeldMemory]]:
    """Have the worker make the file of the rows that fit some filters; seconds until it was taken, and the memory."""
    page = f"/{SLUG}/coops/{site.world.coop_id}/exports"
    address = f"/{SLUG}/collectes/{site.world.campaign_id}/participants/exporter"
    chosen = {"etape": "fichier", "toutes": "1", "format": "xlsx", "cle": str(uuid4()), **filters}
    known = set(_READY.findall(client.get(page).text))
    with watched_memory(processes) as seen:
        begun = time.perf_counter()
        asked = client.post(address, data=chosen)
        assert asked.status_code == _SEE_OTHER, asked.text
        while not (ready := set(_READY.findall(client.get(page).text)) - known):
            assert time.perf_counter() - begun < _PATIENCE, "the file is never ready"
            time.sleep(_ASKS_EVERY)
        book = client.post(page, data={"fichier": ready.pop()})
        taken = time.perf_counter() - begun
    assert book.content.startswith(b"PK"), book.text
    return taken, seen


_CLAIMS: Final[tuple[Claim, ...]] = (_FIRST, *_SLOW.values(), _BUSY, _FILE, *_FLAT.values(), _MEMORY)
PARTICIPANTS: Final = Subject(
    "participants",
    "the list of a campaign of 10,000 children, at the door, by its mandate holder",
    2.0,
    _CLAIMS,
    _measure,
)
