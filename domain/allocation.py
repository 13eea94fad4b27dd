"""Splitting cents without losing one: largest remainder, stable in line order (ledger.md, « Splitting »)."""

from __future__ import annotations

from collections.abc import Sequence


def split_by_weight(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split cents in proportion to weights; the parts sum to the total, equal remainders favour earlier lines.

    With all weights zero (a free line) the total goes in equal parts.
    """
    if not weights:
        return ()
    base = sum(weights)
    if base == 0:
        return split_equally(total, len(weights))
    parts = [total * weight // base for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda line: (-(total * weights[line] % base), line))
    for line in by_remainder[: total - sum(parts)]:
        parts[line] += 1
    return tuple(parts)


def split_equally(total: int, count: int) -> tuple[int, ...]:
    """Split cents in equal parts, the larger ones first: 25,00 € in 3 is 8,34 + 8,33 + 8,33."""
    part, rest = divmod(total, count)
    return tuple(part + 1 if line < rest else part for line in range(count))


def split_within(total: int, limits: Sequence[int]) -> tuple[int, ...]:
    """Split cents in proportion to limits, no part above its limit; the total must not exceed their sum.

    Largest remainder never exceeds a limit when the weights are the limits, since each exact part is
    at most its limit and a limit is a whole number of cents.
    """
    return split_by_weight(total, limits)
