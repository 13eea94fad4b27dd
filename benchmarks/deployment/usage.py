"""What the system says that a process takes, with those it started: time of the processors, and memory.

Read from ``/proc``: on a system without it there are no such figures.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PARENT: Final = 1
_TIMES: Final = slice(11, 15)
"""Where a line of ``/proc/<pid>/stat`` says, after the name, how long a process and its ended children ran."""
_SERVER: Final = "server and ended sessions"
_TITLED: Final = "postgres: "
_SESSION: Final = re.compile(r" (?:\[local\]|\d+(?:\.\d+){3}\(\d+\)) ")
"""What only the title of a session holds: from where it came."""


class Line(NamedTuple):
    """What is read of one process: its parent, and the ticks that it and its ended children ran."""

    parent: int
    ticks: int


def busy_seconds(pid: int) -> float:
    """Return the time of the processors that a process took, with all that it ever started."""
    lines = _lines()
    return sum(lines[one].ticks for one in _family(pid, lines)) / _TICKS


def family_of(pid: int) -> set[int]:
    """Return the processes that run now of a process and of all that it ever started, its own id among them."""
    return _family(pid, _lines())


def busy_by_title(server: int) -> dict[str, float]:
    """Return the seconds of the processors that a server of Postgres took: its sessions by role, its helpers by name.

    What a session took that has ended is the server's own.
    """
    lines, found = _lines(), dict[str, float]()
    for one, line in lines.items():
        if server in (one, line.parent):
            title = _SERVER if one == server else _title(one)
            found[title] = found.get(title, 0.0) + line.ticks / _TICKS
    return found


def resident_bytes(pid: int) -> int:
    """Return the memory that a process holds, what it shares with others left out."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    private = (line.split() for line in told if line.startswith("Private_"))
    return sum(int(words[1]) for words in private) * 1024


def _family(pid: int, lines: dict[int, Line]) -> set[int]:
    found, wanted = set[int](), {pid} & lines.keys()
    while wanted:
        found |= wanted
        wanted = {child for child, line in lines.items() if line.parent in wanted}
    return found


def _title(pid: int) -> str:
    """What a process of Postgres calls itself: a session by its role; it may just begin or end."""
    try:
        told = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0 ").decode("utf-8", "replace")
    except OSError:
        return _SERVER
    name = told.removeprefix(_TITLED)
    if name == told:
        return _SERVER
    return name.split(" ", 1)[0] if _SESSION.search(name) else name.rstrip(" 0123456789")


def _lines() -> dict[int, Line]:
    """What the system tells of every process now, by its id."""
    return dict(_read())


def _read() -> Iterator[tuple[int, Line]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            yield int(folder.name), Line(int(fields[_PARENT]), sum(map(int, fields[_TIMES])))
