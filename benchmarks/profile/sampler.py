"""``python -m benchmarks.profile.sampler FILE MODULE …``: run a module, and when told write what its processor does.

From START to STOP, the system interrupts the process each time its threads have run for PERIOD, in whichever thread
is running (``ITIMER_PROF``), and ``faulthandler`` adds the stack of that thread to the file: in C, at once, without
waiting for the interpreter. So stacks are where processor time went, in the kernel too, and nothing else: a thread
that waits for the disk, for its turn or for a processor is not seen. No right is needed; without START it costs
nothing. The system looks at each tick of its clock: with 250 a second, no stack is nearer to the one before than 4 ms.

A frame is read as it stands. In CPython 3.11 one that is being entered or left may not be whole: then the process ends
(SIGSEGV), as it does once in some thousands of stacks of a warm service, and the load is begun anew. Where modules are
loaded it is far more often, since a module's frame names code that is just being freed: that code is kept here, and
START is for a service that is warm.

py-spy, which looks from outside, was tried on the same load of contributions: 250 looks a second halved what the web
server answered, and three stacks of five were of threads that waited for the interpreter, which took a thirtieth of
the time. It needs a right to look into the process, too. A thread of our own that looks now and then would see others
only where they let go of the interpreter.
"""

from __future__ import annotations

import faulthandler
import runpy
import signal
import sys
from collections.abc import Sequence
from importlib.abc import SourceLoader
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Final

START: Final = signal.SIGUSR1
STOP: Final = signal.SIGUSR2
PERIOD: Final = 0.004
"""Seconds of processor time between two stacks."""


def words_before(file: Path) -> tuple[str, ...]:
    """Return what comes before a module and its arguments, to have it run here and write to a file."""
    return (__name__, str(file))


def run(arguments: Sequence[str]) -> None:
    """Run a module as the main one of this process."""
    file, module, *rest = arguments
    _keep_code_of_modules()
    with Path(file).open("wb", buffering=0) as stacks:
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        # Chained to what does nothing: only then faulthandler leaves the thread's errno as it found it.
        faulthandler.register(signal.SIGPROF, file=stacks, all_threads=False, chain=True)
        signal.signal(START, lambda *_: signal.setitimer(signal.ITIMER_PROF, PERIOD, PERIOD))
        signal.signal(STOP, _stop)
        sys.argv = [module, *rest]
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        finally:
            _stop()


def _keep_code_of_modules() -> None:
    """Keep the code of each module that is loaded from now on, which its frame still names while that code is freed."""
    kept: list[CodeType | None] = []
    read = SourceFileLoader.get_code

    def read_and_keep(loader: SourceLoader, fullname: str) -> CodeType | None:
        kept.append(read(loader, fullname))
        return kept[-1]

    SourceFileLoader.get_code = read_and_keep  # type: ignore[assignment, method-assign]


def _stop(*_: object) -> None:
    """Interrupt no more; what happens after that writes nothing."""
    signal.setitimer(signal.ITIMER_PROF, 0.0)


if __name__ == "__main__":
    run(sys.argv[1:])
