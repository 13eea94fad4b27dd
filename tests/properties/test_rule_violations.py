"""The machine is worth something: each deliberately broken rule is found by it, with a short history."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

import domain.campaign.contribution
from domain.allocation import split_by_weight
from domain.campaign.contribution import Contribution
from domain.campaign.refunds import RequestRefund
from domain.errors import LedgerError
from domain.funds import CoopFunds
from tests.properties.machines.whole_ledger_machine import WholeLedgerMachine


def _break_refund_limit(patch: pytest.MonkeyPatch) -> None:
    """Give back whatever is asked, all from the first child, and from any payment."""

    def split(self: RequestRefund, contribution: Contribution) -> dict[int, int]:
        return {next(iter(contribution.lines)): self.cents} if self.cents else {}

    patch.setattr(RequestRefund, "_split", split)
    patch.setattr(Contribution, "returnable", lambda _self, _payment_id: (100_000_00, 100_000_00))


def _break_reserves(patch: pytest.MonkeyPatch) -> None:
    """Let a payout ignore what is set aside for refunds and other payouts."""
    patch.setattr(CoopFunds, "available", property(lambda self: self.online))


def _break_split(patch: pytest.MonkeyPatch) -> None:
    """Lose the odd cent of a payment."""

    def split(total: int, limits: list[int]) -> tuple[int, ...]:
        parts = list(split_by_weight(total, limits))
        if len(parts) > 1 and parts[-1] > 1 and total % 2:
            parts[-1] -= 1
        return tuple(parts)

    patch.setattr(domain.campaign.contribution, "split_within", split)


BROKEN = {
    "a refund above what was paid": _break_refund_limit,
    "a payout of what is set aside": _break_reserves,
    "a split that loses a cent": _break_split,
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_caught(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BROKEN[rule](monkeypatch)
    quick = settings(
        max_examples=2000,
        stateful_step_count=25,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),  # the first failing history is enough here: shrinking it is for people
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises((AssertionError, LedgerError)):
        run_state_machine_as_test(WholeLedgerMachine, settings=quick)
