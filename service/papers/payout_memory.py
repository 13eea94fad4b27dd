"""What payouts that arrived brought, remembered by the process: it never changes, and folding it takes seconds.

Where the rest is of what one brings in part changes with each event of another payout, so it is remembered with the
last of these. Lines hold ids and amounts, no name. Each ledger that is open has a memory of its own, bounded in lines;
what was asked for longest ago goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from domain.papers.payout_lines import PayoutLine
from domain.papers.payout_rests import Rests
from service.runtime.document_source import DocumentSource

MOST_LINES: Final = 50_000
"""Lines that are remembered of one ledger: some tens of megabytes."""


class RememberedPayout(NamedTuple):
    """The lines of a payout, and where the rests of lines are as of a position: of the coop's last event of payouts."""

    lines: tuple[PayoutLine, ...]
    rests: Rests
    as_of: int


class PayoutMemory:
    """The lines of payouts of one ledger, by payout."""

    def __init__(self, most: int = MOST_LINES) -> None:
        """Begin with none."""
        self._most = most
        self._payouts: OrderedDict[UUID, RememberedPayout] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def find(self, payout_id: UUID) -> RememberedPayout | None:
        """Return what a payout brought, where it is remembered."""
        with self._lock:
            if payout_id in self._payouts:
                self._payouts.move_to_end(payout_id)
            return self._payouts.get(payout_id)

    def keep(self, payout_id: UUID, payout: RememberedPayout) -> None:
        """Remember what a payout brought; one that is larger than the whole memory is not."""
        if len(payout.lines) > self._most:
            return
        with self._lock:
            self._forget(payout_id)
            self._held += len(payout.lines)
            self._payouts[payout_id] = payout
            while self._held > self._most:
                self._forget(next(iter(self._payouts)))

    def _forget(self, payout_id: UUID) -> None:
        gone = self._payouts.pop(payout_id, None)
        self._held -= 0 if gone is None else len(gone.lines)


_memories: Final[WeakKeyDictionary[DocumentSource, PayoutMemory]] = WeakKeyDictionary()
_opening: Final = Lock()


def memory_of(opened: DocumentSource) -> PayoutMemory:
    """Return the memory of an open ledger; it ends with it."""
    with _opening:
        return _memories.setdefault(opened, PayoutMemory())
