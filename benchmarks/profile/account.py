"""The account of a load: milliseconds of processors for a request, by process and by step, and what was waited for.

Times and shares come from different bursts: the system tells what each process took in those that were not sampled,
so that what the sampler itself costs is in no figure; in the others its stacks tell how that divides into steps.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from benchmarks.bench import Bench
from benchmarks.deployment.site import WEB, WORKER, Site, open_site
from benchmarks.deployment.usage import busy_by_title, busy_seconds
from benchmarks.profile.loads import Burst, Done, Load
from benchmarks.profile.stacks import SampledProcess
from benchmarks.profile.steps import StepTable

_WEB: Final = "web"
_WORKER: Final = "worker and projector"
_POSTGRES: Final = "Postgres"
_PROVIDER: Final = "the bank for trials"
_ANEW: Final = 2


class Part(NamedTuple):
    """What one process, or all of Postgres, took of the processors for a request, in milliseconds, and its steps.

    ``stacks`` is from how many stacks the steps are known; None where the system tells them itself.
    """

    name: str
    milliseconds: float
    steps: dict[str, float]
    stacks: int | None


class Lone(NamedTuple):
    """One who asks alone: how long it waits, and what of it the processes of the chain took; all in milliseconds."""

    waited: float
    spent: dict[str, float]

    @property
    def idle(self) -> float:
        """What is left of the wait: the disk, pauses and turns, at least; they work for what comes after it as well."""
        return max(0.0, self.waited - sum(self.spent.values()))


class Account(NamedTuple):
    """The account of one load: how many requests its times are from, its parts, and one who asks alone."""

    load: Load
    requests: int
    parts: list[Part]
    lone: Lone

    @property
    def total(self) -> float:
        """The milliseconds of all processes."""
        return sum(part.milliseconds for part in self.parts)


def account_of(load: Load, bench: Bench) -> Account:
    """Return the account of a load; one whose service ended under the sampler is begun anew, twice at most."""
    for _ in range(_ANEW):
        try:
            return begin(load, bench)
        except (AssertionError, subprocess.CalledProcessError) as ended:
            print(f"… {load.subject}: begun anew after {type(ended).__name__}", file=sys.stderr, flush=True)
    return begin(load, bench)


def begin(load: Load, bench: Bench) -> Account:
    """Run a load in bursts, timed and sampled in turn, then one who asks alone.

    Raises:
        AssertionError: a process ended, or did not do what it was asked.
        CalledProcessError: the web server answered no more, or something else than is wanted.

    """
    with (
        bench.postgres(f"profile-{load.subject}") as postgres,
        open_site(postgres, certified=load.certified, samples=bench.folder) as site,
    ):
        if load.prepare is not None:
            load.prepare(site)
        sampled = {
            _WEB: SampledProcess(site.web, bench.folder / WEB),
            _WORKER: SampledProcess(site.worker, bench.folder / WORKER),
        }
        load.ready(site, load.crowd, quick=True)()  # what only a first request costs is not what is asked
        stacks, spent, requests = {name: Counter[str]() for name in sampled}, defaultdict[str, float](float), 0
        table = StepTable()
        for _ in range(bench.choose(3, 1)):
            done, took = _timed(site, load.ready(site, load.crowd, quick=bench.quick))
            requests += done.requests
            for name, seconds in took.items():
                spent[name] += seconds
            burst = load.ready(site, load.crowd, quick=bench.quick)
            for process in sampled.values():
                process.start()
            burst()
            for name, process in sampled.items():
                stacks[name].update(map(table.step_of, process.stop()))
        alone, took = _timed(site, load.ready(site, 1, quick=bench.quick))
    each = {name: 1e3 * seconds / requests for name, seconds in spent.items()}
    lone = Lone(
        1e3 * statistics.median(alone.waits), {name: 1e3 * took.get(name, 0.0) / alone.requests for name in load.chain}
    )
    return Account(load, requests, list(_parts(each, stacks)), lone)


def _timed(site: Site, burst: Burst) -> tuple[Done, dict[str, float]]:
    """Send a burst; return what came of it, and the seconds that each process took."""
    before = _spent(site)
    done = burst()
    return done, {name: seconds - before.get(name, 0.0) for name, seconds in _spent(site).items()}


def _spent(site: Site) -> dict[str, float]:
    processes = {_WEB: site.web, _WORKER: site.worker, _PROVIDER: site.provider}
    of_postgres = busy_by_title(site.postgres)
    return {
        **{name: busy_seconds(pid) for name, pid in processes.items()},
        **{f"{_POSTGRES}: {title}": seconds for title, seconds in of_postgres.items()},
    }


def _parts(each: Mapping[str, float], stacks: Mapping[str, Counter[str]]) -> Iterator[Part]:
    """Divide what each process took: by its stacks, or Postgres by its own processes."""
    for name, found in stacks.items():
        yield Part(name, each[name], shares(found, each[name]), found.total())
    of_postgres = {name.partition(": ")[2]: took for name, took in each.items() if name.startswith(f"{_POSTGRES}: ")}
    yield Part(_POSTGRES, sum(of_postgres.values()), of_postgres, None)
    yield Part(_PROVIDER, each[_PROVIDER], {}, None)


def shares(found: Counter[str], whole: float) -> dict[str, float]:
    """Divide a time by how many stacks fell into each step."""
    return {step: whole * times / found.total() for step, times in found.items()}
