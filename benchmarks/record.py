"""What a run tells: a line for a person as soon as each figure is known, and a line of JSON in a file."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import Figure

_ROOT: Final = Path(__file__).resolve().parents[1]
_VERDICTS: Final = {True: "holds", False: "falls short", None: ""}


class Record:
    """The results of one run; ``file``, where there is one, is added to and never written anew."""

    def __init__(self, file: Path | None, *, quick: bool) -> None:
        """Begin a run: its first line says when, of what commit, on which machine."""
        self._file = file
        self._write({"run": {**_circumstances(), "quick": quick}})

    def begin(self, subject: str, measures: str) -> None:
        """Say what is measured now, beside the results."""
        _tell(f"… {subject}: {measures}", sys.stderr)

    def add(self, subject: str, figure: Figure) -> None:
        """Tell one figure."""
        _tell(f"{subject:<12} {line(figure)}", sys.stdout)
        told = {**figure._asdict(), "value": round(figure.value, 3), "ratio": round(figure.ratio, 3)}
        self._write({"subject": subject, **told, "holds": figure.holds})

    def fail(self, subject: str, reason: str) -> None:
        """Tell that a subject could not be measured, and why."""
        _tell(f"{subject:<12} failed: {reason}", sys.stdout)
        self._write({"subject": subject, "failed": reason})

    def _write(self, told: dict[str, Any]) -> None:
        """Add a line to the file; it is closed at once, so that nothing is lost by what comes later."""
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(told, ensure_ascii=False) + "\n")


def line(figure: Figure) -> str:
    """Lay a figure out for a person."""
    value = f"{figure.name:<58} {figure.value:>12,.1f} {figure.unit:<12}"
    verdict = f"  (bar {figure.bar}: {_VERDICTS[figure.holds]})" if figure.bar else ""
    return f"{value} {figure.ratio:>8.2f} × {figure.rival}{verdict}"


def _tell(text: str, stream: Any) -> None:  # noqa: ANN401 - a standard stream
    print(text, file=stream, flush=True)


def _circumstances() -> dict[str, Any]:
    """When and where this is, and what it is that is measured."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"],  # noqa: S607 - whichever git the developer has
        cwd=_ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    machine = {
        "processors": os.cpu_count(),
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": said.stdout.strip() or "unknown",
        "machine": machine,
    }


def _processor() -> str:
    """What the processor calls itself, where the system says it."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    names = (one.partition(":")[2].strip() for one in lines if one.startswith("model name"))
    return next(names, platform.machine())
