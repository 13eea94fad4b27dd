"""What can be due, and what to do then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.stripe_sandbox.connect import certification, payouts
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.funds.books import become_available
from adapters.stripe_sandbox.payments import charges, dispute_turns, disputes, refunds, sessions
from adapters.stripe_sandbox.sandbox import Action, Sandbox


def _available(sandbox: Sandbox, due: Json) -> None:
    become_available(sandbox, due)
    refunds.pay_waiting(sandbox)


ACTIONS: Final[Mapping[str, Action]] = {
    "availability": _available,
    "fee": charges.book_fee,
    "expire_session": sessions.expire_when_due,
    "dispute": disputes.open_when_due,
    "dispute_lapse": disputes.lapse,
    "dispute_decided": disputes.decided_when_due,
    "dispute_question": dispute_turns.go_on_when_due,
    "dispute_turn": dispute_turns.turn_when_due,
    "succeed_refund": refunds.succeed_when_due,
    "fail_refund": refunds.fail_when_due,
    "send_payout": payouts.send_when_due,
    "pay_payout": payouts.pay_when_due,
    "revision_lapse": certification.lapse,
}
