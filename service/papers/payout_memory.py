"""What payouts that arrived brought, remembered by the process: it never changes, and folding it takes seconds.

Lines hold ids and amounts, no name. Each ledger that is open has a memory of its own, bounded in lines; what was asked
for longest ago goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from domain.papers.payout_lines import PayoutLine
from service.runtime.document_source import DocumentSource

MOST_LINES: Final = 50_000
"""Lines that are remembered of one ledger: some tens of megabytes."""


class PayoutMemory:
    """The lines of payouts of one ledger, by payout."""

    def __init__(self, most: int = MOST_LINES) -> None:
        """Begin with none."""
        self._most = most
        self._lines: OrderedDict[UUID, tuple[PayoutLine, ...]] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def find(self, payout_id: UUID) -> tuple[PayoutLine, ...] | None:
        """Return what a payout brought, where it is remembered."""
        with self._lock:
            if payout_id in self._lines:
                self._lines.move_to_end(payout_id)
            return self._lines.get(payout_id)

    def keep(self, payout_id: UUID, lines: tuple[PayoutLine, ...]) -> None:
        """Remember what a payout brought; one that is larger than the whole memory is not."""
        if len(lines) > self._most:
            return
        with self._lock:
            self._held += len(lines) - len(self._lines.pop(payout_id, ()))
            self._lines[payout_id] = lines
            while self._held > self._most:
                _, gone = self._lines.popitem(last=False)
                self._held -= len(gone)


_memories: Final[WeakKeyDictionary[DocumentSource, PayoutMemory]] = WeakKeyDictionary()
_opening: Final = Lock()


def memory_of(opened: DocumentSource) -> PayoutMemory:
    """Return the memory of an open ledger; it ends with it."""
    with _opening:
        return _memories.setdefault(opened, PayoutMemory())
