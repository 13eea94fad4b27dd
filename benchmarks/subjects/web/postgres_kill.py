"""``kill -9`` of Postgres again and again while contributions come in: what was acknowledged is there, and once.

Clients send each request until it is accepted, with the key it had first, so that what the log holds in the end is
exactly what was acknowledged: anything less is lost, anything more was done twice.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Final, NamedTuple
from uuid import UUID

import psycopg

from adapters.local_postgres import LocalPostgres
from benchmarks.bench import Bench
from benchmarks.deployment.site import Site, open_site
from benchmarks.deployment.usage import family_of
from benchmarks.figures import Claim, Figure
from benchmarks.load.job import Job
from benchmarks.load.repeated import Acknowledged, Repeated, repeated_load
from benchmarks.subject import Subject
from benchmarks.subjects.web.contribution import place_request
from domain.events.contribution import ContributionPlaced
from tests.kit.service_world import SLUG
from tests.projections.whole_log import verify_chain

CLIENTS: Final = 48
_TAKEN: Final = "all that were sent"
_LOST: Final = Claim("acknowledged and lost, doubled or without their people", "contributions", "none wanted", "≤ 0.0")
_COUNT: Final = Claim(f"contributions acknowledged, {CLIENTS} clients", "contributions", _TAKEN)
_AGAIN: Final = Claim("  of these: sent again with their key", "contributions", "all that were acknowledged")
_LATER: Final = Claim("  answers that said « later »", "answers", "all that were acknowledged")
_AWAY: Final = Claim("from kill -9 to the next contribution in the log, median", "s", "Postgres's own restart")
_LONGEST: Final = Claim("  the same, longest", "s", "Postgres's own restart")


class Kill(NamedTuple):
    """When Postgres was killed, when nothing of it ran any more, and when it answered again; seconds since 1970."""

    began: float
    gone: float
    back: float


class PlacedAt(NamedTuple):
    """A contribution as the log has it: its position, when it was recorded (seconds since 1970), and its event."""

    position: int
    recorded_at: float
    event: ContributionPlaced

    @property
    def people(self) -> frozenset[UUID]:
        """Whom it names."""
        return frozenset((self.event.payer_id, *(line.participant_id for line in self.event.lines)))


def _kill(postgres: LocalPostgres) -> Kill:
    """End the server and all its sessions at once and without warning, then start it again."""
    pid = postgres.pid()
    assert pid is not None
    began = time.time()
    for one in family_of(pid) - {pid}:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    postgres.kill()
    gone = time.time()
    postgres.start()
    return Kill(began, gone, time.time())


def _measure(bench: Bench) -> Iterator[Figure]:
    """Kill it so many times under load, then look for each contribution in the log and for its people in the vault."""
    kills, calm = bench.choose((8, 6.0), (2, 3.0))
    with bench.postgres("postgres-kill") as postgres, open_site(postgres) as site:
        before, killed = site.world.context.ledger.store.head()[0], list[Kill]()
        asked = place_request(f"{site.campaign}/contributions", site.authorization)
        with repeated_load(Job(site.port, CLIENTS, [asked])) as load:
            for _ in range(kills):
                time.sleep(calm)
                killed.append(_kill(postgres))
            time.sleep(calm)
            came = load.end()
        site.wait_until_projected()
        yield from _figures(site, before, came, killed)


def _figures(site: Site, before: int, came: Repeated, killed: Sequence[Kill]) -> Iterator[Figure]:
    """What was lost, what was acknowledged, and how long nothing was."""
    ledger, those = site.world.context.ledger, came.acknowledged
    with psycopg.connect(site.world.runtime.database_url) as connection:
        assert verify_chain(connection, SLUG, ledger.association_id).sound
    placed = [
        PlacedAt(one.position, one.recorded_at.timestamp(), one.event)
        for one in ledger.store.events(before + 1, 1_000_000)
        if isinstance(one.event, ContributionPlaced)
    ]
    known = site.world.runtime.ledger(SLUG).people({person for one in placed for person in one.people}).keys()
    wrong = faults(placed, those, known)
    yield _LOST.figure(len(wrong), len(wrong), "".join([f", {len(killed)} kills", *(f"; {one}" for one in wrong[:3])]))
    yield _COUNT.figure(len(those), len(placed) / len(those))
    again = sum(one.sent > 1 for one in those)
    yield _AGAIN.figure(again, again / len(those))
    yield _LATER.figure(came.put_off, came.put_off / len(those))
    # While nothing of Postgres ran, nothing could be recorded.
    away = [min(one.recorded_at for one in placed if one.recorded_at > kill.gone) - kill.began for kill in killed]
    own = statistics.median(kill.back - kill.began for kill in killed)
    yield _AWAY.figure(statistics.median(away), statistics.median(away) / own)
    yield _LONGEST.figure(max(away), max(away) / own)


def faults(placed: Sequence[PlacedAt], acknowledged: Sequence[Acknowledged], known: AbstractSet[UUID]) -> list[str]:
    """Say of each contribution that is not as it was acknowledged, or never was, what is wrong.

    ``known`` are the people that the vault has.
    """
    said = {one.id: one.position for one in acknowledged}
    requests, times = (Counter(one.id for one in acknowledged), Counter(one.event.contribution_id for one in placed))
    return [
        *(f"of two requests: {name}" for name, count in requests.items() if count > 1),
        *(f"lost: {name}" for name in said.keys() - times.keys()),
        *(f"twice: {name}" for name, count in times.items() if count > 1),
        *(f"never acknowledged: {name}" for name in times.keys() - said.keys()),
        *(
            f"elsewhere in the log: {one.event.contribution_id}"
            for one in placed
            if said.get(one.event.contribution_id, one.position) != one.position
        ),
        *(f"without its people: {one.event.contribution_id}" for one in placed if not one.people <= known),
    ]


POSTGRES_KILL: Final = Subject(
    "postgres-kill",
    f"contributions sent to the API by {CLIENTS} clients while Postgres is killed and started again",
    1.5,
    (_LOST, _COUNT, _AGAIN, _LATER, _AWAY, _LONGEST),
    _measure,
)
