"""The rights of all who look at an association's open pages, asked for together.

They are believed for five seconds at most, and not at all from the moment something is heard about rights or sessions,
or while nothing would be heard. Who has no right any more is told nothing from then on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool

from service.auth.authority import Notices
from service.http.live.viewer import Viewer

_BELIEVED: Final = 5.0


class Allowance(NamedTuple):
    """Whether a reader may see a view now, and the instant at which that right ends by itself, if it does."""

    allowed: bool
    until: datetime | None = None


class Credential(NamedTuple):
    """What the right of a reader is asked by: a claim, and with which others; ``make`` is for the first of them."""

    shared_by: str
    make: Callable[[], SharedRights]
    claim: Hashable


AskRights = Callable[[Sequence[Hashable]], Sequence[Allowance]]
"""Says of each claim what it is worth now; runs in a thread, and asks the database once for all of them."""


class SharedRights:
    """Where the rights of some readers are known: each by its claim, which many pages may share."""

    def __init__(self, notices: Notices, names: Sequence[str], ask: AskRights, *, hears: bool) -> None:
        """Know nothing yet; ``names`` are those of the notices that put all in doubt, ``hears`` that they come here."""
        self._notices = notices
        self.names = frozenset(names)
        self._ask = ask
        self._hears = hears
        self._readers: dict[Hashable, set[Viewer]] = {}
        self._believed: set[Hashable] = set()
        self._heard: tuple[int, ...] = ()
        self._asked = -_BELIEVED
        self._asking = asyncio.Lock()
        self._alarms: dict[Hashable, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        """How many claims there are."""
        return len(self._readers)

    def join(self, viewer: Viewer) -> None:
        """Take a reader in; its right is asked for before it is told anything."""
        self._readers.setdefault(viewer.claim, set()).add(viewer)

    def leave(self, viewer: Viewer) -> None:
        """Let a reader go."""
        readers = self._readers.get(viewer.claim)
        if readers is not None:
            readers.discard(viewer)
            if not readers:
                del self._readers[viewer.claim]
                self._forget(viewer.claim)

    async def confirm(self) -> None:
        """Ask for every right that is not believed now, and end the pages of those who have none.

        Those who call at the same moment share the questions: one that began after their call answers all of them.

        Raises:
            DatabaseAwayError: nobody can say; nothing may be told.

        """
        called = monotonic()
        async with self._asking:
            while True:
                stale = self._stale(called)
                claims = [claim for claim in self._readers if stale or claim not in self._believed]
                if not claims:
                    return
                heard, asked = self._position(), monotonic()
                answers = await run_in_threadpool(self._ask, claims)
                if stale:
                    self._heard, self._asked = heard, asked
                for claim, answer in zip(claims, answers, strict=True):
                    self._learn(claim, answer)

    def knows(self, viewer: Viewer) -> bool:
        """Tell whether a reader's right was confirmed."""
        return viewer.claim in self._believed

    def _trusted(self) -> bool:
        """Whether a right that ended would be heard of."""
        return self._hears and self._notices.listening

    def _position(self) -> tuple[int, ...]:
        return tuple(self._notices.position(name) for name in sorted(self.names))

    def _stale(self, called: float) -> bool:
        """Whether what is believed must be asked for again, for somebody who called at an instant."""
        if not self._trusted():
            return self._asked < called
        return self._position() != self._heard or monotonic() - self._asked >= _BELIEVED

    def _learn(self, claim: Hashable, answer: Allowance) -> None:
        """Believe an answer, up to its last instant, or end the pages."""
        self._forget(claim)
        if not answer.allowed:
            for viewer in self._readers.pop(claim, ()):
                viewer.end()
        elif claim in self._readers:
            self._believed.add(claim)
            if answer.until is not None:
                left = max(0.0, (answer.until - datetime.now(UTC)).total_seconds())
                self._alarms[claim] = asyncio.get_running_loop().call_later(left, self._over, claim)

    def _over(self, claim: Hashable) -> None:
        """A right ended by itself."""
        self._learn(claim, Allowance(allowed=False))

    def _forget(self, claim: Hashable) -> None:
        self._believed.discard(claim)
        alarm = self._alarms.pop(claim, None)
        if alarm is not None:
            alarm.cancel()
