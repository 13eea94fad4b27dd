"""What banks do with disputes besides deciding them once: they ask first, give back parts, and change their minds.

Under chaos they do so by chance, which depends on the seed and the dispute alone, so that a run can be repeated.
"""

from __future__ import annotations

import random
from typing import Final

from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.funds.books import DAY
from adapters.stripe_sandbox.payments import disputes
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

_ASKING: Final = frozenset({"warning_needs_response", "warning_under_review"})


def escalate(sandbox: Sandbox, dispute: Json) -> None:
    """Let a question become a dispute: its money leaves now.

    Raises:
        ApiError: it is no open question.
    """
    _check_asking(dispute)
    dispute["status"] = "needs_response"
    emit(sandbox, "charge.dispute.updated", dispute)
    disputes.withdraw(sandbox, dispute, dispute["amount"], sandbox.settings.dispute_fee)


def close_inquiry(sandbox: Sandbox, dispute: Json) -> None:
    """Let a bank be content with the answer to its question.

    Raises:
        ApiError: it is no open question.
    """
    _check_asking(dispute)
    dispute["status"] = "warning_closed"
    emit(sandbox, "charge.dispute.closed", dispute)


def turn(sandbox: Sandbox, dispute: Json, *, won: bool, cents: int | None = None, fee: int = 0) -> None:
    """Let a bank change its mind, whatever it decided: it gives cents back, or takes them again; all unless said.

    ``fee`` is what the provider gives back of its own fee, or takes once more.

    Raises:
        ApiError: there is nothing to give back, or it is a question.
    """
    there = disputes.withdrawn(dispute)
    moved = (there if won else dispute["amount"] - there) if cents is None else cents
    if dispute["status"].startswith("warning_") or moved < 1 or (won and moved > there):
        raise refuse("There is nothing to move for this dispute.", param="cents")
    dispute["status"] = "won" if won else "lost"
    if won:
        disputes.reinstate(sandbox, dispute, moved, fee)
    else:
        disputes.withdraw(sandbox, dispute, moved, fee)
    emit(sandbox, "charge.dispute.closed", dispute)


def turn_when_due(sandbox: Sandbox, due: Json) -> None:
    """Let a bank change its mind about a dispute, if there is still something to it."""
    dispute = sandbox.get("dispute", due["id"])
    won = dispute["status"] == "lost"
    if dispute["status"] in ("won", "lost") and (won or disputes.withdrawn(dispute) < dispute["amount"]):
        turn(sandbox, dispute, won=won)


def go_on_when_due(sandbox: Sandbox, due: Json) -> None:
    """Let an open question end: it becomes a dispute, or its answer was enough."""
    dispute = sandbox.get("dispute", due["id"])
    if dispute["status"] in _ASKING:
        ends = _chance(sandbox, dispute["id"], "ends").choice((escalate, close_inquiry))
        ends(sandbox, dispute)


def begins_with_a_question(sandbox: Sandbox, charge: Json) -> bool:
    """Tell whether chaos has a bank ask first."""
    return _drawn(sandbox, charge["id"], "asks")


def part_given_back(sandbox: Sandbox, dispute: Json) -> int | None:
    """Return how much of a won dispute chaos has come back; None for all of it."""
    if not _drawn(sandbox, dispute["id"], "part") or dispute["amount"] == 1:
        return None
    return _chance(sandbox, dispute["id"], "of it").randint(1, dispute["amount"] - 1)


def plan_turn(sandbox: Sandbox, dispute: Json) -> None:
    """Plan what chaos has a bank do the day after."""
    if _drawn(sandbox, dispute["id"], "turns"):
        sandbox.plan("dispute_turn", sandbox.instant() + DAY, id=dispute["id"])


def _check_asking(dispute: Json) -> None:
    if dispute["status"] not in _ASKING:
        raise refuse("This dispute is no open inquiry.", param="dispute")


def _drawn(sandbox: Sandbox, object_id: str, what: str) -> bool:
    return _chance(sandbox, object_id, what).random() < float(sandbox.state.chaos["dispute_rate"])


def _chance(sandbox: Sandbox, object_id: str, what: str) -> random.Random:
    return random.Random(f"{sandbox.state.seed}:{object_id}:{what}")  # noqa: S311 - no secret is drawn
