"""What the payment provider and we tell each other. Amounts are cents of euro, instants UTC, ids the provider's own.

Nothing here holds a card number; e-mail addresses pass through and are never kept or logged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

LEDGER: Final = "ledger"
"""The key under which every object we make at the provider names its ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Which contribution a payment is for; travels as metadata of the provider's objects.

    ``instalment`` counts from 1; ``attempt`` from 1 within the instalment.
    """

    ledger: str
    coop_id: UUID
    campaign_id: UUID
    contribution_id: UUID
    instalment: int = 1
    attempt: int = 1

    def metadata(self) -> dict[str, str]:
        """Write it as the provider's metadata."""
        return {name: str(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def read(cls, metadata: dict[str, str]) -> Reference | None:
        """Read it back; None when the object is not one of ours (made by hand in the provider's dashboard)."""
        try:
            return cls(
                ledger=metadata[LEDGER],
                coop_id=UUID(metadata["coop_id"]),
                campaign_id=UUID(metadata["campaign_id"]),
                contribution_id=UUID(metadata["contribution_id"]),
                instalment=int(metadata["instalment"]),
                attempt=int(metadata["attempt"]),
            )
        except (KeyError, ValueError):
            return None


class Capability(StrEnum):
    """How far the provider lets an account receive or pay out."""

    ACTIVE = "active"
    PENDING = "pending"
    RESTRICTED = "restricted"
    REJECTED = "rejected"
    UNSUPPORTED = "unsupported"
    UNREQUESTED = "unrequested"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """A coop's account to open at the provider; ``email`` is where the provider writes to the mandate holder."""

    ledger: str
    coop_id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatus:
    """A coop's account at the provider: what it may do, what it must still give and until when.

    ``ledger`` and ``coop_id`` are None for an account that is not one of ours.
    ``bank_accounts`` maps the provider's id of each IBAN to its last four characters; ``payout_account`` is the one
    that payouts go to by default.
    """

    account: str
    ledger: str | None
    coop_id: UUID | None
    transfers: Capability
    payouts: Capability
    requirements: tuple[str, ...] = ()
    due: datetime | None = None
    closed: bool = False
    bank_accounts: dict[str, str] = field(default_factory=dict)
    payout_account: str | None = None

    @property
    def certified(self) -> bool:
        """Whether money may move to it and out of it."""
        return not self.closed and self.transfers is Capability.ACTIVE and self.payouts is Capability.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRequest:
    """A payment page to open: the coop's part and the tip as two lines.

    ``save_card`` keeps the card for later instalments; ``customer`` is the provider's, when the family has one.
    """

    reference: Reference
    cents: int
    tip_cents: int
    label: str
    coop_name: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    email: str | None = None
    customer: str | None = None
    save_card: bool = False


class CheckoutStatus(StrEnum):
    """Where a payment page stands."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A payment page; ``url`` is where the family pays while it is open, ``intent`` the payment behind it, if any."""

    session: str
    status: CheckoutStatus
    url: str | None
    intent: str | None
    reference: Reference | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCardCharge:
    """An instalment to take from a card kept at the provider, without its holder."""

    reference: Reference
    cents: int
    customer: str
    card: str


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    WAITING = "waiting"
    ACTION_REQUIRED = "action_required"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Why an attempt was refused: the provider's code, the bank's own, and what the network advises."""

    code: str
    decline_code: str = ""
    advice: str = ""
    charge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What the provider took for a payment, known some time after it, and when the rest becomes available."""

    cents: int
    charged_at: datetime
    available_on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayment:
    """A payment at the provider, as it is now. ``charge`` is its business key once it succeeded; else empty.

    ``cents`` is all of it, tip included. ``customer`` and ``card`` are set when the card was kept.
    """

    intent: str
    status: PaymentStatus
    cents: int
    reference: Reference | None
    charge: str = ""
    paid_at: datetime | None = None
    fee: Fee | None = None
    customer: str | None = None
    card: str | None = None
    failure: Decline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequest:
    """The coop's part of one payment, to move to its account."""

    reference: Reference
    charge: str
    account: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Money of the platform's own for a coop: an approved adjustment, of no payment."""

    ledger: str
    coop_id: UUID
    adjustment_id: UUID
    account: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTransfer:
    """Money moved from the platform to a coop's account."""

    transfer: str
    account: str
    cents: int
    moved_at: datetime
    charge: str
    reference: Reference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderReversal:
    """Money that came back from a coop's account to the platform; ``reason_id`` is our refund or dispute."""

    reversal: str
    transfer: str
    cents: int
    moved_at: datetime
    reason_id: str = ""


class RefundState(StrEnum):
    """Where a refund stands at the provider."""

    PENDING = "pending"
    ACTION_REQUIRED = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRefund:
    """A refund of a charge; ``refund_id`` is ours, None when it was made in the provider's dashboard.

    ``left_at`` is when its money left the platform's account: None while the account does not hold enough. A refund
    that failed after that has been there and back.
    """

    refund: str
    charge: str
    cents: int
    state: RefundState
    left_at: datetime | None
    refund_id: UUID | None
    failure: str = ""


class DisputeState(StrEnum):
    """What a dispute means for the money."""

    INQUIRY = "inquiry"
    """The bank asks; no money moved."""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeMovement:
    """Money that moved for a dispute: negative when the bank took it, positive when it gave it back.

    ``fee_cents`` is what the provider kept for itself with it, negative when it gave a fee back.
    """

    movement: str
    cents: int
    fee_cents: int
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDispute:
    """A dispute of a charge, with all that moved for it so far, oldest first."""

    dispute: str
    charge: str
    cents: int
    state: DisputeState
    opened_at: datetime
    movements: tuple[DisputeMovement, ...]


class PayoutState(StrEnum):
    """Where a payout stands at the provider."""

    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutOrder:
    """A payout to make from a coop's account to one of its IBANs; ``label`` is what the bank statement shows (≤ 22)."""

    ledger: str
    coop_id: UUID
    payout_id: UUID
    account: str
    bank_account: str
    cents: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayout:
    """A payout; ``payout_id`` is ours, None when it was made in the provider's dashboard."""

    payout: str
    account: str
    cents: int
    state: PayoutState
    created_at: datetime
    arrives_on: datetime
    payout_id: UUID | None
    failure: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderBalance:
    """What an account holds at the provider, in cents; ``pending`` becomes available later."""

    available: int
    pending: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.available + self.pending


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTransaction:
    """One balance transaction of an account (``account`` is None for the platform's own): the truth about its money.

    ``net`` is ``cents`` less ``fee``; ``source`` is the charge, refund, transfer, payout or dispute behind it, if any:
    on both accounts a transfer and its reversal have one name each.
    """

    movement: str
    account: str | None
    kind: str
    cents: int
    fee: int
    net: int
    source: str
    created_at: datetime
    available_on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """Something happened at the provider: a reason to look at an object again, never a fact by itself.

    ``account`` is the coop's account it happened in, if any; ``api_version`` the shape of the body.
    """

    event: str
    kind: str
    object_id: str
    account: str | None
    created_at: datetime
    api_version: str | None
    live: bool
