"""What one dispute holds of a payment: what the bank took of it and where that stands, cent by cent."""

from __future__ import annotations

from enum import StrEnum

from domain.allocation import split_within


class DisputeStatus(StrEnum):
    """Where a dispute stands: a bank may change its mind at any time."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Dispute:
    """One contested payment: what is contested now, what was lost, and what the bank took beyond the payment.

    ``by_line`` and ``tip_cents`` are contested, ``lost_by_line`` and ``lost_tip`` were lost and not given back.
    ``suspense`` is what was taken beyond what was left of the payment and nobody has explained: negative when the bank
    gave back more than it took. ``cleared`` is what people said to be the platform's. ``on_hold`` was taken of a
    payment that was to go back anyway. ``movements`` are those of the provider that are recorded.
    """

    __slots__ = (
        *("by_line", "cleared", "lost_by_line", "lost_tip", "movements", "on_hold", "payment_id", "status"),
        *("suspense", "tip_cents"),
    )

    def __init__(self, payment_id: str) -> None:
        """Begin before anything was taken."""
        self.payment_id = payment_id
        self.by_line: dict[int, int] = {}
        self.lost_by_line: dict[int, int] = {}
        self.tip_cents = self.lost_tip = self.suspense = self.cleared = self.on_hold = 0
        self.movements: set[str] = set()
        self.status = DisputeStatus.OPEN

    @property
    def open(self) -> bool:
        """Whether the bank has not decided."""
        return self.status is DisputeStatus.OPEN

    @property
    def cents(self) -> int:
        """What is contested of the coop's money."""
        return sum(self.by_line.values())

    @property
    def lost_cents(self) -> int:
        """What was lost of the coop's money."""
        return sum(self.lost_by_line.values())

    @property
    def taken(self) -> tuple[int, int]:
        """What it takes of the payment, contested or lost, in cents and tip cents."""
        return self.cents + self.lost_cents, self.tip_cents + self.lost_tip

    @property
    def beyond(self) -> int:
        """What was taken beyond the payment, explained or not, and of a payment on hold: what comes back first."""
        return max(self.suspense + self.cleared, 0) + self.on_hold

    def split_lost(self, cents: int) -> dict[int, int]:
        """Split what comes back over the lines that lost it."""
        return _part(cents, self.lost_by_line)

    def give_back(self, cents: int) -> dict[int, int]:
        """Take what comes back off what is contested; return it by line."""
        parts = _part(cents, self.by_line)
        for line, part in parts.items():
            self.by_line[line] -= part
        return parts


def _part(cents: int, by_line: dict[int, int]) -> dict[int, int]:
    if not cents:
        return {}
    parts = split_within(cents, list(by_line.values()))
    return {line: part for line, part in zip(by_line, parts, strict=True) if part}
