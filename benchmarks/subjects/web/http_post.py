"""A contribution sent to the API: how many, how fast, and what all of it costs the processors, beside a bare route."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from benchmarks.bench import Bench
from benchmarks.deployment.rival import PLACE, Rival, open_rival
from benchmarks.deployment.site import Site, open_site
from benchmarks.deployment.usage import busy_seconds
from benchmarks.figures import Claim, Figure, Run, at_most, compare, interleave, median_of, run_of
from benchmarks.load.job import Job, carry_out
from benchmarks.subject import Subject
from benchmarks.subjects.web.contribution import place_request

CLIENTS: Final = 48
_BARE: Final = "the bare route"
_MANY: Final = f"POST a contribution, {CLIENTS} clients"
_ONE: Final = "POST a contribution, 1 client"
_RATE: Final = Claim(_MANY, "per second", _BARE, "≥ 0.6", "≥ 1.0")
_P50: Final = Claim(f"{_MANY}, p50", "ms", _BARE)
_P99: Final = Claim(f"{_MANY}, p99", "ms", _BARE)
_WAIT: Final = at_most(f"{_MANY}, p99 (wait)", "ms", 100, bar=False, aim=100)
_LONE: Final = Claim(_ONE, "per second", _BARE, "≥ 0.3", "≥ 0.5")
_LONE_P50: Final = Claim(f"{_ONE}, p50", "ms", _BARE)
_LONE_P99: Final = Claim(f"{_ONE}, p99", "ms", _BARE)
_CPU: Final = Claim(
    "processors for a contribution, 48 clients", "ms", "the bare route and its Postgres", "≤ 2.5", "≤ 1.5"
)
_ALL: Final = "all of it"
_PARTS: Final = {
    part: Claim(f"  of these: {name}", "ms", _ALL)
    for part, name in (("web", "web"), ("worker", "worker and projector"), ("postgres", "Postgres"))
}
_CLIENT: Final = Claim("  and the load client, in neither", "ms", _ALL)
_LAG: Final = at_most("read models behind at the end of a round", "s", 1.0)


class Round(NamedTuple):
    """One round: how it went, and the milliseconds of processors for each contribution, by process."""

    run: Run
    spent: dict[str, float]
    client: float
    lag: float

    @property
    def total(self) -> float:
        """The milliseconds of all processes."""
        return sum(self.spent.values())


def _round(job: Job, processes: dict[str, int], after: Callable[[], float]) -> Round:
    """Do a job; what the processes spend until all of it is done is theirs, divided by all that was asked."""
    before = {name: busy_seconds(pid) for name, pid in processes.items()}
    answered = carry_out(job)
    lag = after()
    # Each client was answered once more before it counted.
    done = len(answered.latencies) + job.clients
    spent = {name: 1e3 * (busy_seconds(pid) - before[name]) / done for name, pid in processes.items()}
    return Round(run_of(answered.latencies, answered.seconds), spent, 1e3 * answered.busy / done, lag)


def _ours(site: Site, clients: int, seconds: float) -> Round:
    request = place_request(f"{site.campaign}/contributions", site.authorization)
    processes = {"web": site.web, "worker": site.worker, "postgres": site.postgres}
    return _round(Job(site.port, clients, [request], seconds, status=201), processes, site.wait_until_projected)


def _bare(rival: Rival, postgres: int, clients: int, seconds: float) -> Round:
    job = Job(rival.port, clients, [place_request(PLACE)], seconds, status=201)
    return _round(job, {"web": rival.web, "postgres": postgres}, lambda: 0.0)


def _measure(bench: Bench) -> Iterator[Figure]:
    """Send contributions to ours and to the bare route in turn, by many clients and by one."""
    rounds, seconds = bench.choose((5, 6.0), (2, 2.0))
    with bench.postgres("http-post") as postgres, open_site(postgres) as site, open_rival(postgres) as rival:
        many = interleave(
            {
                "bare": lambda: _bare(rival, site.postgres, CLIENTS, seconds),
                "ours": lambda: _ours(site, CLIENTS, seconds),
            },
            rounds,
        )
        yield from _figures(many["ours"], many["bare"])
        lone = interleave(
            {"bare": lambda: _bare(rival, site.postgres, 1, seconds), "ours": lambda: _ours(site, 1, seconds)}, rounds
        )
    runs = {name: [one.run for one in lone[name]] for name in lone}
    for claim, field in ((_LONE, "rate"), (_LONE_P50, "p50"), (_LONE_P99, "p99")):
        yield compare(claim, field, runs["ours"], runs["bare"])


def _figures(ours: Sequence[Round], bare: Sequence[Round]) -> Iterator[Figure]:
    """How many and how fast, what it cost whom, and how far behind the read models were."""
    mine, theirs = [one.run for one in ours], [one.run for one in bare]
    for claim, field in ((_RATE, "rate"), (_P50, "p50"), (_P99, "p99")):
        yield compare(claim, field, mine, theirs)
    slow = median_of(mine, "p99")
    yield _WAIT.figure(slow, slow / 100)
    total = statistics.median(one.total for one in ours)
    yield _CPU.figure(total, statistics.median(one.total / other.total for one, other in zip(ours, bare, strict=True)))
    for part, claim in _PARTS.items():
        value = statistics.median(one.spent[part] for one in ours)
        yield claim.figure(value, value / total)
    client = statistics.median(one.client for one in ours)
    yield _CLIENT.figure(client, client / total)
    lag = statistics.median(one.lag for one in ours)
    yield _LAG.figure(lag, lag)


HTTP_POST: Final = Subject(
    "http-post",
    "contributions sent to the API by many clients and by one",
    4,
    (_RATE, _P50, _P99, _WAIT, _CPU, *_PARTS.values(), _CLIENT, _LAG, _LONE, _LONE_P50, _LONE_P99),
    _measure,
)
