"""Banks ask before they dispute, take too much, give parts back and change their minds: on demand, and by chaos."""

from __future__ import annotations

from collections import Counter

from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.sandbox_actions import funds, paid


def kinds(sandbox: SandboxServer, dispute: str) -> list[str]:
    """The events about a dispute, oldest first."""
    listed = sandbox.stripe.v1.events.list({"type": "charge.dispute.*"}).data[::-1]
    return [one.type.removeprefix("charge.dispute.") for one in listed if one.data.object["id"] == dispute]


def claim(sandbox: SandboxServer, cents: int, *, of: int = 2000, inquiry: bool = False) -> str:
    """A payment of which a bank claims some cents; the name of the dispute."""
    charge = paid(sandbox, of, "instant")
    return str(sandbox.do(f"/charges/{charge.id}/claim", cents=cents, inquiry=inquiry)["dispute"])


def test_a_payment_that_was_refunded_is_disputed_in_full_all_the_same(sandbox: SandboxServer) -> None:
    charge = paid(sandbox, 2000, "instant")
    sandbox.pass_time(seconds=3)
    sandbox.stripe.v1.refunds.create({"charge": charge.id, "amount": 1500})
    before = sum(funds(sandbox))
    dispute = sandbox.do(f"/charges/{charge.id}/claim", cents=2000)["dispute"]
    assert sum(funds(sandbox)) == before - 2000 - sandbox.sandbox.settings.dispute_fee
    again = sandbox.do(f"/charges/{charge.id}/claim", cents=2000)["dispute"]
    assert again != dispute
    refused = sandbox.control.post(f"/_sandbox/charges/{charge.id}/claim", json={"cents": 2001})
    assert refused.status_code == 400


def test_only_a_part_may_come_back_and_more_later(sandbox: SandboxServer) -> None:
    dispute = claim(sandbox, 1800)
    before = sum(funds(sandbox))
    sandbox.do(f"/disputes/{dispute}/turn", won=True, cents=700, fee=500)
    assert sum(funds(sandbox)) == before + 1200
    sandbox.do(f"/disputes/{dispute}/turn", won=True)
    assert sum(funds(sandbox)) == before + 1800 + 500
    assert sandbox.control.post(f"/_sandbox/disputes/{dispute}/turn", json={"won": True}).status_code == 400
    found = sandbox.stripe.v1.disputes.retrieve(dispute)
    assert (found.status, [one.amount for one in found.balance_transactions]) == ("won", [-1800, 700, 1100])


def test_a_lost_dispute_is_won_and_lost_again(sandbox: SandboxServer) -> None:
    dispute = claim(sandbox, 2000)
    sandbox.do(f"/disputes/{dispute}/decision", won=False)
    sandbox.do(f"/disputes/{dispute}/turn", won=True)
    assert sandbox.stripe.v1.disputes.retrieve(dispute).status == "won"
    sandbox.do(f"/disputes/{dispute}/turn", won=False)
    assert sandbox.stripe.v1.disputes.retrieve(dispute).status == "lost"
    assert kinds(sandbox, dispute) == [
        *("created", "funds_withdrawn", "closed"),
        *("funds_reinstated", "closed", "funds_withdrawn", "closed"),
    ]


def test_a_question_becomes_a_dispute_or_is_answered(sandbox: SandboxServer) -> None:
    before = sum(funds(sandbox))
    answered, disputed = claim(sandbox, 2000, inquiry=True), claim(sandbox, 2000, inquiry=True)
    sandbox.pass_time(seconds=3)
    assert sum(funds(sandbox)) > before
    sandbox.do(f"/disputes/{answered}/closing")
    sandbox.do(f"/disputes/{disputed}/escalation")
    assert kinds(sandbox, answered) == ["created", "closed"]
    assert kinds(sandbox, disputed) == ["created", "updated", "funds_withdrawn"]
    charge = sandbox.stripe.v1.disputes.retrieve(answered).charge
    assert sandbox.stripe.v1.refunds.create({"charge": str(charge)}).amount == 2000
    for path in ("escalation", "closing"):
        assert sandbox.control.post(f"/_sandbox/disputes/{disputed}/{path}", json={}).status_code == 400
    assert sandbox.control.post(f"/_sandbox/disputes/{answered}/turn", json={"won": True}).status_code == 400


def test_chaos_has_banks_ask_first_give_parts_back_and_change_their_minds(sandbox: SandboxServer) -> None:
    sandbox.do("/chaos", dispute_rate=0.5)
    seen: Counter[str] = Counter()
    for number in range(40):
        charge = paid(sandbox, 2000, "instant")
        dispute = sandbox.do(f"/charges/{charge.id}/dispute")["dispute"]
        asked = sandbox.stripe.v1.disputes.retrieve(dispute).status.startswith("warning")
        sandbox.pass_time(days=1, seconds=60)
        status = sandbox.stripe.v1.disputes.retrieve(dispute).status
        seen["escalated" if asked and status == "needs_response" else status] += 1
        if status == "needs_response":
            sandbox.do(f"/disputes/{dispute}/decision", won=number % 2 == 0)
            decided = sandbox.stripe.v1.disputes.retrieve(dispute)
            back = [one.amount for one in decided.balance_transactions if one.amount > 0]
            seen["part"] += bool(back) and back[0] < 2000
            sandbox.pass_time(days=1, seconds=60)
            seen["turned"] += sandbox.stripe.v1.disputes.retrieve(dispute).status != decided.status
    assert min(seen[one] for one in ("escalated", "warning_closed", "needs_response", "part", "turned")) > 2, seen
