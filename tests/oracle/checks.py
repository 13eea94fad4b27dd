"""What callers need: ``fold`` makes every output of a log, ``check`` lists what does not fit in it.

rows = list(from_postgres(connection, schema))    # or tuples (position, stream, topic, state)
output = fold(rows)                               # books, children, payouts, papers of each coop
assert check(rows) == []
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.oracle.books import Books, make_books
from tests.oracle.closings import closing_faults
from tests.oracle.counting import People, count
from tests.oracle.cut_off import cut_off_faults
from tests.oracle.disputes import dispute_faults
from tests.oracle.held import held_faults
from tests.oracle.paper_checks import paper_faults
from tests.oracle.paper_lines import Paper
from tests.oracle.papers import Drawer
from tests.oracle.payouts import Payout, content_faults, covered, payouts_of
from tests.oracle.postings import BOOKED
from tests.oracle.rows import Difference, Raw, Row, as_rows

_PIECES: Final = (
    *("campaign.payment_captured", "campaign.cash_received", "campaign.refund_requested", "campaign.refund_settled"),
    *("campaign.external_refund_allocated", "campaign.dispute_opened", "campaign.dispute_lost"),
    "campaign.lost_dispute_reinstated",
    *("campaign.refund_paid_out_of_band", "campaign.cash_returned", "campaign.external_payment_recorded"),
    *("campaign.external_payment_refunded", "campaign.external_payment_withdrawn"),
)
"""Events whose shares add up to their cents."""
_SIGNED: Final = frozenset(
    (
        *("coop.movement_suspended", "coop.suspense_cleared", "campaign.suspense_cleared"),
        *("association.platform_movement_recorded", "association.suspense_cleared", "campaign.dispute_cleared"),
    )
)

_LINKS: Final = {
    "campaign.refund_settled": ("campaign.refund_requested", "refund_id"),
    "campaign.failed_refund_repaid": ("campaign.refund_failed", "refund_id"),
    "coop.cash_deposit_matched": ("coop.cash_deposited", "deposit_id"),
    "coop.cash_deposit_unmatched": ("coop.cash_deposited", "deposit_id"),
    "coop.cash_deposit_withdrawn": ("coop.cash_deposited", "deposit_id"),
    "coop.adjustment_reversed": ("coop.adjustment_approved", "adjustment_id"),
    "coop.external_payout_withdrawn": ("coop.external_payout_recorded", "external_payout_id"),
    "campaign.external_payment_withdrawn": ("campaign.external_payment_recorded", "external_payment_id"),
}
"""An event that follows another one of the same thing, whose amounts it repeats."""


@dataclass(frozen=True)
class Output:
    """All that the oracle makes of a log."""

    books: Books
    people: People
    payouts: dict[str, Payout]
    papers: dict[str, list[Paper]]
    undistributed: dict[str, Counter[tuple[str, str]]]


def fold(raw: Iterable[Raw]) -> Output:
    """Fold raw rows into books, children, payouts and the papers that they call for."""
    books = make_books(as_rows(raw))
    payouts = payouts_of(books)
    papers, undistributed = {}, {}
    for coop in books.coops():
        drawer = Drawer(books, coop, payouts)
        papers[coop] = drawer.draw()
        undistributed[coop] = drawer.undistributed()
    return Output(books, count(books), payouts, papers, undistributed)


def check(raw: Iterable[Raw]) -> list[Difference]:
    """Every difference between what the rows say and what they should, in the order of their positions."""
    output = fold(raw)
    found: list[Difference] = []
    found += _order(output.books)
    found += _entries(output.books)
    found += _links(output.books)
    found += held_faults(output.books)
    found += dispute_faults(output.books)
    found += (Difference(*fault) for fault in output.people.faults)
    found += _children(output)
    found += content_faults(output.books, output.payouts)
    found += _elsewhere(output.books)
    found += _outside(output.books)
    for coop in output.books.coops():
        found += _accounts(output, coop)
        found += _cash_book(output, coop)
        found += paper_faults(output.books, coop, output.papers[coop], output.payouts)
    found += closing_faults(output.books)
    found += cut_off_faults(output.books)
    return sorted(set(found))


def compare(one: Output, other: Output) -> list[str]:
    """The names of the outputs in which two logs differ."""
    views: dict[str, Callable[[Output], object]] = {
        "journal": lambda output: output.books.lines,
        "trial balance": lambda output: output.books.trial_balance(),
        "statement": lambda output: output.books.flows,
        "income": lambda output: {coop: output.books.income(coop) for coop in output.books.coops()},
        "sheets": lambda output: {coop: output.people.sheets(output.books, coop) for coop in output.books.coops()},
        "payouts": lambda output: output.payouts,
        "papers": lambda output: output.papers,
        "issued": lambda output: [row for row in output.books.rows if "printed" in row.state or "boxes" in row.state],
    }
    return [name for name, view in views.items() if view(one) != view(other)]


def _order(books: Books) -> Iterator[Difference]:
    """Positions follow each other from 1; each coop and campaign begins with its first event."""
    for expected, row in enumerate(books.rows, 1):
        if row.position != expected:
            yield Difference(row.position, "row.order", f"position {expected} was to come")
        if row.topic.startswith("campaign.") and row.stream not in books.coop_of:
            yield Difference(row.position, "row.stream", "its campaign was never drafted")


def _entries(books: Books) -> Iterator[Difference]:
    """Each event balances in each book, on accounts of the chart, with positive amounts that its shares add up to."""
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for line in books.lines:
        sums[line.position][line.book] += line.net
        if line.book == "?":
            yield Difference(line.position, "entry.account", f"no account is called {line.leg.account}")
        if line.leg.debit < 0 or line.leg.credit < 0:
            yield Difference(line.position, "entry.positive", "an amount is negative")
    yield from (
        Difference(position, "entry.balance", f"book {book} has {gap} too much on one side")
        for position, books_of in sums.items()
        for book, gap in books_of.items()
        if gap
    )
    yield from (
        Difference(position, "movement.twice", "its reference moved the account before") for position in books.twice
    )
    for row in books.rows:
        booked = row.topic in BOOKED and row.name not in _SIGNED
        if booked and (row.cents() < 0 or row.cents("tip_cents") < 0):
            yield Difference(row.position, "entry.positive", "an amount is negative")
        yield from _sums(row)


def _sums(row: Row) -> Iterator[Difference]:
    parts = sum(share["cents"] for share in row.shares())
    whole = row.cents()
    if row.name == "campaign.cash_slip_corrected":
        whole = abs(row.cents("typed") - row.cents())
    elif row.name not in _PIECES and not (row.name == "campaign.payment_to_family_withdrawn" and row.shares()):
        return
    if parts != whole:
        yield Difference(row.position, "shares.sum", f"its shares are {parts}, and not {whole}")
    if any(share["cents"] < 0 for share in row.shares()):
        yield Difference(row.position, "entry.positive", "a share is negative")
    if sum(share["cents"] for share in row.shares("refunded")) != row.cents("refunded_cents"):
        yield Difference(row.position, "shares.sum", "what was refunded is not the sum of its shares")


def _links(books: Books) -> Iterator[Difference]:
    """What follows an event of the same thing repeats its amounts."""
    known: dict[tuple[str, str], Row] = {}
    for row in books.rows:
        for field in sorted({field for _, field in _LINKS.values()}):
            if row.text(field):
                known[row.name, row.text(field)] = row
        yield from _total_of_another(row, known)
        if row.name not in _LINKS:
            continue
        before, field = _LINKS[row.name]
        first = known.get((before, row.text(field)))
        if first is None:
            yield Difference(row.position, "link.missing", f"no {before} {row.text(field)} came before")
        elif [row.cents(name) for name in ("cents", "tip_cents")] != [first.cents(), first.cents("tip_cents")]:
            yield Difference(row.position, "link.cents", f"its amounts are not those of event {first.position}")
        elif row.shares() and _split(row) != _split(first):
            yield Difference(row.position, "link.shares", f"its split is not that of event {first.position}")


_TOTALS: Final = {
    "campaign.payment_to_family_withdrawn": (
        *("campaign.failed_refund_repaid", "campaign.refund_paid_out_of_band", "campaign.cash_returned"),
    ),
}
"""Events that are about the whole of another one, its tip included."""


def _total_of_another(row: Row, known: dict[tuple[str, str], Row]) -> Iterator[Difference]:
    """What was paid to a family is withdrawn in full."""
    if row.name not in _TOTALS:
        return
    of = row.text("refund_id")
    others = [known[name, of] for name in _TOTALS[row.name] if (name, of) in known]
    whole = row.cents() + row.cents("tip_cents")
    latest = max(others, key=lambda one: one.position, default=None)
    if latest is None or latest.cents() + latest.cents("tip_cents") != whole:
        yield Difference(row.position, "link.cents", "this is not the whole of what it is about")


def _split(row: Row) -> list[tuple[Any, Any]]:
    return sorted((share["line"], share["cents"]) for share in row.shares())


def _children(output: Output) -> Iterator[Difference]:
    """No child holds less than nothing or more than it was to give; classes add up to account 7561."""
    last = output.books.rows[-1].position if output.books.rows else 0
    for child in output.people.children.values():
        if not 0 <= child.held <= child.due:
            yield Difference(last, "child.held", f"{child.contribution}/{child.line} holds {child.held} of {child.due}")
    for coop in output.books.coops():
        sheets = output.people.sheets(output.books, coop)
        owed = {key: sheet.held for key, sheet in sheets.items() if sheet.held + sheet.owed}
        income = {key: cents for key, cents in output.books.income(coop).items() if cents}
        if {key: cents for key, cents in owed.items() if cents} != income:
            yield Difference(last, "sheet.income", "the classes do not add up to account 7561")


def _elsewhere(books: Books) -> Iterator[Difference]:
    """Another platform never holds less than nothing, and its payouts bring what they name."""
    held: Counter[tuple[str, str]] = Counter()
    for line in books.lines:
        if line.leg.account == "collected_elsewhere":
            key = line.coop, books.at[line.position].text("platform")
            held[key] += line.net
    last = books.rows[-1].position if books.rows else 0
    yield from (
        Difference(last, "elsewhere.held", f"{key[1]} holds {cents}") for key, cents in held.items() if cents < 0
    )
    known: Counter[str] = Counter()
    for row in books.rows:
        if row.name == "campaign.external_payment_recorded":
            known[row.text("external_payment_id")] += row.cents()
        elif row.name == "coop.external_payout_recorded":
            if sum(item["cents"] for item in row.state["content"]) != row.cents():
                yield Difference(row.position, "content.sum", "the content does not add up to the payout")
            if any(
                "payment_recorded" in item["kind"] and item["reference"] not in known for item in row.state["content"]
            ):
                yield Difference(row.position, "content.unknown", "it names a payment that was not recorded")


_TRANSFERS: Final = {
    "campaign.funds_transferred": ("payment_id", 1),
    "campaign.transfer_reversed": ("payment_id", -1),
    "coop.adjustment_transferred": ("adjustment_id", 1),
    "coop.adjustment_transfer_reversed": ("adjustment_id", -1),
}


def _outside(books: Books) -> Iterator[Difference]:
    """What is counted and moved outside: the cash box, the bank's lines, transfers at the provider."""
    moved: Counter[str] = Counter()
    lines: dict[tuple[str, str], int] = {}
    for row in books.rows:
        if row.name == "coop.cash_counted":
            held = books.balance("cash", row.stream, position=row.position)
            if row.cents("expected") != held:
                yield Difference(row.position, "cash.expected", f"the cash box held {held} by its book")
        elif row.name in _TRANSFERS:
            field, sign = _TRANSFERS[row.name]
            moved[row.text(field)] += sign * row.cents()
            if moved[row.text(field)] < 0:
                yield Difference(row.position, "transfer.less", "more came back than had moved")
        elif row.text("bank_line_id"):
            line = row.stream, row.text("bank_line_id")
            lines[line] = lines.get(line, 0) + (-1 if row.name.endswith("_unmatched") else 1)
            if lines[line] not in (0, 1):
                yield Difference(row.position, "bank.line", "the bank's line counts not once")


def _accounts(output: Output, coop: str) -> Iterator[Difference]:
    """Accounts of both books that say the same: what is owed, what is on its way, what the statement says."""
    books = output.books
    last = books.rows[-1].position
    mine = [payout for payout in output.payouts.values() if payout.coop == coop]
    online = books.balance("online", coop)
    total = online + books.balance("online_blocked", coop)
    moved = sum(movement.cents for movement in books.movements.values() if movement.coop == coop)
    gone = sum(payout.cents for payout in mine if payout.sent and not payout.over)
    cover = sum(covered({p.payout_id: p for p in mine if p.sent}, position=last, arrived=False).values())
    bank = sum(payout.return_matched - payout.matched for payout in mine)
    expected = {
        "account.due_to_coop": (
            -books.balance("due_to_coop", coop) - books.balance("due_to_coop_blocked", coop),
            total,
        ),
        "account.5801": (books.balance("payouts_5801", coop), gone + bank),
        "account.content": (online, moved - cover),
        "account.in_progress": (-books.balance("payout_in_progress", coop), books.balance("psp_in_transit", coop)),
        "account.advance": (books.balance("receivable_from_coop", coop), -books.balance("due_to_platform", coop)),
    }
    if books.flows:
        month = max(flow.period for flow in books.flows)
        expected["account.statement"] = (books.statement(coop, month).closing, total)
    for kind, (one, two) in expected.items():
        if one != two:
            yield Difference(last, kind, f"{one} is not {two}")
    for account in ("deposits_5802", "online_blocked", "instalments_expected", "collected_elsewhere"):
        if books.balance(account, coop) < 0:
            yield Difference(last, "account.negative", f"{account} is {books.balance(account, coop)}")
    for payout in mine:
        if payout.matched not in (0, payout.cents) or payout.return_matched not in (0, payout.cents):
            yield Difference(payout.requested.position, "payout.match", "the bank's line counts not once")
        if payout.return_matched and not payout.over:
            yield Difference(payout.requested.position, "payout.match", "the bank returned what never came back")


def _cash_book(output: Output, coop: str) -> Iterator[Difference]:
    """A blank cash book fed with every paper says what accounts 512, 530 and 7561 say, but for what is on its way."""
    books, last = output.books, output.books.rows[-1].position
    fed: Counter[tuple[str, str, str]] = Counter()
    for paper in output.papers[coop]:
        for (account, class_code), (debit, credit) in paper.entry.items():
            campaign = paper.campaign if account == "contributions" else ""
            fed[account, campaign, class_code] += debit - credit
    mine = [payout for payout in output.payouts.values() if payout.coop == coop]
    unmatched = sum(
        (0 if payout.returned else payout.cents) - payout.matched + payout.return_matched
        for payout in mine
        if payout.arrived
    )
    unmatched -= sum(payout.matched for payout in mine if not payout.arrived and not payout.over)
    deposits = books.balance("deposits_5802", coop)
    if fed["bank", "", ""] != books.balance("bank", coop) + unmatched + deposits:
        yield Difference(last, "cash_book.512", f"{fed['bank', '', '']} is not what reached the bank")
    if fed["cash", "", ""] != books.balance("cash", coop):
        yield Difference(last, "cash_book.530", f"{fed['cash', '', '']} is not what the cash box held")
    wanted = Counter(books.income(coop))
    wanted.subtract(output.undistributed[coop])
    shown = {(campaign, code): -cents for (account, campaign, code), cents in fed.items() if account == "contributions"}
    keys = {*wanted, *shown}
    for key in sorted(keys):
        if wanted[key] != shown.get(key, 0):
            yield Difference(last, "cash_book.7561", f"{key} is {shown.get(key, 0)}, and not {wanted[key]}")
