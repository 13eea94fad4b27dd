"""A balance below zero, as after a dispute lost once it was paid out: covered, then recovered from later sales."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.coop.state import Coop, CoopFundsCommand
from domain.events.base import Event
from domain.events.payout import DebtRecovered, NegativeBalanceCovered
from domain.funds import CoopFunds


class SettleDebt(CoopFundsCommand, frozen=True, kw_only=True):
    """Bring an online balance below zero back to zero at the platform's cost, or recover what it advanced.

    ``move_id`` names what comes of it: the same one twice changes nothing.
    """

    KIND: ClassVar[str] = "SettleDebt"
    move_id: UUID

    def decide_with_funds(self, state: Coop, funds: CoopFunds) -> tuple[Event, ...]:
        """Cover what is missing; else recover what is owed, as far as what is available goes."""
        if self.move_id in state.debt_moves:
            return ()
        if funds.online < 0:
            return (NegativeBalanceCovered(at=self.at, by=self.by, cover_id=self.move_id, cents=-funds.online),)
        cents = min(funds.debt, funds.available)
        if cents <= 0:
            return ()
        return (DebtRecovered(at=self.at, by=self.by, recovery_id=self.move_id, cents=cents),)
