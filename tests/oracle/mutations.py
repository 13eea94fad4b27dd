"""Lies planted in raw rows, each with the finding that must catch it.

A mutation takes the sound rows and gives false ones. ``caught_by`` is a kind of ``Difference``; when it begins with
« compare: » the false log is sound in itself, and only differs from the true one in that output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.oracle.sound_log.edits import Rows, both, dropped, duplicated, edited, inside, more, put, swapped


@dataclass(frozen=True)
class Mutation:
    """One lie."""

    name: str
    caught_by: str
    apply: Callable[[Rows], Rows]


_CAPTURED: Final = "campaign.payment_captured"
_REQUESTED: Final = "coop.payout_requested"
_STATEMENT: Final = "coop.payout_statement_issued"
_VOUCHER: Final = "coop.voucher_issued"
_FINAL: Final = "coop.voucher_finalized"
_CLOSED: Final = "coop.period_closed"
_REINSTATED: Final = "campaign.lost_dispute_reinstated"


def _to_other_class(state: dict[str, Any]) -> None:
    """Move a cent from the first share to the second."""
    first, second = state["shares"][:2]
    first["cents"], first["balance"] = first["cents"] - 1, first["balance"] - 1
    second["cents"], second["balance"] = second["cents"] + 1, second["balance"] + 1


def _between_parts(state: dict[str, Any]) -> None:
    """Move a cent of income from one class of a paper to another, in its entry and its recap."""
    lines = [line for line in state["entry"] if line["account"] == "contributions"]
    lines[0]["credit"], lines[1]["credit"] = lines[0]["credit"] + 1, lines[1]["credit"] - 1
    for line in lines[:2]:
        next(one for one in state["classes"] if one["class_code"] == line["class_code"])["received"] = line["credit"]


def _taken_in(state: dict[str, Any]) -> None:
    """Drop a movement of a content, and let another one stand for it."""
    gone = state["content"].pop(1)
    state["content"][0]["cents"] += gone["cents"]


def _without_the_last_papers(rows: Rows) -> Rows:
    """Take the last statement and its only part away, as if they were still to be issued."""
    return dropped(_STATEMENT, -1, renumbered=True)(dropped(_VOUCHER, -1, renumbered=True)(rows))


_FACTS: Final = (
    ("a capture is a cent more", "shares.sum", edited(_CAPTURED, more("cents"))),
    ("a capture moves a cent between children", "share.balance", edited(_CAPTURED, _to_other_class)),
    ("a capture names another class", "share.class", edited(_CAPTURED, inside("shares", 0, put(class_code="CE1")))),
    ("a capture's balance is wrong", "share.balance", edited(_CAPTURED, inside("shares", 0, more("balance")))),
    ("a tip becomes the platform's gain", "compare:journal", edited(_CAPTURED, more("tip_cents"))),
    ("a capture is dated a month later", "closing.boxes", edited(_CAPTURED, put(paid_at="2024-07-27T08:00:00Z"))),
    ("a capture is dated a day later", "paper.digest", edited(_CAPTURED, put(paid_at="2024-06-28T08:00:00Z"))),
    ("a capture is an instalment", "account.negative", edited(_CAPTURED, put(instalment=2))),
    ("a fee is a cent more", "compare:journal", edited("campaign.provider_fee_charged", more("cents"))),
    ("a settled refund is a cent more", "link.cents", edited("campaign.refund_settled", more("cents"))),
    ("a settled refund gives more tip back", "link.cents", edited("campaign.refund_settled", more("tip_cents"))),
    (
        "a refund that came back never was settled",
        "content.unknown",
        edited("campaign.refund_failed", put(was_settled=False)),
    ),
    ("a repayment leaves out the tip", "link.cents", edited("campaign.failed_refund_repaid", put(tip_cents=0))),
    (
        "a repayment in cash instead of a cheque",
        "paper.entry",
        edited("campaign.failed_refund_repaid", put(means="cash")),
    ),
    (
        "a lost dispute is cheaper",
        "link.cents",
        edited("campaign.dispute_lost", both(more("cents", -1), inside("shares", 0, more("cents", -1)))),
    ),
    ("a lost dispute is nobody's", "shares.sum", edited("campaign.dispute_lost", put(shares=[]))),
    ("a correction holds less", "correction.held", edited("campaign.contribution_corrected", more("held", -1))),
    (
        "a correction from another class",
        "correction.class",
        edited("campaign.contribution_corrected", put(old_class="CPA")),
    ),
    ("a slip was typed otherwise", "shares.sum", edited("campaign.cash_slip_corrected", put(typed=1600))),
    (
        "a withdrawn payment to a family is less",
        "link.cents",
        edited("campaign.payment_to_family_withdrawn", both(more("cents", -1), inside("shares", 0, more("cents", -1)))),
    ),
    ("a deposit arrives with a cent more", "link.cents", edited("coop.cash_deposit_matched", more("cents"))),
    ("another platform keeps more", "paper.entry", edited("coop.external_payout_recorded", more("fee_cents"))),
    (
        "another platform's money is another's",
        "elsewhere.held",
        edited("campaign.external_payment_recorded", put(platform="other")),
    ),
    ("an adjustment is taken back in part", "link.cents", edited("coop.adjustment_reversed", more("cents", -1))),
    ("a movement is explained by no account", "entry.account", edited("coop.suspense_cleared", put(account="nowhere"))),
    ("a payout is sent with less", "payout.cents", edited("coop.payout_sent", more("cents", -1))),
    ("a bank line counts twice", "payout.match", duplicated("coop.bank_line_matched")),
    (
        "a bank line is matched with another payout",
        "account.5801",
        edited("coop.bank_line_matched", put(payout_id="p2")),
    ),
)

_SURPRISES: Final = (
    ("a claim is settled in part", "link.cents", edited("campaign.returned_refund_settled", more("cents", -1))),
    (
        "a claim is settled that nobody has",
        "link.missing",
        edited("campaign.returned_refund_settled", put(refund_id="r0")),
    ),
    ("a claim is settled by no refund", "link.missing", edited("campaign.returned_refund_settled", put(made_id="r0"))),
    ("what came back never left", "link.missing", dropped("campaign.external_refund_found", 1, renumbered=True)),
    ("less came back than had left", "link.cents", edited("campaign.refund_failed", more("cents", -1), 1)),
    ("more is explained than waits", "link.cents", edited("campaign.suspense_cleared", more("cents", -1))),
    ("a bank gives back more than it kept", "link.cents", edited(_REINSTATED, inside("shares", 0, more("cents", 41)))),
    ("a bank gives another dispute back", "link.missing", edited(_REINSTATED, put(dispute_id="dp0"))),
    ("a given fee is a cent more", "compare:journal", edited(_REINSTATED, more("fee_cents"))),
    (
        "a bank took another class's money",
        "share.class",
        edited(_REINSTATED, inside("shares", 0, put(class_code="CPA"))),
    ),
    ("what a bank took is nobody's", "link.missing", edited("campaign.dispute_cleared", put(dispute_id="dp0"))),
)
_OUTSIDE: Final = (
    ("the cash box's book says more", "cash.expected", edited("coop.cash_counted", more("expected"))),
    ("a transfer goes the other way", "transfer.less", edited("campaign.funds_transferred", more("cents", -4800))),
    ("a bank line is used twice", "bank.line", edited("coop.bank_line_matched", put(bank_line_id="L-1"), 1)),
    (
        "a bank line is dated a month later",
        "compare:journal",
        edited("coop.bank_line_matched", put(booked_on="2024-08-08")),
    ),
    (
        "a cheque is dated into the next year",
        "paper.date",
        edited("campaign.failed_refund_repaid", put(paid_on="2024-09-05")),
    ),
)

_ORDER: Final = (
    ("a capture is gone", "row.order", dropped(_CAPTURED)),
    ("a capture is gone and the gap closed", "content.unknown", dropped(_CAPTURED, renumbered=True)),
    (
        "a refund's settlement is gone and the gap closed",
        "content.unknown",
        dropped("campaign.refund_settled", renumbered=True),
    ),
    ("a dispute is gone and the gap closed", "link.missing", dropped("campaign.dispute_opened", renumbered=True)),
    (
        "an advance's recovery is gone and the gap closed",
        "content.unknown",
        dropped("coop.debt_recovered", renumbered=True),
    ),
    ("a deposit is gone and the gap closed", "link.missing", dropped("coop.cash_deposited", renumbered=True)),
    ("an arrival is gone and the gap closed", "paper.unexpected", dropped("coop.payout_paid", renumbered=True)),
    ("a capture is there twice", "movement.twice", duplicated(_CAPTURED)),
    ("an adjustment is there twice", "movement.twice", duplicated("coop.adjustment_approved")),
    (
        "two rows change places",
        "share.balance",
        swapped("campaign.cash_slip_corrected", 0, "campaign.cash_returned", 0),
    ),
    ("a payment changes places with its payout", "content.unknown", swapped(_CAPTURED, 0, _REQUESTED, 0)),
)

_CONTENTS: Final = (
    ("a content loses a movement", "content.sum", edited(_REQUESTED, lambda state: state["content"].pop())),
    ("a content loses a movement for another", "content.more", edited(_REQUESTED, _taken_in)),
    (
        "a content names a movement twice",
        "content.twice",
        edited(_REQUESTED, inside("content", 1, put(kind=_CAPTURED, reference="pi_a1"))),
    ),
    (
        "a content leaves out a refund",
        "content.left_out",
        edited(_REQUESTED, both(lambda state: state["content"].pop(0), inside("content", 3, more("cents", -1000))), 1),
    ),
    (
        "a content takes the younger payment first",
        "content.order",
        edited(_REQUESTED, lambda state: state["content"].reverse()),
    ),
    (
        "a content covers in part and goes on",
        "content.partial",
        edited(_REQUESTED, both(inside("content", 0, more("cents", -1)), inside("content", 2, more("cents")))),
    ),
)

_PAPERS: Final = (
    ("a statement is a cent more", "paper.cents", edited(_STATEMENT, more("cents"))),
    ("a statement has a line less", "paper.lines", edited(_STATEMENT, more("lines", -1))),
    ("a statement skips a number", "paper.number", edited(_STATEMENT, more("number"), 1)),
    ("a statement is dated otherwise", "paper.date", edited(_STATEMENT, put(piece_on="2024-07-06"))),
    ("a statement is of another exercise", "paper.exercise", edited(_STATEMENT, put(exercise=2024))),
    ("a return names nothing", "paper.returns", edited(_STATEMENT, put(returns=""), 2)),
    ("a part shows a cent in another class", "paper.entry", edited(_VOUCHER, _between_parts)),
    ("a part's line is on both sides", "paper.sides", edited(_VOUCHER, inside("entry", 0, more("credit")))),
    ("a part's line is negative", "paper.sides", edited(_VOUCHER, inside("entry", 0, put(debit=-3400)))),
    ("a part does not balance", "paper.balance", edited(_VOUCHER, inside("entry", 0, more("debit")))),
    ("a part's bank is not its payout's", "paper.payout_sum", edited(_VOUCHER, inside("entry", 0, more("debit")))),
    ("a part's recap is not its entry", "paper.classes", edited(_VOUCHER, inside("classes", 0, more("received")))),
    ("a part has another number", "paper.number", edited(_VOUCHER, more("number"), 1)),
    ("a part is numbered as the next one", "paper.part", edited(_VOUCHER, more("part"), 2)),
    ("a part has a line more", "paper.lines", edited(_VOUCHER, more("lines"))),
    ("a part is dated otherwise", "paper.date", edited(_VOUCHER, put(piece_on="2024-07-04"))),
    (
        "a part is of another campaign",
        "paper.twice",
        edited(_VOUCHER, lambda state: state.update(campaign_id=state["campaign_id"][:-1] + "9")),
    ),
    ("a rectifying part names nothing", "paper.rectifies", edited(_VOUCHER, put(rectifies=[]), 2)),
    ("a part's digest is of other lines", "paper.digest", edited(_VOUCHER, put(lines_sha256="5f" * 32), 3)),
    ("a statement's digest is of other parts", "paper.digest", edited(_STATEMENT, put(lines_sha256="5f" * 32), 1)),
    (
        "a corrected slip names another piece",
        "paper.rectifies",
        edited(_VOUCHER, put(rectifies=["R-2023-2024-0001/5"]), 11),
    ),
    ("a paper's digest is no digest", "paper.digest", edited(_VOUCHER, put(lines_sha256="5f"))),
    ("a paper's print says another day", "paper.printed", edited(_STATEMENT, put(printed='{"piece_on":"2024-07-06"}'))),
    (
        "a paper's print says another number",
        "paper.printed",
        edited(_VOUCHER, put(printed='{"reference":"R-2023-2024-0002"}')),
    ),
    (
        "a paper's print says another sum",
        "paper.printed",
        edited(_VOUCHER, put(printed='{"entry":[{"credit":0,"debit":9}]}')),
    ),
    ("a paper's print is no canonical text", "paper.printed", edited(_VOUCHER, put(printed='{"b": 1}'))),
    ("a paper comes before its cause", "paper.trigger", edited(_VOUCHER, put(trigger=90))),
    ("an expense is in the other series", "paper.series", edited(_VOUCHER, put(series="R"), 7)),
    ("a part is gone and the gap closed", "paper.missing", dropped(_VOUCHER, renumbered=True)),
    ("a statement is gone and the gap closed", "paper.number", dropped(_STATEMENT, 1, renumbered=True)),
    ("a paper is there twice", "paper.twice", duplicated(_VOUCHER)),
    ("the last part is gone and the gap closed", "paper.missing", dropped(_VOUCHER, -1, renumbered=True)),
    ("the last papers are gone and the gap closed", "compare:issued", _without_the_last_papers),
    (
        "a final recap is not the sum of its parts",
        "final.entry",
        edited(_FINAL, both(inside("entry", 0, more("debit")), inside("entry", 1, more("credit")))),
    ),
    ("a final recap pays out less", "final.to_pay_out", edited(_FINAL, more("to_pay_out", -1))),
    ("a final recap is its second edition", "paper.edition", edited(_FINAL, put(edition=2))),
)

_CLOSINGS: Final = (
    (
        "a closing received a cent more",
        "closing.boxes",
        edited(_CLOSED, lambda state: state["boxes"].update(receipts=3401)),
    ),
    (
        "a closing does not roll forward",
        "closing.roll_forward",
        edited(_CLOSED, lambda state: state["boxes"].update(closing=3401), 1),
    ),
    (
        "a closing's families gave less",
        "closing.receipts",
        edited(_CLOSED, lambda state: state["receipts"].update(families=2599), 1),
    ),
    (
        "a closing's refunds are the platform's",
        "closing.disbursements",
        edited(_CLOSED, put(disbursements={"families": 0, "refunds": 0, "platform": 1200}), 1),
    ),
    ("a closing blocks less", "closing.blocked", edited(_CLOSED, more("blocked", -1), 1)),
    (
        "a perpetual total falls",
        "closing.perpetual",
        edited(_CLOSED, lambda state: state["perpetual"].update(receipts=3399), 1),
    ),
    (
        "a year to date is netted",
        "closing.year_to_date",
        edited(_CLOSED, lambda state: state["year_to_date"].update(payouts=4400, payouts_back=0), 1),
    ),
    ("a closing forgets another platform", "closing.held_elsewhere", edited(_CLOSED, put(held_elsewhere=[]), 2)),
    ("a closing bears another hash", "closing.head", edited(_CLOSED, put(chain_head="5f" * 32))),
    ("a closing saw less", "closing.guard", edited(_CLOSED, put(up_to_position=8))),
    ("a closing saw the future", "closing.position", edited(_CLOSED, put(up_to_position=90))),
    (
        "a closing is of another month",
        "closing.order",
        edited(_CLOSED, put(first_day="2024-05-01", last_day="2024-05-31")),
    ),
    ("a closing is gone and the gap closed", "closing.order", dropped(_CLOSED, 1, renumbered=True)),
    (
        "a closing names a paper that is none",
        "closing.papers",
        edited(_CLOSED, put(papers_issued=["R-2023-2024-0099"])),
    ),
    ("a fact lands in a closed month", "closing.guard", swapped(_CLOSED, 0, _CAPTURED, 3)),
)

MUTATIONS: Final = tuple(
    Mutation(*lie) for lie in (*_FACTS, *_SURPRISES, *_OUTSIDE, *_ORDER, *_CONTENTS, *_PAPERS, *_CLOSINGS)
)
