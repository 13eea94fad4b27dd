"""A figure with its rival, their ratio and its bar; medians of interleaved rounds, since machines drift."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Claim(NamedTuple):
    """What is measured against whom; ``bar`` and ``aim`` are about the ratio: ``≥ 0.6``, ``≤ 1.5`` or nothing."""

    name: str
    unit: str
    rival: str
    bar: str = ""
    aim: str = ""

    def figure(self, value: float, ratio: float, about: str = "") -> Figure:
        """Make a figure of it; ``about`` is added to its name, for what is known only when it was measured."""
        return Figure(self.name + about, value, self.unit, self.rival, ratio, self.bar)


class Figure(NamedTuple):
    """One result: a value, its unit, whom it is compared with, the ratio between them, and the bar of that ratio."""

    name: str
    value: float
    unit: str
    rival: str
    ratio: float
    bar: str

    @property
    def holds(self) -> bool | None:
        """Whether the ratio reaches its bar; None where there is no bar."""
        return reaches(self.ratio, self.bar) if self.bar else None


class Run(NamedTuple):
    """One round of one subject: operations a second, and the 50th and 99th percentile of latency in milliseconds."""

    rate: float
    p50: float
    p99: float


def reaches(ratio: float, bar: str) -> bool:
    """Tell whether a ratio reaches a bar: ``≥ 0.6`` or ``≤ 1.5``.

    Raises:
        ValueError: it is no bar.
    """
    direction, _, wanted = bar.partition(" ")
    if direction not in {"≥", "≤"}:
        raise ValueError(bar)
    return ratio >= float(wanted) if direction == "≥" else ratio <= float(wanted)


def at_most(name: str, unit: str, limit: float, *, aim: float | None = None, bar: bool = True) -> Claim:
    """Make the claim that a value stays within a limit of its own unit: its rival is the limit."""
    return Claim(
        name,
        unit,
        f"{limit:,.12g} {unit} wanted",
        "≤ 1.0" if bar else "",
        "" if aim is None else f"≤ {aim / limit:.3g}",
    )


def run_of(latencies: Sequence[float], seconds: float) -> Run:
    """Summarise the latencies of one round, in seconds."""
    ordered = sorted(latencies)
    tail = min(len(ordered) - 1, len(ordered) * 99 // 100)
    return Run(len(ordered) / seconds, ordered[len(ordered) // 2] * 1e3, ordered[tail] * 1e3)


def interleave(subjects: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Run every subject once a round, in turn and back, so that all of them meet the same drift."""
    results: dict[str, list[T]] = {name: [] for name in subjects}
    for number in range(rounds):
        order = list(subjects) if number % 2 == 0 else list(subjects)[::-1]
        for name in order:
            results[name].append(subjects[name]())
    return results


def median_ratio(ours: Sequence[Run], theirs: Sequence[Run], field: str) -> float:
    """Return the median, over the rounds, of our value divided by theirs."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(float(getattr(mine, field)) / float(getattr(other, field)) for mine, other in pairs)


def median_of(runs: Sequence[Run], field: str) -> float:
    """Return the median of one field over the rounds."""
    return statistics.median(float(getattr(run, field)) for run in runs)


def compare(claim: Claim, field: str, ours: Sequence[Run], theirs: Sequence[Run]) -> Figure:
    """Make the figure of one field of the rounds against a rival's: ``rate``, ``p50`` or ``p99``."""
    return claim.figure(median_of(ours, field), median_ratio(ours, theirs, field))
