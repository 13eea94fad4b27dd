"""The log itself: the exercise 2023-2024 with its closing, and the first weeks of the next one.

Every figure of its papers and closings was worked out on paper; nothing of the oracle makes them.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from tests.oracle.rows import Row
from tests.oracle.sound_log.builder import ASSOCIATION, COOP, A, B, LogBuilder

_CAPTURE: Final = "campaign.payment_captured"
_INCOME: Final = "contributions"
_P2: Final = (
    ("b1", "campaign.dispute_opened", "txn1", -1000),
    ("a1", "campaign.refund_settled", "r1", -1200),
    ("a2", _CAPTURE, "pi_a2", 1100),
    ("b2", _CAPTURE, "pi_b2", 500),
    ("a1", "campaign.refund_failed", "r1", 1296),
)
_A_PART: Final = (
    *(("bank", "", 2396), ("bank", "", -1200), (_INCOME, "CE1", 1200), (_INCOME, "CPA", -733)),
    *((_INCOME, "CPB", -367), ("due_to_families", "", -1296)),
)
_A_LINES: Final = (
    ("refund_settled r1", _INCOME, "CE1", 1200),
    ("payment_captured pi_a2", _INCOME, "CPA", -733),
    ("payment_captured pi_a2", _INCOME, "CPB", -367),
    ("refund_failed r1", "due_to_families", "", -1296),
)
_B_PART: Final = (("bank", "", 500), ("bank", "", -1000), (_INCOME, "CE1", -500), ("online_blocked", "", 1000))
_B_LINES: Final = (
    ("dispute_opened txn1", "online_blocked", "", 1000),
    ("payment_captured pi_b2", _INCOME, "CE1", -500),
)
_B_LOST: Final = (
    ("dispute_lost dp1", _INCOME, "CPA", 1000),
    ("dispute_lost dp1", "online_blocked", "", -1000),
)
_P1_A: Final = (
    ("payment_captured pi_a1", _INCOME, "CPA", -1200),
    ("payment_captured pi_a1", _INCOME, "CE1", -1200),
    ("payment_captured pi_a2", _INCOME, "CPA", -667),
    ("payment_captured pi_a2", _INCOME, "CE1", -333),
)
_P1_B: Final = (("payment_captured pi_b1", _INCOME, "CPA", -1000),)
_P4_A: Final = (("payment_captured pi_a4", "payouts_5801", "", -900),)
_P4_OWN: Final = (
    ("adjustment_reversed j2", "payouts_5801", "", 300),
    ("debt_recovered k2", "payouts_5801", "", 50),
    ("adjustment_approved j1", "payouts_5801", "", -2000),
    ("adjustment_approved j2", "payouts_5801", "", -300),
    ("negative_balance_covered k1", "payouts_5801", "", -50),
)
_P5: Final = (
    ("refund_settled r5", _INCOME, "CPA", 300),
    ("payment_captured pi_a5", _INCOME, "CPB", -400),
)


@cache
def sound_log() -> tuple[Row, ...]:
    """The rows, in which nothing is to be found."""
    log = LogBuilder()
    _june(log)
    _july(log)
    _returned(log)
    _august(log)
    _by_hand(log)
    _over_the_year(log)
    _year_end(log)
    _september(log)
    _on_hold(log)
    _surprises(log)
    return log.finished()


def _june(log: LogBuilder) -> None:
    """Two campaigns; a payment on the 30 June in UTC is of the 1 July in Paris."""
    log.add(ASSOCIATION, "association.registered.1", "2024-06-01", demo=True, name="AD", siren="123456789", slug="ad")
    log.coop("registered.1", "2024-06-10", association_id=ASSOCIATION, demo=True, details={"name": "Coop"})
    for campaign in (A, B):
        log.add(campaign, "campaign.drafted.1", "2024-06-11", coop_id=COOP, school_year=2024, details={})
    log.place(A, "a1", "2024-06-27", ("CPA", 1200), ("CE1", 1200), tip=192)
    log.capture("a1", "pi_a1", "2024-06-27", (1, 1200), (2, 1200), tip=192)
    moved = {"payment_id": "pi_a1", "cents": 2400, "moved_at": "2024-06-28T06:00:00Z"}
    log.of("a1", "provider_fee_charged.1", "2024-06-27", payment_id="pi_a1", cents=58, charged_at=moved["moved_at"])
    log.of("a1", "funds_transferred.1", "2024-06-28", transfer_id="tr_1", **moved)
    log.place(B, "b1", "2024-06-28", ("CPA", 1000))
    log.capture("b1", "pi_b1", "2024-06-28", (1, 1000))
    log.place(A, "a2", "2024-06-30", ("CPA", 700), ("CPA", 700), ("CE1", 700))
    log.capture("a2", "pi_a2", "2024-06-30T22:30:00Z", (1, 700), (2, 700), (3, 700))


def _july(log: LogBuilder) -> None:
    """One payout brings both campaigns, the last payment in part; June is closed; a late fact, a dispute, a refund."""
    brought = (("a1", _CAPTURE, "pi_a1", 2400), ("b1", _CAPTURE, "pi_b1", 1000), ("a2", _CAPTURE, "pi_a2", 1000))
    log.payout("p1", "2024-07-03", "2024-07-03", *brought)
    paid = log.coop("payout_paid.1", "2024-07-05", payout_id="p1", cents=4400, paid_at="2024-07-05T05:00:00Z")
    log.statement("2024-07-05", 1, paid, 4400, _P1_A, _P1_B)
    part = (("bank", "", 3400), (_INCOME, "CPA", -1867), (_INCOME, "CE1", -1533))
    log.voucher("2024-07-05", "R-1/1", paid, "payout", A, *part, lines=_P1_A)
    log.voucher("2024-07-05", "R-2/1", paid, "payout", B, ("bank", "", 1000), (_INCOME, "CPA", -1000), lines=_P1_B)
    line = {"bank_line_id": "L-1", "booked_on": "2024-07-08"}
    log.coop("bank_line_matched.1", "2024-07-08", payout_id="p1", cents=4400, **line)
    sums = {"receipts": 3400, "disbursements": 0, "payouts": 0, "payouts_back": 0}
    _close(log, "2024-07-10", ("month", "2024-06-01", "2024-06-30"), (0, 3400, 0, 0, 3400), (3400, 0, 0, 0, 0, 0), sums)
    log.place(B, "b2", "2024-06-29", ("CE1", 500))
    log.capture("b2", "pi_b2", "2024-06-29", (1, 500), at="2024-07-11")
    split = log.shares("b1", 1, (1, 0))[0] | {"cents": 1000}
    money = {"dispute_id": "dp1", "cents": 1000, "tip_cents": 0}
    taken = {"provider_movement": "txn1", "payment_id": "pi_b1", "suspense_cents": 0, "fee_cents": 2000}
    log.of("b1", "dispute_opened.2", "2024-07-12", shares=[split], opened_at="2024-07-12T06:00:00Z", **taken, **money)
    log.refund("a1", "r1", "pi_a1", "2024-07-13", 2, 1200, tip=96)
    moved = {"old_class": "CE1", "new_class": "CPB", "held": 700, "due": 700, "line": 3, "reason": "mistake"}
    log.classes["a2", 3] = "CPB"
    fixed = log.of("a2", "contribution_corrected.1", "2024-07-15", **moved)
    sides = ((_INCOME, "CE1", 333), (_INCOME, "CPB", -333))
    both = (("", _INCOME, "CE1", 333), ("", _INCOME, "CPB", -333))
    log.voucher("2024-07-15", "R-1/2", fixed, "rectifying", A, *sides, lines=both, rectifies=("R-2023-2024-0001/1",))
    back = {"refund_id": "r1", "cents": 1200, "tip_cents": 96, "was_settled": True, "reason": "card_closed"}
    log.of("a1", "refund_failed.1", "2024-07-20", failed_at="2024-07-20T06:00:00Z", **back)


def _returned(log: LogBuilder) -> None:
    """A payout arrives, its line is matched, and the bank sends it back."""
    log.payout("p2", "2024-07-21", "2024-07-21", *_P2)
    paid = log.coop("payout_paid.1", "2024-07-23", payout_id="p2", cents=696, paid_at="2024-07-23T05:00:00Z")
    log.statement("2024-07-23", 2, paid, 696, _B_LINES, _A_LINES)
    log.voucher("2024-07-23", "R-2/2", paid, "payout", B, *_B_PART, lines=_B_LINES)
    log.voucher("2024-07-23", "R-1/3", paid, "payout", A, *_A_PART, lines=_A_LINES)
    booked = {"payout_id": "p2", "cents": 696}
    log.coop("bank_line_matched.1", "2024-07-25", bank_line_id="L-2", booked_on="2024-07-25", **booked)
    why = {"reason": "account_closed", "returned_at": "2024-07-26T05:00:00Z"}
    back = log.coop("payout_returned.1", "2024-07-26", **why, **booked)
    lines = [tuple((*line[:3], -line[3]) for line in part) for part in (_B_LINES, _A_LINES)]
    log.statement("2024-07-26", 3, back, 696, *lines, returns="V-2023-2024-0002")
    for name, campaign, sides, part in (("R-2/3", B, _B_PART, lines[0]), ("R-1/4", A, _A_PART, lines[1])):
        reversed_ = [(account, code, -cents) for account, code, cents in sides]
        first = (f"R-2023-2024-000{name[2]}/{int(name[-1]) - 1}",)
        log.voucher("2024-07-26", name, back, "rectifying", campaign, *reversed_, lines=part, rectifies=first)
    log.coop("bank_return_matched.1", "2024-07-27", bank_line_id="L-3", booked_on="2024-07-27", **booked)


def _august(log: LogBuilder) -> None:
    """The dispute is lost after its payment was paid out; what came back is repaid; the money leaves again."""
    lost = {"dispute_id": "dp1", "cents": 1000, "tip_cents": 0, "closed_at": "2024-08-02T06:00:00Z"}
    log.of("b1", "dispute_lost.1", "2024-08-02", shares=log.shares("b1", -1, (1, 1000)), **lost)
    paid_back = {"refund_id": "r1", "payment_id": "pi_a1", "cents": 1200, "tip_cents": 96, "means": "cheque"}
    repaid = log.of("a1", "failed_refund_repaid.1", "2024-08-05", paid_on="2024-08-05", **paid_back)
    log.voucher("2024-08-05", "D-1", repaid, "expense", A, ("bank", "", -1296), ("due_to_families", "", 1296))
    log.payout("p3", "2024-08-06", "2024-08-06", *_P2)
    paid = log.coop("payout_paid.1", "2024-08-08", payout_id="p3", cents=696, paid_at="2024-08-08T05:00:00Z")
    log.statement("2024-08-08", 4, paid, 696, (*_B_LINES, *_B_LOST), _A_LINES)
    line = ((_INCOME, "CPA", 1000), ("online_blocked", "", -1000))
    log.voucher("2024-08-08", "R-2/4", paid, "payout", B, *_B_PART, *line, lines=(*_B_LINES, *_B_LOST))
    log.voucher("2024-08-08", "R-1/5", paid, "payout", A, *_A_PART, lines=_A_LINES)
    booked = {"payout_id": "p3", "cents": 696, "bank_line_id": "L-4", "booked_on": "2024-08-12"}
    log.coop("bank_line_matched.1", "2024-08-12", **booked)
    boxes = (3400, 3896, 1200, 4400, 1696)
    sums = {"receipts": 7296, "disbursements": 1200, "payouts": 5096, "payouts_back": 696}
    _close(
        log, "2024-08-10", ("month", "2024-07-01", "2024-07-31"), boxes, (2600, 1296, 0, 0, 1200, 0), sums, blocked=1000
    )


def _by_hand(log: LogBuilder) -> None:
    """Cash and its deposit, what the coop pays families itself, and money that another platform collects."""
    log.place(A, "a3", "2024-08-09", ("CE1", 1500))
    paid_at = "2024-08-09T08:00:00Z"
    shares = log.shares("a3", 1, (1, 1500))
    got = log.of("a3", "cash_received.1", "2024-08-09", cents=1500, paid_at=paid_at, slip="C-17", shares=shares)
    log.voucher("2024-08-09", "R-1/6", got, "receipt", A, ("cash", "", 1500), (_INCOME, "CE1", -1500))
    wrong = {"slip": "C-17", "typed": 1500, "cents": 1400, "paid_at": paid_at, "reason": "mistake"}
    fixed = log.of("a3", "cash_slip_corrected.1", "2024-08-10", shares=log.shares("a3", -1, (1, 100)), **wrong)
    sides = (("cash", "", -100), (_INCOME, "CE1", 100))
    log.voucher("2024-08-10", "R-1/7", fixed, "rectifying", A, *sides, rectifies=("R-2023-2024-0001/6",))
    cash = {"refund_id": "r2", "cents": 300}
    back = {"returned_on": "2024-08-10", "slip": "C-18", "reason": "twice", **cash}
    given = log.of("a3", "cash_returned.1", "2024-08-10", shares=log.shares("a3", -1, (1, 300)), **back)
    log.voucher("2024-08-10", "D-2", given, "expense", A, ("cash", "", -300), (_INCOME, "CE1", 300))
    wrong = {"paid_on": "2024-08-10", "means": "cash", "reason": "mistake", **cash}
    shares = log.shares("a3", 1, (1, 300))
    undone = log.of("a3", "payment_to_family_withdrawn.1", "2024-08-12", shares=shares, **wrong)
    sides = (("cash", "", 300), (_INCOME, "CE1", -300))
    log.voucher("2024-08-12", "D-3", undone, "rectifying", A, *sides, rectifies=("D-2023-2024-0002",))
    out = {"refund_id": "r3", "cents": 700, "means": "transfer", "paid_on": "2024-08-11", "reason": "left"}
    given = log.of("a2", "refund_paid_out_of_band.1", "2024-08-11", shares=log.shares("a2", -1, (1, 700)), **out)
    log.voucher("2024-08-11", "D-4", given, "expense", A, ("bank", "", -700), (_INCOME, "CPA", 700))
    deposit = {"deposit_id": "d1", "cents": 1000}
    left = log.coop("cash_deposited.1", "2024-08-13", deposited_on="2024-08-13", slip="R-0042", **deposit)
    log.voucher("2024-08-13", "R-3/1", left, "deposit", "", ("cash", "", -1000), ("bank", "", 1000))
    log.coop("cash_deposit_matched.1", "2024-08-14", bank_line_id="L-5", booked_on="2024-08-14", **deposit)
    log.coop("cash_counted.1", "2024-08-14", counted=390, expected=400)
    for who, cents in (("b3", 2000), ("b4", 1000)):
        log.place(B, who, "2024-08-10", ("CPA", cents))
        there = {"external_payment_id": f"x-{who}", "platform": "helloasso", "reference": f"OP-{who}"}
        there |= {"paid_at": "2024-08-10T07:00:00Z"}
        shares = log.shares(who, 1, (1, cents))
        log.of(who, "external_payment_recorded.1", "2024-08-15", cents=cents, shares=shares, **there)
    there = {"external_payment_id": "x-b3", "platform": "helloasso", "refund_id": "r4"}
    there |= {"refunded_at": "2024-08-12T07:00:00Z"}
    shares = log.shares("b3", -1, (1, 500))
    log.of("b3", "external_payment_refunded.1", "2024-08-15", cents=500, shares=shares, **there)
    content = [
        {"cents": 2000, "contribution_id": "b3", "kind": "campaign.external_payment_recorded", "reference": "x-b3"},
        {"cents": -500, "contribution_id": "b3", "kind": "campaign.external_payment_refunded", "reference": "r4"},
    ]
    paid = {"external_payout_id": "y1", "platform": "helloasso", "reference": "COUT-31", "content": content}
    got = log.coop("external_payout_recorded.1", "2024-08-20", booked_on="2024-08-20", cents=1500, fee_cents=30, **paid)
    net = (("bank", "", 1470), ("bank_fees", "", 30), (_INCOME, "CPA", -2000), (_INCOME, "CPA", 500))
    lines = (
        ("external_payment_recorded x-b3", _INCOME, "CPA", -2000),
        ("external_payment_refunded r4", _INCOME, "CPA", 500),
        ("", "bank_fees", "", 30),
    )
    log.voucher("2024-08-20", "R-2/5", got, "external_payout", B, *net, lines=lines)


def _over_the_year(log: LogBuilder) -> None:
    """Adjustments, one of them taken back, an advance and its recovery; a payout of August arrives in September."""
    two = {"approvers": ["actor-7", "actor-8"], "reason": "goodwill"}
    log.coop("adjustment_approved.1", "2024-08-15", adjustment_id="j1", cents=2000, **two)
    moved = {"adjustment_id": "j1", "cents": 2000, "transfer_id": "tr_2", "moved_at": "2024-08-15T12:00:00Z"}
    log.coop("adjustment_transferred.1", "2024-08-15", **moved)
    log.coop("adjustment_approved.1", "2024-08-16", adjustment_id="j2", cents=300, **two)
    log.coop("adjustment_reversed.1", "2024-08-17", adjustment_id="j2", cents=300, **two)
    log.coop("negative_balance_covered.1", "2024-08-18", cover_id="k1", cents=50)
    log.coop("debt_recovered.1", "2024-08-19", recovery_id="k2", cents=50)
    log.place(A, "a4", "2024-08-25", ("CPA", 900))
    log.capture("a4", "pi_a4", "2024-08-25", (1, 900))
    log.payout(
        "p4",
        "2024-08-30",
        "2024-08-31",
        *(("", "coop.adjustment_reversed", "j2", -300), ("", "coop.debt_recovered", "k2", -50)),
        *(("", "coop.adjustment_approved", "j1", 2000), ("", "coop.adjustment_approved", "j2", 300)),
        *(("", "coop.negative_balance_covered", "k1", 50), ("a4", _CAPTURE, "pi_a4", 900)),
    )
    paid = log.coop("payout_paid.1", "2024-09-02", payout_id="p4", cents=2900, paid_at="2024-09-02T05:00:00Z")
    log.statement("2024-09-02", 1, paid, 2900, _P4_A, _P4_OWN)
    own = (("bank", "", 2350), ("bank", "", -350), ("payouts_5801", "", -2350), ("payouts_5801", "", 350))
    log.voucher("2024-09-02", "R-1/1", paid, "payout", A, ("bank", "", 900), ("payouts_5801", "", -900), lines=_P4_A)
    log.voucher("2024-09-02", "R-2/1", paid, "payout", "", *own, lines=_P4_OWN)
    booked = {"payout_id": "p4", "cents": 2900, "bank_line_id": "L-6", "booked_on": "2024-09-03"}
    log.coop("bank_line_matched.1", "2024-09-03", **booked)


def _year_end(log: LogBuilder) -> None:
    """August and the year are closed; what had not arrived is brought forward; each campaign has its final recap."""
    sums = {"receipts": 10546, "disbursements": 2550, "payouts": 8692, "payouts_back": 696}
    boxes = (1696, 3250, 1350, 3596, 0)
    last = ("month", "2024-08-01", "2024-08-31")
    _close(log, "2024-09-10", last, boxes, (900, 0, 2350, 0, 1000, 350), sums, elsewhere=1000)
    boxes = (0, 10546, 2550, 7996, 0)
    whole = ("year", "2023-09-01", "2024-08-31")
    _close(log, "2024-09-10", whole, boxes, (6900, 1296, 2350, 0, 2200, 350), sums, elsewhere=1000)
    closed, day, piece = log.position, "2024-09-10", "2024-08-31"
    brought = (("collected_elsewhere", "", 1000), (_INCOME, "CPA", -1000))
    there = "external_payment_recorded x-b4"
    lines = ((there, _INCOME, "CPA", -1000), (there, "collected_elsewhere", "", 1000))
    log.voucher(day, "R-2/6", closed, "year_end", B, *brought, lines=lines, piece=piece)
    brought = (("payouts_5801", "", 900), (_INCOME, "CPA", -900))
    lines = (("payment_captured pi_a4", _INCOME, "CPA", -900), ("payout_sent p4", "payouts_5801", "", 900))
    log.voucher(day, "R-1/8", closed, "year_end", A, *brought, lines=lines, piece=piece)
    own = (
        *(("payouts_5801", "", 2000), ("other_income", "", -2300)),
        *(("other_income", "", 300), ("due_to_platform", "", -50), ("due_to_platform", "", 50)),
    )
    moved = (
        ("adjustment_approved j1", "other_income", "", -2000),
        ("adjustment_approved j2", "other_income", "", -300),
        ("adjustment_reversed j2", "other_income", "", 300),
        ("negative_balance_covered k1", "due_to_platform", "", -50),
        ("debt_recovered k2", "due_to_platform", "", 50),
        ("payout_sent p4", "payouts_5801", "", 2000),
    )
    log.voucher(day, "R-3/2", closed, "year_end", "", *own, lines=moved, piece=piece)
    total = (("bank", "", 2600), ("payouts_5801", "", 900), ("cash", "", 1400))
    classes = ((_INCOME, "CPA", -2800), (_INCOME, "CPB", -700), (_INCOME, "CE1", -1400))
    log.final(day, 1, closed, A, piece, *total, *classes, rest=900)
    total = (("bank", "", 1970), ("bank_fees", "", 30), ("collected_elsewhere", "", 1000))
    log.final(day, 2, closed, B, piece, *total, (_INCOME, "CPA", -2500), (_INCOME, "CE1", -500))


def _september(log: LogBuilder) -> None:
    """The next exercise: a refund of a payment of the last one travels with a new payment."""
    log.place(A, "a5", "2024-09-11", ("CPB", 400))
    log.capture("a5", "pi_a5", "2024-09-11", (1, 400))
    log.refund("a4", "r5", "pi_a4", "2024-09-11", 1, 300)
    brought = (("a4", "campaign.refund_settled", "r5", -300), ("a5", _CAPTURE, "pi_a5", 400))
    log.payout("p5", "2024-09-12", "2024-09-12", *brought)
    paid = log.coop("payout_paid.1", "2024-09-14", payout_id="p5", cents=100, paid_at="2024-09-14T05:00:00Z")
    log.statement("2024-09-14", 2, paid, 100, _P5)
    sides = (("bank", "", 400), ("bank", "", -300), (_INCOME, "CPA", 300), (_INCOME, "CPB", -400))
    log.voucher("2024-09-14", "R-1/2", paid, "payout", A, *sides, lines=_P5)


def _on_hold(log: LogBuilder) -> None:
    """Instalments, a dispute that is won, a refund found at the provider, and money that nobody expected."""
    log.place(A, "a6", "2024-09-16", ("CE1", 600))
    log.capture("a6", "pi_a6", "2024-09-16", (1, 300))
    later = {"cents": 300, "due_on": "2024-10-16", "number": 2, "shares": []}
    log.of("a6", "instalments_scheduled.1", "2024-09-16", cents=300, instalments=[later])
    share = {"balance": 300, "cents": 300, "class_code": "CE1", "line": 1}
    money = {"dispute_id": "dp2", "cents": 300, "tip_cents": 0}
    taken = {"provider_movement": "txn2", "payment_id": "pi_a6", "suspense_cents": 0, "fee_cents": 2000}
    log.of("a6", "dispute_opened.2", "2024-09-18", opened_at="2024-09-18T06:00:00Z", shares=[share], **taken, **money)
    back = {"provider_movement": "txn3", "payment_id": "pi_a6", "suspense_cents": 0, "fee_cents": -2000}
    log.of("a6", "dispute_won.2", "2024-09-30", closed_at="2024-09-30T06:00:00Z", **back, **money)
    log.capture("a6", "pi_a6b", "2024-10-16", (1, 300), number=2)
    found = {"refund_id": "r6", "payment_id": "pi_a6"}
    done = "2024-10-17T06:00:00Z"
    log.of("a6", "external_refund_found.1", "2024-10-17", cents=100, provider_refund="re_6", settled_at=done, **found)
    shares = log.shares("a6", -1, (1, 100))
    log.of("a6", "external_refund_allocated.1", "2024-10-18", cents=100, tip_cents=0, shares=shares, **found)
    twice = {"payment_id": "ch_2", "cents": 300}
    log.of("a6", "payment_suspended.1", "2024-10-18", paid_at="2024-10-18T06:00:00Z", reason="twice", **twice)
    log.of("a6", "suspended_payment_returned.1", "2024-10-19", returned_at="2024-10-19T06:00:00Z", **twice)
    strange = {"movement_id": "txn_3", "cents": -70}
    log.coop("movement_suspended.1", "2024-10-19", kind="adjustment", moved_at="2024-10-19T06:00:00Z", **strange)
    two = {"approvers": ["actor-1", "actor-2"], "reason": "gap"}
    log.coop("suspense_cleared.1", "2024-10-20", account="goodwill", **two, **strange)


def _surprises(log: LogBuilder) -> None:
    """A refund made elsewhere that comes back, made again, and a bank that takes too much and gives a part back."""
    found = {"payment_id": "pi_a6b", "cents": 150}
    for name, day in (("7", "2024-10-21"), ("8", "2024-10-23")):
        made = {"refund_id": f"r{name}", "provider_refund": f"re_{name}", "settled_at": f"{day}T06:00:00Z"}
        log.of("a6", "external_refund_found.1", day, **made, **found)
        if name == "7":
            back = {"refund_id": "r7", "cents": 150, "tip_cents": 0, "was_settled": True, "reason": "unknown"}
            log.of("a6", "refund_failed.1", "2024-10-22", failed_at="2024-10-22T06:00:00Z", **back)
    log.of("a6", "returned_refund_settled.1", "2024-10-24", refund_id="r7", made_id="r8", **found)
    two = {"account": "goodwill", "approvers": ["actor-1", "actor-2"], "reason": "gap"}
    log.of("a6", "suspense_cleared.1", "2024-10-24", refund_id="r7", **two, **{**found, "cents": -150})
    share = {"balance": 500, "cents": 100, "class_code": "CE1", "line": 1}
    case = {"dispute_id": "dp3", "cents": 100, "tip_cents": 0}
    taken = {"provider_movement": "txn4", "payment_id": "pi_a6b", "suspense_cents": 30, "fee_cents": 2000}
    log.of("a6", "dispute_opened.2", "2024-10-25", opened_at="2024-10-25T06:00:00Z", shares=[share], **taken, **case)
    kept = log.shares("a6", -1, (1, 100))
    log.of("a6", "dispute_lost.1", "2024-11-02", closed_at="2024-11-02T06:00:00Z", shares=kept, **case)
    given = {"provider_movement": "txn5", "payment_id": "pi_a6b", "fee_cents": -500, **case, "cents": 60}
    again = log.shares("a6", 1, (1, 60))
    log.of("a6", "lost_dispute_reinstated.1", "2024-11-20", reinstated_at="2024-11-20T06:00:00Z", shares=again, **given)
    log.of("a6", "dispute_cleared.1", "2024-11-21", dispute_id="dp3", cents=30, **two)


def _close(
    log: LogBuilder,
    day: str,
    period: tuple[str, str, str],
    boxes: tuple[int, ...],
    origins: tuple[int, int, int, int, int, int],
    sums: dict[str, int],
    *,
    blocked: int = 0,
    elsewhere: int = 0,
) -> None:
    """A closing: its « dont » lines of receipts, then of disbursements; all closed months are of the first exercise."""
    names = ("families", "refunds", "platform")
    log.close(
        day,
        *period,
        boxes,
        receipts=dict(zip(names, origins[:3], strict=True)),
        disbursements=dict(zip(names, origins[3:], strict=True)),
        blocked=blocked,
        year_to_date=sums,
        perpetual=sums,
        held_elsewhere=[{"cents": elsewhere, "platform": "helloasso"}] if elsewhere else [],
    )
