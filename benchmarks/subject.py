"""One thing that can be measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.bench import Bench
from benchmarks.figures import Claim, Figure


class Subject(NamedTuple):
    """A subject of ``./dev bench``: its name, what it measures, its claims, and how it is measured.

    ``minutes`` is about how long it takes on two cores; with ``--quick`` none takes longer than 40 seconds. Those that
    share the ground come one after the other.
    """

    name: str
    measures: str
    minutes: float
    claims: tuple[Claim, ...]
    measure: Callable[[Bench], Iterator[Figure]]
    on_ground: bool = False
