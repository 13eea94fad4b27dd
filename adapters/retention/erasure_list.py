"""The list of erasures in a file, one line of JSON each: only ids, only added to, outside of every backup's reach.

It is written before the vault is: after a crash between the two, or a restore of an older vault, it says what is still
to be erased.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from adapters.retention.erasures import Erasure
from domain.errors import LedgerError

_PRIVATE: Final = 0o600


class ErasureListUnwritable(LedgerError):
    """The file cannot be written: nothing was erased, since a restore could bring it back unnoticed."""

    status = 503
    code = "erasure-list-unwritable"
    sentence = (
        "La liste des effacements ne peut pas être écrite\u00a0: rien n’a été effacé. Prévenez l’équipe technique."
    )


class ErasureListUnreadable(LedgerError):
    """The file is not what this program wrote: the service does not open on people who asked to be forgotten."""

    status = 500
    code = "erasure-list-unreadable"
    sentence = (
        "La liste des effacements est illisible\u00a0: le service ne s’ouvre pas, pour ne montrer personne "
        "qui a demandé à être oublié."
    )


class ErasureList:
    """The list in one file, which several processes may add to."""

    def __init__(self, path: Path) -> None:
        """Keep where it is; the file is made by the first erasure."""
        self._path = path

    def add(self, erasures: Iterable[Erasure]) -> None:
        """Add erasures, and return once they are on the disk.

        Raises:
            ErasureListUnwritable: they are not, or not all of them.

        """
        lines = b"".join(msgspec.json.encode(one) + b"\n" for one in erasures)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, _PRIVATE), "r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                # A line that was cut short never led to an erasure: it goes.
                file.truncate(file.read().rfind(b"\n") + 1)
                file.seek(0, os.SEEK_END)
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ErasureListUnwritable(kind=type(error).__name__, errno=error.errno) from error

    def read(self) -> list[Erasure]:
        """Return all erasures, oldest first; none where there is no file yet.

        A last line that was cut short says nothing: what it was about to name was not erased.

        Raises:
            ErasureListUnreadable: it cannot be read, or another line is none of ours.

        """
        try:
            *lines, _cut = self._path.read_bytes().split(b"\n")
            return [msgspec.json.decode(line, type=Erasure) for line in lines if line]
        except FileNotFoundError:
            return []
        except (OSError, msgspec.MsgspecError) as error:
            raise ErasureListUnreadable(kind=type(error).__name__) from error
