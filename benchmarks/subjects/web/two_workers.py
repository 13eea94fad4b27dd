"""Two web servers and two workers on one database, against one of each: nothing doubled, nothing lost, not slower."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Final

from benchmarks.bench import Bench
from benchmarks.deployment.site import Site, beside, open_site
from benchmarks.figures import Claim, Figure, at_most
from benchmarks.load.parents import Basket, Parents, PaymentSite
from benchmarks.load.payments import Settled, check_all, settle
from benchmarks.subject import Subject

PARENTS: Final = 100
_RATE: Final = Claim("parents pay at once, two workers and two web servers", "per second", "one of each", "≥ 1.0")
_SLOW: Final = Claim("  from card to ledger, p95", "ms", "one of each")
_TWICE: Final = at_most("payments lost, doubled, or elsewhere than the provider says", "payments", 1, bar=False)


def _round(site: Site, name: str, parents: int, second: PaymentSite | None = None) -> Settled:
    """Have parents pay; with a ``second`` web server every other one places the basket there."""
    places = (site.place,) if second is None else (site.place, second)
    baskets: list[Basket] = []
    for number, place in enumerate(places):
        baskets += Parents(place, f"{name}-{number}").open_pages(parents // len(places))
    site.wait_until_projected()
    before = site.world.context.ledger.store.head()[0]
    return settle(site.world, Parents(site.place, name).pay(baskets), before)


def _measure(bench: Bench) -> Iterator[Figure]:
    """Rounds of one and of two in turn, then every payment compared with the provider's books."""
    parents, rounds = bench.choose((PARENTS, 3), (40, 1))
    one, two = [], []
    with bench.postgres("two-workers") as postgres, open_site(postgres, certified=True) as site:
        for number in range(rounds):
            one.append(_round(site, f"one-{number}", parents))
            with beside(site) as second:
                _round(site, f"warm-{number}", 10, second)
                two.append(_round(site, f"two-{number}", parents, second))
        rate = statistics.median(round_.rate for round_ in two)
        ratio = statistics.median(mine.rate / other.rate for mine, other in zip(two, one, strict=True))
        yield _RATE.figure(rate, ratio, f", {parents} of them")
        slow = statistics.median(round_.p95 for round_ in two)
        yield _SLOW.figure(1e3 * slow, slow / statistics.median(round_.p95 for round_ in one))
        check_all(site.world, (2 * parents + 10) * rounds)
        yield _TWICE.figure(0, 0)


TWO_WORKERS: Final = Subject(
    "two-workers",
    "two web servers and two workers on one database, against one of each; ledger and provider compared at the end",
    5,
    (_RATE, _SLOW, _TWICE),
    _measure,
)
