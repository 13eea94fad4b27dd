"""Which accounts are looked at now, and how: calls of the provider are spent where something moved (ADR 56).

An account is restless when something of it is open, or was told since it was last read whole: it is read whole every
day. All others are idle: every day their balance is held against the ledger's, and each is read whole once a week.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

WEEK: Final = timedelta(days=7)
"""The longest that an account is not read whole, and not looked at."""
_ROUNDS: Final = 6
"""How many daily runs read every idle account whole: a run that comes late still keeps the week."""
_WHOLE_AGAIN: Final = timedelta(days=_ROUNDS)
_HOURS: Final = 160
"""How many hourly rounds look at every account: a week has eight more."""
_SOON: Final = timedelta(hours=6)
"""The shortest pause between two sweeps of an account of a coop."""
_PATIENCE: Final = 4
"""What moved, or is waited for, since some time is asked after again when a quarter of that time has passed."""
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class AccountActivity(NamedTuple):
    """What is known of an account: when it was last read, and since when something is open there.

    ``whole_at`` is when all that moved was last read, ``swept_at`` when its webhooks were listed, ``looked_at`` when it
    was looked at for what it may do. ``stirred_at`` is none where all that is known was compared and agrees,
    ``certifying_at`` where its certification is not waited for.
    """

    account: str
    whole_at: datetime | None = None
    swept_at: datetime | None = None
    looked_at: datetime | None = None
    stirred_at: datetime | None = None
    certifying_at: datetime | None = None


class Visit(NamedTuple):
    """An account to look at: all that moved there, or its balance alone."""

    account: str
    whole: bool


class Sweep(NamedTuple):
    """An account to ask: for the webhooks that it should have sent, and for what it may do."""

    account: str
    listed: bool
    looked: bool


def visits(known: Iterable[AccountActivity], now: datetime) -> list[Visit]:
    """Return how each account is looked at today, the restless ones first, those that moved last before the others.

    Of the idle ones a sixth is read whole each day, those first that were not for longest.
    """
    accounts = list(known)
    restless = [one for one in accounts if one.stirred_at is not None or one.whole_at is None]
    idle = [one for one in accounts if one.stirred_at is None and one.whole_at is not None]
    restless.sort(key=lambda one: one.stirred_at or _NEVER, reverse=True)
    idle.sort(key=lambda one: (one.whole_at or _NEVER, one.account))
    share = -(-len(idle) // _ROUNDS)
    rest = [
        Visit(one.account, number < share or now - (one.whole_at or _NEVER) >= _WHOLE_AGAIN)
        for number, one in enumerate(idle)
    ]
    return [Visit(one.account, whole=True) for one in restless] + rest


def sweeps(known: Iterable[AccountActivity], now: datetime, most: int) -> list[Sweep]:
    """Return the accounts to ask now, ``most`` at once; call it every hour.

    Webhooks are listed where something is open. What an account may do is looked at where its certification is waited
    for, and for all accounts in turn, so many that each is within a week: the bank account of an idle one can change
    without a movement, and no list tells what became of its certification.
    """
    accounts = sorted(known, key=lambda one: (one.looked_at or _NEVER, one.account))
    share = -(-len(accounts) // _HOURS)
    asked: list[tuple[datetime, Sweep]] = []
    for number, one in enumerate(accounts):
        listed = _is_due(one.swept_at, one.stirred_at, now)
        certifying = _is_due(one.looked_at, one.certifying_at, now)
        in_turn = number < share or one.looked_at is None or now - one.looked_at >= WEEK
        if listed or certifying or in_turn:
            since = max(one.stirred_at or _NEVER, one.certifying_at or _NEVER)
            asked.append((since, Sweep(one.account, listed, certifying or in_turn)))
    asked.sort(key=lambda each: each[0], reverse=True)
    return [sweep for _, sweep in asked][:most]


def _is_due(last: datetime | None, since: datetime | None, now: datetime) -> bool:
    """Tell whether something open since an instant is to be asked after, ``last`` being when it was."""
    if since is None:
        return False
    return last is None or now - last >= max(_SOON, (now - since) // _PATIENCE)
