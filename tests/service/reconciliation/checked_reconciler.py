"""A reconciler of a world, and checks of what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from domain.reconciliation.breaks import Break
from domain.reconciliation.matching import MatchState
from domain.reconciliation.run import Reconciliation
from service.reconciliation.reconciler import Reconciler
from tests.kit.service_world import ServiceWorld

LATER: Final = 31 * 60
"""Seconds after which nothing is on its way any more."""


@dataclass
class CheckedReconciler:
    """Reconciles the world's accounts."""

    world: ServiceWorld
    crawler: Reconciler

    def run(self, **passed: float) -> Reconciliation:
        """Reconcile once after some time in which no worker runs."""
        if passed:
            self.world.sandbox.pass_time(**passed)
        done = self.crawler.run(self.world.now())
        assert done is not None
        return done

    def daily(self, days: int) -> list[int]:
        """Reconcile once a day for some days; return how much each run booked."""
        return [self.run(days=1).booked for _ in range(days)]

    def clean(self, **passed: float) -> Reconciliation:
        """Reconcile once; everything matches and all control totals are zero, with nothing on its way."""
        done = self.run(**passed)
        assert (done.breaks, done.unread, done.booked) == ((), (), 0), done
        for account in done.accounts:
            whole = account.run.totals
            assert account.holds
            assert (whole.difference, whole.in_flight, whole.breaks, whole.unexplained, account.gap) == (0, 0, 0, 0, 0)
            assert whole.balance == whole.movements == whole.ledger
            assert account.run.steady
        assert done.sound
        return done

    def move_unannounced(self, kind: str, cents: int, account: str = "") -> str:
        """Move money at the provider by a balance transaction that no event tells; return its name."""
        told = self.world.sandbox.do("/balance_transactions", type=kind, cents=cents, account=account)
        return str(told["balance_transaction"])

    def pay_out_by_hand(self, account: str, cents: int) -> str:
        """Pay out in the provider's dashboard; return the payout's name."""
        params: Any = {"amount": cents, "currency": "eur"}
        return str(self.world.sandbox.stripe.v1.payouts.create(params, {"stripe_account": account}).id)


def seen(breaks: tuple[Break, ...]) -> list[tuple[MatchState, str, int, int]]:
    """Kinds, states and both amounts of breaks."""
    return [(one.kind, one.state.value, one.ledger_cents, one.provider_cents) for one in breaks]
