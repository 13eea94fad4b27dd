"""Who reads the exported journal: hledger, which knows nothing of us; and a reader of some lines, where it is not."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

Balances = Mapping[str, int]
"""Debits less credits by account, classes added up."""
Reader = Callable[[Path, date], Balances]
_AMOUNT: Final = re.compile(r"(-?\d+)\.(\d\d) EUR")
_PATIENCE: Final = 60


def by_hledger(program: str) -> Reader:
    """Let hledger read: strictly, so that no account or currency is taken that was not declared."""

    def read(journal: Path, day: date) -> Balances:
        after = (day + timedelta(days=1)).isoformat()
        asked = ("--strict", "balance", "--flat", "--depth", "1", "--no-total", "--empty", "--end", after)
        told = subprocess.run(
            [program, "-f", str(journal), *asked, "--output-format", "csv"],
            check=True,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            env={"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        ).stdout
        rows = csv.reader(io.StringIO(told))
        next(rows)
        return {name: _cents(amount) for name, amount in rows if name != "total"}

    return read


def by_ourselves(journal: Path, day: date) -> Balances:
    """Add the exported text up, without any program of accounting."""
    sums: Counter[str] = Counter()
    counted = False
    for line in journal.read_text(encoding="utf-8").splitlines():
        if line[:4].isdigit():
            counted = date.fromisoformat(line[:10]) <= day
        elif line.startswith(" ") and counted:
            name, _, amount = line.strip().rpartition("  ")
            sums[name.partition(":")[0]] += _cents(amount)
    return sums


def _cents(amount: str) -> int:
    found = _AMOUNT.fullmatch(amount.strip())
    if found is None:
        if amount.strip() != "0":
            raise ValueError(amount)
        return 0
    whole, cents = int(found[1]), int(found[2])
    return whole * 100 + (-cents if found[1].startswith("-") else cents)
