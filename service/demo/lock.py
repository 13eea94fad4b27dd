"""Who plays the demonstration in a folder: one process at a time, since each begins by throwing the last one away.

The system holds the lock and lets go of it when the process ends, however it ends: a crash leaves nothing to clear.
"""

from __future__ import annotations

import fcntl
import os
import shlex
from pathlib import Path
from typing import Final, Self

from domain.errors import LedgerError
from service.settings import PROJECT

_NAME: Final = "running.lock"
_PRIVATE: Final = 0o600
_LENGTH: Final = 1_000
"""Bytes of what is written down, always: who reads while it is written reads all of the one or all of the other."""


class DemonstrationRunning(LedgerError):
    """Another process plays or serves a demonstration in the folder: it goes on as if nothing had been asked."""

    status = 503
    code = "demonstration-running"
    sentence = (
        "Une démonstration tourne déjà dans le dossier {folder} ({running})\u00a0: servez-vous de celle-là, arrêtez-la "
        "par Ctrl+C dans son terminal ou par «\u00a0kill {process}\u00a0», ou jouez l’autre dans un dossier et à un "
        "port à elle\u00a0: «\u00a0COOPLEDGER_DATA_DIR={other} ./dev demo --port 8100\u00a0»."
    )


class DemoLock:
    """The right to play in a folder."""

    def __init__(self, held: int) -> None:
        """Keep the file that is locked; `take` makes one."""
        self._held: int | None = held
        self.tell()

    @classmethod
    def take(cls, data_dir: Path) -> Self:
        """Take the folder of the data, before anything in it is touched.

        Raises:
            DemonstrationRunning: another process has it.

        """
        folder = data_dir / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            process, _, address = os.pread(held, _LENGTH, 0).decode().strip().partition(" ")
            os.close(held)
            shown = data_dir.relative_to(PROJECT) if data_dir.is_relative_to(PROJECT) else data_dir
            raise DemonstrationRunning(
                folder=shown,
                running=f"{address or 'elle se prépare'}, processus {process}",
                process=process,
                other=shlex.quote(str(shown / "autre")),
            ) from error
        return cls(held)

    def tell(self, address: str | None = None) -> None:
        """Write down for others which process this is, and where it answers once it does."""
        if self._held is not None:
            told = f"{os.getpid()} {f'{address}/' if address else ''}"
            os.pwrite(self._held, told.encode().ljust(_LENGTH), 0)

    def release(self) -> None:
        """Let others play in the folder."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
