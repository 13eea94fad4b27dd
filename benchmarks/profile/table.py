"""An account laid out for a person: a table of steps for each process, the largest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.profile.account import Account, Lone, Part

_WIDTH: Final = 52
_SHOWN: Final = 0.005
"""Steps of a smaller part of the whole are added up in one line."""


def table_of(account: Account) -> str:
    """Lay an account out, with percents of the processors' time for a request."""
    load = account.load
    lines = [f"{load.subject}: {load.request}, {load.crowd} at once, {account.requests:,} of them"]
    for part in account.parts:
        lines += _part(part, account.total)
    lines.append(_line("all", account.total, account.total))
    lines += _lone(account.lone, load.until)
    return "\n".join(lines)


def _part(part: Part, total: float) -> Iterator[str]:
    told = "" if part.stacks is None else f"  ({part.stacks:,} stacks)"
    yield _line(part.name, part.milliseconds, total) + told
    small = 0.0
    for step, milliseconds in sorted(part.steps.items(), key=lambda one: -one[1]):
        if milliseconds < _SHOWN * total:
            small += milliseconds
        else:
            yield _line(f"  {step}", milliseconds, total)
    if small:
        yield _line("  steps below a half per cent, together", small, total)


def _lone(lone: Lone, until: str) -> Iterator[str]:
    yield f"one alone, until {until} (median)"
    yield _line("  waits", lone.waited, lone.waited)
    for name, milliseconds in lone.spent.items():
        yield _line(f"  processors meanwhile: {name}", milliseconds, lone.waited)
    yield _line("  the rest: disk, pauses, turns", lone.idle, lone.waited)


def _line(name: str, milliseconds: float, whole: float) -> str:
    return f"  {name:<{_WIDTH}} {milliseconds:>9.3f} ms {100 * milliseconds / whole:>6.1f} %"
