"""The stacks that a sampled process writes, read back."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Final

from benchmarks.profile.sampler import START, STOP

Stack = tuple[str, ...]
"""Frames, the innermost first, each as ``place:function``: ``service/people.py:new_payer``, ``h11/_events.py:…``."""
_ROOT: Final = Path(__file__).resolve().parents[2]
_BEGIN: Final = "Stack (most recent call first):\n"
_FRAME: Final = re.compile(r'^  File "(.*)", line \d+ in (.*)$', re.MULTILINE)
_LIBRARY: Final = re.compile(r".*/(?:site-packages|python3\.\d+)/")
_SETTLED: Final = 0.1
"""Seconds after which a process has certainly heard that it is to stop."""


class SampledProcess:
    """A process that runs under the sampler, by its id and the file that it writes."""

    def __init__(self, pid: int, file: Path) -> None:
        """Sample nothing yet."""
        self._pid = pid
        self._file = file
        self._read = 0

    def start(self) -> None:
        """Have it write stacks from now on."""
        os.kill(self._pid, START)

    def stop(self) -> list[Stack]:
        """Have it write no more; return the stacks since the last time."""
        os.kill(self._pid, STOP)
        time.sleep(_SETTLED)
        with self._file.open("rb") as written:
            written.seek(self._read)
            new = written.read()
        self._read += len(new)
        return stacks_of(new.decode("utf-8", "replace"))


def stacks_of(written: str) -> list[Stack]:
    """Read what ``faulthandler`` wrote; a thread that runs no Python has a stack without frames."""
    return [
        tuple(f"{place_of(file)}:{function}" for file, function in _FRAME.findall(one))
        for one in written.split(_BEGIN)[1:]
    ]


def place_of(file: str) -> str:
    """Return where a file is: below this project, or below the folder that holds a library or Python's own modules."""
    library = _LIBRARY.match(file)
    if library is not None:
        return file[library.end() :]
    return file.removeprefix(f"{_ROOT}/")
