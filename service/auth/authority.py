"""What a member may do now, from the association's log: the roles of its own stream, the mandates of its coops'.

Only events about rights are read, those after the last one known, by an index that holds nothing else: asking the
log costs one short query. What was read is believed for a moment, while this process hears of whatever happens.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic
from typing import Final, Protocol
from uuid import UUID

from domain.recorded_event import RecordedEvent
from domain.rights.grants import Rights
from service.auth.principal import Principal

_TRUSTED_SECONDS: Final = 5.0
"""How long what was read is believed at most: a right that was withdrawn is gone after as many seconds."""


def rights_notice(log_schema: str) -> str:
    """Return the name under which it is noticed that a log has a new event about rights."""
    return f"{log_schema}.rights"


class RightsLog(Protocol):
    """Where the events about rights of one association are read, and the schema of its log."""

    @property
    def schema(self) -> str:
        """Where the log is."""
        ...

    def rights_events(self, after: int) -> Iterable[RecordedEvent]:
        """Return the events about rights after a position, in order, as committed now."""
        ...


class Notices(Protocol):
    """How this process hears that something happened at an association."""

    @property
    def listening(self) -> bool:
        """Whether a notice would be heard now."""
        ...

    def position(self, schema: str) -> int:
        """Return the last position heard of, of a schema of read models or of rights."""
        ...


class Authority:
    """The rights of all members of all associations, as this process knows them."""

    def __init__(self, log_of: Callable[[str], RightsLog], notices: Notices) -> None:
        """Begin knowing nothing; ``log_of`` finds the log of an association by its slug, or raises NotFound."""
        self._log_of = log_of
        self._notices = notices
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def principal(self, slug: str, member_id: UUID, now: datetime, *, fresh: bool = False) -> Principal:
        """Return a member with the rights that hold at an instant (UTC): none at all is possible, and no error.

        What is believed is at most five seconds old, older than no notice, and nothing while notices cannot be
        heard; a right never outlives its last instant. With ``fresh`` the log itself is asked.

        Raises:
            NotFound: no such association.

        """
        return self.principals(slug, (member_id,), now, fresh=fresh)[0]

    def principals(
        self, slug: str, member_ids: Iterable[UUID], now: datetime, *, fresh: bool = False
    ) -> list[Principal]:
        """Return the same of several members; the log is asked once.

        Raises:
            NotFound: no such association.

        """
        log, known = self._log_of(slug), self._of(slug)
        with known.lock:
            heard = self._notices.position(rights_notice(log.schema))
            if fresh or not self._notices.listening or known.stale(heard):
                known.catch_up(log, heard)
            return [Principal(str(member_id), slug, known.rights.of(member_id, now)) for member_id in member_ids]

    def believed(self, slug: str, member_id: UUID, now: datetime) -> Principal | None:
        """Return the same from what is believed, without asking anybody; None when the log is to be asked."""
        known = self._known.get(slug)
        if known is None or not self._notices.listening or not known.lock.acquire(blocking=False):
            return None
        try:
            if known.stale(self._notices.position(rights_notice(self._log_of(slug).schema))):
                return None
            return Principal(str(member_id), slug, known.rights.of(member_id, now))
        finally:
            known.lock.release()

    def _of(self, slug: str) -> _Known:
        with self._lock:
            return self._known.setdefault(slug, _Known())


class _Known:
    """What this process knows of one association's rights, and when it asked."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rights = Rights()
        self._asked = -_TRUSTED_SECONDS
        self._heard = -1

    def stale(self, heard: int) -> bool:
        """Tell whether the log must be asked again, now that a position was heard of."""
        return heard > self._heard or monotonic() - self._asked >= _TRUSTED_SECONDS

    def catch_up(self, log: RightsLog, heard: int) -> None:
        """Fold what happened since; its instant is the one before the question, never a later one."""
        asked = monotonic()
        for fact in log.rights_events(self.rights.position):
            self.rights.apply(fact)
        self._asked, self._heard = asked, heard
