"""What the payment provider and we tell each other. Amounts are cents of euro, instants UTC, ids the provider's own.

Nothing here holds a card number; e-mail addresses pass through and are never kept or logged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.vocabulary.keys import Key, check_keys


@dataclass(frozen=True, slots=True)
class PortValue:
    """What every value has: no key in it is empty; what the provider has not named yet is None."""

    def __post_init__(self) -> None:
        """Refuse an empty key."""
        check_keys(self)


LEDGER: Final = "ledger"
"""The key under which every object we make at the provider names its ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(PortValue):
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
class NewAccount(PortValue):
    """A coop's account to open at the provider; ``email`` is where the provider writes to the mandate holder."""

    ledger: str
    coop_id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatus(PortValue):
    """A coop's account at the provider: what it may do, what it must still give and until when.

    ``ledger`` and ``coop_id`` are None for an account that is not one of ours.
    ``bank_accounts`` maps the provider's id of each IBAN to its last four characters; ``payout_account`` is the one
    that payouts go to by default.
    """

    account: Key
    ledger: str | None
    coop_id: UUID | None
    transfers: Capability
    payouts: Capability
    requirements: tuple[str, ...] = ()
    due: datetime | None = None
    closed: bool = False
    bank_accounts: dict[str, str] = field(default_factory=dict)
    payout_account: Key | None = None

    @property
    def certified(self) -> bool:
        """Whether money may move to it and out of it."""
        return not self.closed and self.transfers is Capability.ACTIVE and self.payouts is Capability.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRequest(PortValue):
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
    customer: Key | None = None
    save_card: bool = False


class CheckoutStatus(StrEnum):
    """Where a payment page stands."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout(PortValue):
    """A payment page; ``url`` is where the family pays while it is open, ``intent`` the payment behind it, if any."""

    session: Key
    status: CheckoutStatus
    url: str | None
    intent: Key | None
    reference: Reference | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCardCharge(PortValue):
    """An instalment to take from a card kept at the provider, without its holder."""

    reference: Reference
    cents: int
    customer: Key
    card: Key


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    WAITING = "waiting"
    ACTION_REQUIRED = "action_required"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(PortValue):
    """Why an attempt was refused: the provider's code, the bank's own, and what the network advises."""

    code: str
    decline_code: str = ""
    advice: str = ""
    charge: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee(PortValue):
    """What the provider took for a payment, known some time after it, and when the rest becomes available."""

    cents: int
    charged_at: datetime
    available_on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayment(PortValue):
    """A payment at the provider, as it is now. ``charge`` is its business key once it succeeded; else None.

    ``cents`` is all of it, tip included. ``customer`` and ``card`` are set when the card was kept.
    """

    intent: Key
    status: PaymentStatus
    cents: int
    reference: Reference | None
    charge: Key | None = None
    paid_at: datetime | None = None
    fee: Fee | None = None
    customer: Key | None = None
    card: Key | None = None
    failure: Decline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequest(PortValue):
    """The coop's part of one payment, to move to its account; ``beyond`` what the charge brought.

    A charge cannot be the source of more than it brought. What people say is the platform's to bear is more than that.
    """

    reference: Reference
    charge: Key
    account: Key
    cents: int
    beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(PortValue):
    """Money of the platform's own for a coop: an approved adjustment, of no payment."""

    ledger: str
    coop_id: UUID
    adjustment_id: UUID
    account: Key
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTransfer(PortValue):
    """Money moved from the platform to a coop's account; no charge is behind what is the platform's own."""

    transfer: Key
    account: Key
    cents: int
    moved_at: datetime
    charge: Key | None
    reference: Reference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderReversal(PortValue):
    """Money that came back from a coop's account to the platform; ``reason_id`` is our refund or dispute."""

    reversal: Key
    transfer: Key
    cents: int
    moved_at: datetime
    reason_id: Key | None = None


class RefundState(StrEnum):
    """Where a refund stands at the provider."""

    PENDING = "pending"
    ACTION_REQUIRED = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRefund(PortValue):
    """A refund of a charge; ``refund_id`` is ours, None when it was made in the provider's dashboard.

    ``left_at`` is when its money left the platform's account: None while the account does not hold enough. A refund
    that failed after that has been there and back.
    """

    refund: Key
    charge: Key
    cents: int
    state: RefundState
    left_at: datetime | None
    refund_id: UUID | None
    failure: str = ""


class PayoutState(StrEnum):
    """Where a payout stands at the provider."""

    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutOrder(PortValue):
    """A payout to make from a coop's account to one of its IBANs; ``label`` is what the bank statement shows (≤ 22)."""

    ledger: str
    coop_id: UUID
    payout_id: UUID
    account: Key
    bank_account: Key
    cents: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayout(PortValue):
    """A payout; ``payout_id`` is ours, None when it was made in the provider's dashboard.

    ``account`` is None for the platform's own.
    """

    payout: Key
    account: Key | None
    cents: int
    state: PayoutState
    created_at: datetime
    arrives_on: datetime
    payout_id: UUID | None
    failure: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderBalance(PortValue):
    """What an account holds at the provider, in cents; ``pending`` becomes available later."""

    available: int
    pending: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.available + self.pending


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTransaction(PortValue):
    """One balance transaction of an account (``account`` is None for the platform's own): the truth about its money.

    ``net`` is ``cents`` less ``fee``; ``source`` is the charge, refund, transfer, payout or dispute behind it, if any:
    on both accounts a transfer and its reversal have one name each.
    """

    movement: Key
    account: Key | None
    kind: str
    cents: int
    fee: int
    net: int
    source: Key | None
    created_at: datetime
    available_on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent(PortValue):
    """Something happened at the provider: a reason to look at an object again, never a fact by itself.

    ``object_id`` is None where it is about no object; ``account`` is the coop's account it happened in, if any;
    ``api_version`` the shape of the body. ``payment`` and ``ledger`` are what the object says of itself, as far as it
    does: which payment it belongs to, and whose: enough to look at all that tells of one payment together.
    """

    event: Key
    kind: str
    object_id: Key | None
    account: Key | None
    created_at: datetime
    api_version: str | None
    live: bool
    payment: Key | None = None
    ledger: str | None = None
