"""Payments where the provider is as far away as the real one: 300 ms a call, and no more than 100 calls a second.

What counts there is how many calls are under way at once, and how many a payment needs once its page was made.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import httpx2

from benchmarks.bench import Bench
from benchmarks.deployment.processes import Far
from benchmarks.deployment.site import Site, open_site
from benchmarks.deployment.usage import busy_seconds
from benchmarks.figures import Claim, Figure, at_most
from benchmarks.load.parents import Parents
from benchmarks.load.payments import Settled, check_all, settle
from benchmarks.subject import Subject

PARENTS: Final = 100
OFFERED: Final = 15
"""Payments a second of the other round: a back-to-school week's."""
_FAR: Final = Far(latency=0.3, rate_limit=100)
_TOO_MANY: Final = "429"
_SECONDS: Final = 3.0
_CPU: Final = "all of it"
_CALLS: Final = at_most("calls of the provider for a payment, after its page", "calls", 3, aim=2)
_RATE: Final = Claim("parents pay at once, provider far", "per second", "the wanted 25 a second", "≥ 1.0", "≥ 1.6")
_BURST: Final = Claim("  from card to ledger, p95", "ms", "the median from card to ledger")
_STEADY: Final = at_most(f"from card to ledger, {OFFERED} payments/s offered, p95", "s", _SECONDS, aim=1.5)
_MEDIAN: Final = Claim(f"  {OFFERED} payments/s offered, median", "ms", "the p95")
_REFUSED: Final = Claim("  calls that the provider refused as too many", "calls", "all calls of both rounds")
_BUSY: Final = Claim("processors for a payment", "ms", "the two cores, for as long")
_PARTS: Final = {
    part: Claim(f"  of these: {name}", "ms", _CPU)
    for part, name in (
        ("web", "web"),
        ("worker", "worker and projector"),
        ("postgres", "Postgres"),
        ("provider", "the sandbox"),
    )
}


class _Round(NamedTuple):
    """One group of parents: how their payments went, calls of the provider by operation, and seconds of processors."""

    settled: Settled
    calls: Counter[str]
    busy: dict[str, float]
    parents: int

    @property
    def calls_each(self) -> float:
        """Calls that were answered, for each payment."""
        return sum(count for name, count in self.calls.items() if _is_of_payment(name)) / self.parents


def _is_of_payment(name: str) -> bool:
    """Tell whether an operation was asked for a payment: a look at an account is the hour's, whoever pays."""
    return name != _TOO_MANY and "accounts/" not in name


def _calls(site: Site) -> Counter[str]:
    return Counter(httpx2.get(f"{site.place.sandbox}/_sandbox/calls").raise_for_status().json())


def _busy(site: Site) -> dict[str, float]:
    ids = {"web": site.web, "worker": site.worker, "postgres": site.postgres, "provider": site.provider}
    return {part: busy_seconds(pid) for part, pid in ids.items()}


def _round(site: Site, name: str, parents: int, *, per_second: float | None = None) -> _Round:
    """Have parents open their pages, then pay; what the pages cost is not counted."""
    group, world = Parents(site.place, name), site.world
    baskets = group.open_pages(parents)
    site.wait_until_projected()
    before, calls, busy = world.context.ledger.store.head()[0], _calls(site), _busy(site)
    paid = group.pay(baskets) if per_second is None else group.pay_steadily(baskets, per_second)
    settled = settle(world, paid, before)
    spent = {part: seconds - busy[part] for part, seconds in _busy(site).items()}
    return _Round(settled, _calls(site) - calls, spent, parents)


def _measure(bench: Bench) -> Iterator[Figure]:
    """Let parents pay all at once, then so many a second."""
    parents, offered, rounds = bench.choose((PARENTS, OFFERED * 20, 2), (40, OFFERED * 4, 1))
    with bench.postgres("payments-far") as postgres, open_site(postgres, certified=True, far=_FAR) as site:
        bursts = [_round(site, f"burst-{number}", parents) for number in range(rounds)]
        steady = [_round(site, f"steady-{number}", offered, per_second=OFFERED) for number in range(rounds)]
        yield from _figures(bursts, steady)
        check_all(site.world, (parents + offered) * rounds)


def _figures(bursts: Sequence[_Round], steady: Sequence[_Round]) -> Iterator[Figure]:
    """What was wanted, then where the processors' time went: it is the limit of this machine."""
    both = [*bursts, *steady]
    calls = statistics.median(one.calls_each for one in both)
    yield _CALLS.figure(calls, calls / 3, _told(both))
    rate = statistics.median(one.settled.rate for one in bursts)
    yield _RATE.figure(rate, rate / 25, f", {bursts[0].parents} of them")
    slow, middle = (statistics.median(times) for times in _tails(bursts))
    yield _BURST.figure(slow * 1e3, slow / middle)
    slow, middle = (statistics.median(times) for times in _tails(steady))
    yield _STEADY.figure(slow, slow / _SECONDS)
    yield _MEDIAN.figure(middle * 1e3, middle / slow)
    refused = sum(one.calls[_TOO_MANY] for one in both)
    yield _REFUSED.figure(refused, refused / sum(sum(one.calls.values()) for one in both))
    spent = {part: sum(one.busy[part] for one in bursts) for part in _PARTS}
    payments, whole = sum(one.parents for one in bursts), sum(spent.values())
    yield _BUSY.figure(1e3 * whole / payments, whole / sum(2 * one.parents / one.settled.rate for one in bursts))
    for part, claim in _PARTS.items():
        yield claim.figure(1e3 * spent[part] / payments, spent[part] / whole)


def _tails(rounds: Sequence[_Round]) -> tuple[list[float], list[float]]:
    """The p95 and the median of each round, in seconds."""
    return [one.settled.p95 for one in rounds], [one.settled.middle for one in rounds]


def _told(rounds: Sequence[_Round]) -> str:
    """Name the operations that were asked, with how often for a payment."""
    payments = sum(one.parents for one in rounds)
    total: Counter[str] = sum((one.calls for one in rounds), Counter())
    named = (f"{name} {count / payments:.2f}" for name, count in total.most_common() if name != _TOO_MANY)
    return f" ({', '.join(named)})"


PAYMENTS_FAR: Final = Subject(
    "payments-far",
    f"parents pay by card at a provider 300 ms away that takes 100 calls a second: all at once, and {OFFERED} a second",
    5,
    (_CALLS, _RATE, _BURST, _STEADY, _MEDIAN, _REFUSED, _BUSY, *_PARTS.values()),
    _measure,
)
