"""The life of a break: new when a run first sees it, persisting when a later one does, resolved when it is gone.

And what becomes of a movement of the provider that nothing explains.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from domain.provider_ids import ProviderIds
from domain.reconciliation.matching import ComparedObject, FoundMovement, Key, MatchState

SECOND_LOOK: Final = timedelta(hours=1)
"""A run so soon after the first sight is the same one, begun again: it says nothing new about the break."""
TOLD_WITHIN: Final = timedelta(days=3)
"""How long a notification about what we do not know yet is looked into again, from when it was received."""
UNEXPLAINED_AFTER: Final = TOLD_WITHIN + timedelta(days=1)
"""How long a movement must have been seen alone before it is booked as unexplained: its notification is closed then."""
_WITHOUT_A_GAP: Final = timedelta(days=2)
"""How long ago the run before may be: after days without one, what was missed meanwhile is looked into first."""
_NEVER_TOLD: Final = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost", "topup", "topup_reversal"})
_NEVER_TOLD_FAMILIES: Final = ("reserve", "payout_minimum_balance")


class BreakState(StrEnum):
    """Where a break stands in its life."""

    NEW = "new"
    PERSISTING = "persisting"
    RESOLVED = "resolved"


class Break(NamedTuple):
    """A difference between the ledger and the provider, in cents, with its life; it is kept for ever.

    ``kind`` is how it compared when last seen; ``moved_at`` when its money moved.
    """

    key: Key
    kind: MatchState
    ledger_cents: int
    provider_cents: int
    what: str
    moved_at: datetime
    first_seen: datetime
    last_seen: datetime
    state: BreakState = BreakState.NEW
    resolved_at: datetime | None = None

    def age(self, now: datetime) -> timedelta:
        """How long it has lasted since it was first seen, or had when it was resolved."""
        return (self.resolved_at or now) - self.first_seen


def live(known: Iterable[Break], lines: Iterable[ComparedObject], now: datetime) -> list[Break]:
    """Return the open breaks of an account after a run, those that it resolved included.

    What is in flight decides nothing: a break on whose object something just moved stays as it was.
    """
    before = {one.key: one for one in known}
    seen = {line.key: line for line in lines}
    breaks = [_see(before.get(key), line, now) for key, line in seen.items() if line.state.is_break]
    for key, one in before.items():
        state = seen[key].state if key in seen else MatchState.MATCHED
        if state is MatchState.IN_FLIGHT:
            breaks.append(one)
        elif state is MatchState.MATCHED:
            breaks.append(one._replace(state=BreakState.RESOLVED, resolved_at=now))
    return breaks


def _see(known: Break | None, line: ComparedObject, now: datetime) -> Break:
    first = now if known is None else known.first_seen
    lasting = known is not None and (known.state is BreakState.PERSISTING or now - first >= SECOND_LOOK)
    return Break(
        key=line.key,
        kind=line.state,
        ledger_cents=line.ledger_cents,
        provider_cents=line.provider_cents,
        what=line.what,
        moved_at=line.moved_at,
        first_seen=first,
        last_seen=now,
        state=BreakState.PERSISTING if lasting else BreakState.NEW,
    )


def never_told(movement: FoundMovement, ids: ProviderIds) -> bool:
    """Tell whether no event can ever stand for a movement but that it was found: fees, reserves, adjustments."""
    if movement.kind == "adjustment":
        return not ids.is_dispute(movement.object_id)
    return movement.kind in _NEVER_TOLD or movement.kind.startswith(_NEVER_TOLD_FAMILIES)


def unexplained(movement: FoundMovement, known: Break | None, now: datetime, ids: ProviderIds) -> bool:
    """Tell whether a movement on the provider's side only is to be booked as unexplained now.

    One of which an event may still tell must have been seen by runs of four days: after an outage what was missed is
    recorded first, and what is booked as unexplained is never booked once more as what it was.
    """
    if never_told(movement, ids):
        return True
    if known is None or now - known.last_seen > _WITHOUT_A_GAP:
        return False
    return now - known.first_seen >= UNEXPLAINED_AFTER
