"""A figure with its rival and their ratio; medians of interleaved rounds, since the machine drifts."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """One round of one subject: operations a second, and the 50th and 99th percentile of latency in milliseconds."""

    rate: float
    p50: float
    p99: float


class Figure(NamedTuple):
    """One result: a value, its unit, whom it is compared with, and the ratio between them."""

    name: str
    value: float
    unit: str
    rival: str
    ratio: float
    target: str

    def line(self) -> str:
        """One JSON line."""
        return json.dumps({**self._asdict(), "value": round(self.value, 3), "ratio": round(self.ratio, 3)})


def run_of(latencies: Sequence[float], seconds: float) -> Run:
    """Summarise the latencies of one round, in seconds."""
    ordered = sorted(latencies)
    tail = min(len(ordered) - 1, len(ordered) * 99 // 100)
    return Run(len(ordered) / seconds, ordered[len(ordered) // 2] * 1e3, ordered[tail] * 1e3)


def interleave(subjects: dict[str, Callable[[], Run]], rounds: int) -> dict[str, list[Run]]:
    """Run every subject once a round, in turn, so that all of them meet the same drift."""
    results: dict[str, list[Run]] = {name: [] for name in subjects}
    for number in range(rounds):
        order = list(subjects) if number % 2 == 0 else list(reversed(subjects))
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


def compare(name: str, runs: dict[str, list[Run]], ours: str, theirs: str, rival: str, target: str) -> list[Figure]:
    """Make the figures of one subject against one rival: operations a second, and the 99th percentile."""
    mine, others = runs[ours], runs[theirs]
    rate = Figure(name, median_of(mine, "rate"), "per second", rival, median_ratio(mine, others, "rate"), target)
    slow = median_ratio(mine, others, "p99")
    tail = Figure(f"{name}, p99", median_of(mine, "p99"), "ms", rival, slow, "≤ 1.0")
    return [rate, tail]


def table(figures: Sequence[Figure]) -> str:
    """Lay the figures out for a person."""
    width = max(len(figure.name) for figure in figures)
    rivals = max(len(figure.rival) for figure in figures)
    lines = []
    for f in figures:
        what, value = f"{f.name:<{width}}", f"{f.value:>12,.1f} {f.unit:<10}"
        lines.append(f"{what}  {value}  {f.ratio:>8.2f} ×  {f.rival:<{rivals}}  (target {f.target})")
    return "\n".join(lines)
