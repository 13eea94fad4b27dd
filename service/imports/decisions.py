"""What a person decides of a difference: the import then records it, with an event that says who and when.

A correction withdraws the payment and records it anew as the file says it, with all its children, at once or not at
all; cash that an earlier import brought is corrected in the same way, its slip to nothing. Money that the platform gave
back is recorded as given back there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from adapters.imports import PaymentRow
from domain.aggregate import Stamp
from domain.campaign.basket import AbandonContribution
from domain.campaign.by_hand.cash import CorrectCashSlip
from domain.campaign.refunds import LineAmount
from domain.campaign.state import CampaignCommand, CampaignFundsCommand
from domain.errors import InvalidInput
from domain.external.payments import EnterExternalPaymentRefund, WithdrawExternalPayment
from domain.vocabulary.reasons import AbandonReason, EntryReason, WithdrawalReason
from service.imports.differences import Change, Compared, ImportDifference
from service.imports.held import Held, HeldChild
from service.imports.matching import Matching
from service.imports.row_ids import Identifiers


class ImportDecision(StrEnum):
    """What is done about a difference; nothing, unless a person says so."""

    CORRECT = "correct"
    """The payment is withdrawn, and recorded anew as the file says it."""
    REFUND = "refund"
    """What the platform gave back is recorded as given back there."""
    NEW = "new"
    """It is another payment than the one that is held: it is taken over beside it."""


Decisions = Mapping[int, ImportDecision]
"""A line of the file → what is done about what it says otherwise."""
NO_DECISIONS: Final[Decisions] = MappingProxyType({})
DecisionCommand = CampaignFundsCommand | CampaignCommand
_FITS: Final = {
    ImportDecision.CORRECT: (Change.CORRECTED, Change.MOVED),
    ImportDecision.REFUND: (Change.REFUNDED, Change.CANCELLED, Change.PARTLY_REFUNDED),
    ImportDecision.NEW: (Change.MOVED, Change.PERHAPS),
}


def fitting(difference: ImportDifference) -> tuple[ImportDecision, ...]:
    """Return what may be decided about a difference; nothing where the line brings none.

    Cash that was written down here, under a slip of its own, is corrected here.
    """
    if difference.row is None:
        return ()
    fits = [decision for decision, changes in _FITS.items() if difference.change in changes]
    if difference.held.is_cash and not _is_imported_cash(difference.held):
        fits = [decision for decision in fits if decision is ImportDecision.NEW]
    if not difference.back and ImportDecision.REFUND in fits:
        fits.remove(ImportDecision.REFUND)
    return tuple(fits)


def _is_imported_cash(held: HeldChild) -> bool:
    """Whether an import brought it, and nothing of it went back."""
    return held.is_cash and held.imported and not held.refunded


class DecisionUnfit(InvalidInput):
    """A decision about a line that says nothing otherwise, or something that is not decided in this way."""

    code = "import-decision-unfit"
    sentence = (
        "La ligne {line} ne peut pas être décidée ainsi. Relisez le rapport de l’essai\u00a0: une correction vaut "
        "pour un paiement dont toutes les lignes sont dans le fichier, un remboursement pour un montant qui y est. "
        "Rien n’a été enregistré."
    )


class DecisionPlace(NamedTuple):
    """Where something is decided, by whom and when."""

    campaign_id: UUID
    stamp: Stamp


class DecidedDifferences(NamedTuple):
    """The commands that decisions ask for, the differences they settle, and the rows to record anew.

    ``afterwards`` comes when the rows are recorded: the cash box holds what a slip loses, for another slip has it.
    """

    commands: tuple[DecisionCommand, ...] = ()
    afterwards: tuple[DecisionCommand, ...] = ()
    settled: tuple[ImportDifference, ...] = ()
    anew: tuple[PaymentRow, ...] = ()
    withdrawn: frozenset[UUID] = frozenset()


def decide(
    decisions: Decisions, compared: Compared, matching: Matching, held: Held, ids: Identifiers, asked: DecisionPlace
) -> DecidedDifferences:
    """Return what decisions ask for, each about a line of the file.

    Raises:
        DecisionUnfit: one of them is about a line that says nothing of the kind.

    """
    by_line = {difference.line: difference for difference in compared.differences if difference.row is not None}
    for line, decision in decisions.items():
        if line not in by_line or decision not in fitting(by_line[line]):
            raise DecisionUnfit(line=line)
    corrections = [by_line[line] for line, decision in decisions.items() if decision is ImportDecision.CORRECT]
    refunds = [by_line[line] for line, decision in decisions.items() if decision is ImportDecision.REFUND]
    payments = {one.held.payment_id: one.line for one in corrections if one.held.payment_id is not None}
    slips = {one.held.contribution_id: one for one in corrections if one.held.is_cash}
    corrected = [
        *((held.of_payment(payment_id), line) for payment_id, line in payments.items()),
        *((held.of_slip(contribution_id), one.line) for contribution_id, one in slips.items()),
    ]
    anew = [row for lines, line in corrected for row in _rows_of(lines, line, matching)]
    beside = [by_line[line].row for line, decision in decisions.items() if decision is ImportDecision.NEW]
    anew += [row for row in beside if isinstance(row, PaymentRow)]
    lines_anew = {row.line for row in anew}
    return DecidedDifferences(
        commands=(*_withdrawals(payments, asked), *_refunds(refunds, ids, asked)),
        afterwards=tuple(command for one in slips.values() for command in _nothing_of(one.held, asked)),
        settled=tuple(one for one in compared.differences if one.line in lines_anew or one in refunds),
        anew=tuple(anew),
        withdrawn=frozenset(payments),
    )


def _rows_of(lines: Sequence[HeldChild], line: int, matching: Matching) -> list[PaymentRow]:
    """The rows of a payment that is recorded anew: one for each child of it, none of which was given money back."""
    rows = [pair.row for pair in matching.pairs if pair.held in lines]
    received = [row for row in rows if isinstance(row, PaymentRow)]
    if len(received) != len(lines) or any(one.refunded or not one.imported for one in lines):
        raise DecisionUnfit(line=line)
    return received


def _withdrawals(payments: Iterable[UUID], asked: DecisionPlace) -> Iterator[DecisionCommand]:
    for payment_id in payments:
        yield WithdrawExternalPayment(
            stream_id=asked.campaign_id,
            stamp=asked.stamp,
            external_payment_id=payment_id,
            reason=WithdrawalReason.WRONG_AMOUNT,
        )


def _nothing_of(held: HeldChild, asked: DecisionPlace) -> Iterator[DecisionCommand]:
    """Correct a slip that an import wrote to nothing, and give up the basket that it paid."""
    yield CorrectCashSlip(
        stream_id=asked.campaign_id, stamp=asked.stamp, slip=held.reference, cents=0, reason=EntryReason.MISTAKE
    )
    yield AbandonContribution(
        stream_id=asked.campaign_id,
        stamp=asked.stamp,
        contribution_id=held.contribution_id,
        reason=AbandonReason.MISTAKE,
    )


def _refunds(refunds: Sequence[ImportDifference], ids: Identifiers, asked: DecisionPlace) -> Iterator[DecisionCommand]:
    for difference in refunds:
        held, back = difference.held, difference.back
        if held.payment_id is None or not back:
            raise DecisionUnfit(line=difference.line)
        yield EnterExternalPaymentRefund(
            stream_id=asked.campaign_id,
            stamp=asked.stamp,
            refund_id=ids.uuid("refund", str(held.participant_id), str(held.refunded + back)),
            external_payment_id=held.payment_id,
            cents=back,
            refunded_at=asked.stamp.at,
            by_line=(LineAmount(line=held.number, cents=back),),
        )
