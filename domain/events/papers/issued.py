"""Papers issued: once for each payout and campaign, numbered without a gap per coop and exercise, for ever the same.

Each holds what is printed of it as canonical JSON, with the version of the template that prints it; its lines are those
of the payout's frozen content, and a digest says which. ``trigger`` is the position of the event that asked for it.
They hold no name of a person.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, Value
from domain.money import Cents


class EntryLine(Value, frozen=True, kw_only=True):
    """One line of the entry that a paper carries for the coop's cash book: an account, a side, perhaps a class."""

    account: str
    class_code: str
    debit: Cents
    credit: Cents


class ClassRecap(Value, frozen=True, kw_only=True):
    """What a paper shows of one class: what came in, what was taken back, and the children that were completed.

    ``children_back`` are children counted by an earlier part that this one takes back.
    """

    class_code: str
    children: int
    children_back: int
    received: Cents
    returned: Cents


class PayoutStatementIssued(Event, frozen=True, kw_only=True):
    """The statement of a payout that arrived, or that the bank sent back, was issued under its number.

    ``returns`` names the statement of the payout that came back.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.payout_statement_issued.1"
    LABEL: ClassVar[str] = "Bordereau de virement émis"
    SUBJECT: ClassVar[str] = "payout_id"

    trigger: int
    payout_id: UUID
    exercise: int
    number: int
    piece_on: date
    cents: Cents
    returns: str
    template: int
    printed: str
    lines: int
    lines_sha256: str


class VoucherIssued(Event, frozen=True, kw_only=True):
    """One part of a campaign's voucher, or of the coop's own, or the piece of an expense, was issued under its number.

    It names the parts that it takes something back from; without a campaign it is about the coop's own movements.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.voucher_issued.1"
    LABEL: ClassVar[str] = "Volet de pièce comptable émis"
    SUBJECT: ClassVar[str] = "campaign_id"

    trigger: int
    campaign_id: UUID | None
    kind: str
    payout_id: UUID | None
    series: str
    exercise: int
    number: int
    part: int
    piece_on: date
    rectifies: tuple[str, ...]
    entry: tuple[EntryLine, ...]
    classes: tuple[ClassRecap, ...]
    template: int
    printed: str
    lines: int
    lines_sha256: str


class VoucherFinalized(Event, frozen=True, kw_only=True):
    """The final recap of a campaign's voucher in one exercise was issued; a late fact makes another edition.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.voucher_finalized.1"
    LABEL: ClassVar[str] = "Récapitulatif définitif de pièce émis"
    SUBJECT: ClassVar[str] = "campaign_id"

    trigger: int
    campaign_id: UUID
    exercise: int
    number: int
    edition: int
    piece_on: date
    entry: tuple[EntryLine, ...]
    classes: tuple[ClassRecap, ...]
    to_pay_out: Cents
    overpaid: Cents
    blocked: Cents
    template: int
    printed: str
