"""What papers are made of before they have a number: facts of the log, folded outside the command, the same for ever.

A draft belongs to one event, its ``trigger``, and depends on what the log held up to it, so that folding the log
again gives the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from domain.chart_of_accounts import Account
from domain.events.base import SchoolClass, Value
from domain.events.papers.issued import ClassRecap, EntryLine
from domain.money import Cents, SignedCents

_canonical: Final = msgspec.json.Encoder(order="sorted")


class PaperKind(StrEnum):
    """Why a part was issued."""

    PAYOUT = "payout"
    """A payout arrived with movements of the campaign."""
    RETURN = "return"
    """The bank sent that payout back."""
    CORRECTION = "correction"
    """A class was corrected that earlier parts had shown."""
    FAILED_PAYOUT = "failed_payout"
    """A payout failed that was brought forward as on its way, or that a line of the bank's statement shows."""
    YEAR_END = "year_end"
    """The exercise was closed: its money that had not arrived is brought forward."""
    CASH = "cash"
    """A family paid in cash."""
    CASH_CORRECTED = "cash_corrected"
    """The amount of a slip of cash had been typed wrong: the difference."""
    CASH_RETURNED = "cash_returned"
    """Cash went back to a family."""
    REPAID = "repaid"
    """The coop paid a family itself: an expense, with a bank line of its own."""
    REPAYMENT_WITHDRAWN = "repayment_withdrawn"
    """What was written down as paid to a family never was."""
    EXTERNAL_PAYOUT = "external_payout"
    """Another platform paid out what it had collected."""
    EXTERNAL_PAYOUT_WITHDRAWN = "external_payout_withdrawn"
    """Such a payout was recorded by mistake."""
    EXTERNAL_PAYMENT_WITHDRAWN = "external_payment_withdrawn"
    """So was a payment there that a year's end had brought forward."""
    DEPOSIT = "deposit"
    """Cash was taken to the bank."""
    DEPOSIT_WITHDRAWN = "deposit_withdrawn"
    """A deposit was written down wrong."""
    FINAL = "final"
    """The campaign was archived, or something came after that."""


class Series(StrEnum):
    """The series of pieces of a coop, each from 1 in each exercise (the association's R- and D-series)."""

    RECEIPT = "R"
    EXPENSE = "D"


class PaperLine(Value, frozen=True, kw_only=True):
    """A movement in a part: the position and the day of its event, its order, one class and one side of one account."""

    position: int
    on: date
    kind: str
    contribution_id: UUID | None
    class_code: str
    account: str
    debit: Cents
    credit: Cents


class Said(Value, frozen=True, kw_only=True):
    """One thing that a piece says of its fact: what it is called, in French, and what it is."""

    label: str
    text: str


class PartDraft(Value, frozen=True, kw_only=True):
    """One part: a campaign's share of what happened, or the coop's own where there is no campaign.

    ``corrects`` are the triggers of the parts that it takes something back from; ``kinds`` are those of its lines;
    ``said`` is what it says of its fact beside its figures.
    """

    series: Series
    campaign_id: UUID | None
    title: str
    corrects: tuple[int, ...]
    entry: tuple[EntryLine, ...]
    classes: tuple[ClassRecap, ...]
    labels: tuple[SchoolClass, ...]
    kinds: tuple[str, ...]
    said: tuple[Said, ...]
    lines: int
    lines_sha256: str

    @property
    def bank(self) -> int:
        """What it adds to the bank, in cents; negative when it takes away."""
        return bank_change(self.entry)


class FinalDraft(Value, frozen=True, kw_only=True):
    """What the log says of a campaign in one exercise: its classes in the books, and where its money is at the end.

    What payouts carried comes from its parts.
    """

    campaign_id: UUID
    exercise: int
    title: str
    classes: tuple[ClassRecap, ...]
    labels: tuple[SchoolClass, ...]
    to_pay_out: Cents
    overpaid: Cents
    blocked: Cents
    cash: Cents
    elsewhere: SignedCents
    """What other platforms hold of it; below zero where one gave back what it had paid out."""


class PayoutFacts(Value, frozen=True, kw_only=True):
    """The payout that papers are about: its amount, the masked account it went to, the day it was asked for."""

    payout_id: UUID
    cents: Cents
    iban: str
    asked_on: date


class CoopFacts(Value, frozen=True, kw_only=True):
    """The coop as a paper names it."""

    name: str
    affiliation_number: str
    identification: str
    demo: bool


def bank_change(entry: Iterable[EntryLine]) -> int:
    """Return what an entry adds to the bank, in cents."""
    return sum(line.debit - line.credit for line in entry if line.account == Account.BANK)


def cash_change(entry: Iterable[EntryLine]) -> int:
    """Return what an entry adds to the cash box, in cents."""
    return sum(line.debit - line.credit for line in entry if line.account == Account.CASH)


def entry_of(lines: Iterable[PaperLine], money: Account) -> tuple[EntryLine, ...]:
    """Add lines up to an entry: what they add to ``money`` first, then each account and class, each side apart."""
    sums: dict[tuple[str, str, bool], int] = {}
    moved = 0
    for line in lines:
        key = (line.account, line.class_code, line.debit > 0)
        sums[key] = sums.get(key, 0) + line.debit + line.credit
        moved += line.credit - line.debit
    whole = [(money.value, "", moved > 0, abs(moved)), *((*key, cents) for key, cents in sorted(sums.items()))]
    return tuple(
        EntryLine(account=account, class_code=code, debit=cents if debit else 0, credit=0 if debit else cents)
        for account, code, debit, cents in whole
        if cents
    )


def digest_of(lines: Iterable[PaperLine]) -> str:
    """Return the SHA-256 of lines, in their order."""
    return hashlib.sha256(_canonical.encode(tuple(lines))).hexdigest()


def canonical(content: dict[str, object]) -> str:
    """Write what a paper prints as canonical JSON: keys sorted, compact."""
    return _canonical.encode(content).decode()
