"""What a line of a coop's bank statement may be recognised as."""

from __future__ import annotations

from enum import StrEnum


class MatchKind(StrEnum):
    """The kinds of movements that a bank shows."""

    PAYOUT = "payout"
    RETURN = "return"
    """The bank's return of a payout."""
    DEPOSIT = "deposit"
    """Cash taken to the bank."""
