"""What is taken to the bank, in its notes and coins: the counts of classes that it comes from, each once."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.cash.pieces import check_pieces, total_of
from domain.coop.by_hand.deposits import DepositCash
from domain.coop.state import Coop, CoopFundsCommand
from domain.errors import AlreadyExists
from domain.events.base import Event
from domain.events.by_hand.cash import CashCountsDeposited, Pieces
from domain.funds import CoopFunds


class DepositCounts(CoopFundsCommand, frozen=True, kw_only=True):
    """Write down what was taken to the bank, in notes and coins, and which counts of classes it comes from.

    What is taken is what its notes and coins add up to: a count's difference is not made good here.
    """

    KIND: ClassVar[str] = "DepositCounts"
    deposit_id: UUID
    slip: str
    counts: tuple[UUID, ...]
    pieces: tuple[Pieces, ...]
    deposited_on: date

    def decide_with_funds(self, state: Coop, funds: CoopFunds) -> tuple[Event, ...]:
        """Refuse what a deposit refuses, and a count that another one took; the same one twice changes nothing."""
        deposit = DepositCash(
            stream_id=self.stream_id,
            stamp=self.stamp,
            deposit_id=self.deposit_id,
            slip=self.slip,
            cents=total_of(check_pieces(self.pieces)),
            deposited_on=self.deposited_on,
        )
        deposited = deposit.decide_with_funds(state, funds)
        if not deposited:
            return ()
        if len(set(self.counts)) < len(self.counts) or not state.deposited_counts.keys().isdisjoint(self.counts):
            raise AlreadyExists(counts=len(self.counts))
        detail = CashCountsDeposited(
            at=self.at, by=self.by, deposit_id=self.deposit_id, counts=self.counts, pieces=self.pieces
        )
        return (*deposited, detail)
