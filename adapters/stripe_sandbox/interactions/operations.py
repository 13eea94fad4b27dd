"""What an operator can make happen: disputes, payouts, refunds, and the time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final, Literal

from adapters.stripe_sandbox.connect import payouts
from adapters.stripe_sandbox.events import delivery
from adapters.stripe_sandbox.payments import dispute_turns, disputes, refunds
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

_DAY: Final = 86_400
_DECEMBER: Final = 12


def open_dispute(sandbox: Sandbox, charge_id: str, reason: str = "fraudulent") -> str:
    """Let a payer contest a charge; return the id of the dispute."""
    sandbox.settle()
    charge = sandbox.owned("charge", charge_id, "")
    if not charge["disputed"] and dispute_turns.begins_with_a_question(sandbox, charge):
        asked = disputes.claim(sandbox, charge, charge["amount"], reason, inquiry=True)
        sandbox.plan("dispute_question", sandbox.instant() + _DAY, id=asked["id"])
        return str(asked["id"])
    return str(disputes.open_dispute(sandbox, charge, reason)["id"])


def decide_dispute(sandbox: Sandbox, dispute_id: str, *, won: bool) -> None:
    """Let the bank decide a dispute for the platform (``won``) or for the payer."""
    sandbox.settle()
    dispute = sandbox.get("dispute", dispute_id)
    disputes.decide(sandbox, dispute, won=won, cents=dispute_turns.part_given_back(sandbox, dispute))
    dispute_turns.plan_turn(sandbox, dispute)


def move_payout(
    sandbox: Sandbox,
    payout_id: str,
    outcome: Literal["send", "pay", "fail", "cancel"],
    failure_code: str = "account_closed",
) -> None:
    """Let a payout go on now; ``fail`` after it was paid sends it back from the bank."""
    sandbox.settle()
    payout = sandbox.get("payout", payout_id)
    if outcome == "fail":
        payouts.fail(sandbox, payout, failure_code)
    else:
        {"send": payouts.send, "pay": payouts.pay, "cancel": payouts.cancel}[outcome](sandbox, payout)


def fail_refund(sandbox: Sandbox, refund_id: str) -> None:
    """Let a refund come back, even one that succeeded."""
    sandbox.settle()
    refunds.fail(sandbox, sandbox.get("refund", refund_id))


def now(sandbox: Sandbox) -> datetime:
    """Return the instant of the virtual clock."""
    return datetime.fromtimestamp(sandbox.instant(), UTC)


async def advance_days(sandbox: Sandbox, days: int = 1) -> datetime:
    """Let days pass, and return the new instant."""
    return await set_clock(sandbox, datetime.fromtimestamp(sandbox.instant() + days * _DAY, UTC))


async def advance_month(sandbox: Sandbox) -> datetime:
    """Let a month pass: the same day of the next month, or its last."""
    here = now(sandbox)
    year, month = (here.year + 1, 1) if here.month == _DECEMBER else (here.year, here.month + 1)
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    last = datetime.fromtimestamp(following.timestamp() - 1, UTC).day
    return await set_clock(sandbox, here.replace(year=year, month=month, day=min(here.day, last)))


async def set_clock(sandbox: Sandbox, instant: datetime) -> datetime:
    """Let time pass until an instant: all that is due happens in order, deliveries of events and their retries too.

    Raises:
        ApiError: the instant is in the past, or another request moves the clock at the moment.
    """
    target = instant.timestamp()
    if sandbox.held:
        raise refuse("Somebody else moves the clock at the moment.")
    if target < sandbox.instant():
        raise refuse("The clock only goes forward.", param="instant")
    sandbox.hold(sandbox.instant())
    try:
        while (at := delivery.next_moment(sandbox)) is not None and at <= target:
            sandbox.hold(max(at, sandbox.instant()))
            sandbox.settle()
            await delivery.deliver_due(sandbox)
            await asyncio.sleep(0)
        sandbox.hold(target)
    finally:
        sandbox.let_go()
    return now(sandbox)
