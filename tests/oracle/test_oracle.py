"""The second engine: independent, right on figures worked out by hand, and hard to lie to."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from psycopg import Connection

from tests.oracle.checks import Output, check, compare, fold
from tests.oracle.mutations import MUTATIONS, Mutation
from tests.oracle.payouts import largest_remainder
from tests.oracle.postings import BOOKED, legs_of
from tests.oracle.rows import Row, as_rows, canonical, from_postgres
from tests.oracle.sound_log.builder import ASSOCIATION, COOP, A, B, LogBuilder
from tests.oracle.sound_log.edits import drawn
from tests.oracle.sound_log.years import sound_log

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOLDEN = sorted((ROOT / "tests" / "golden" / "events").glob("*.json"))


def golden(path: Path) -> Row:
    """A row made of the stored example of an event."""
    return Row(1, COOP, path.stem, json.loads(path.read_text(encoding="utf-8")))


def imported(module: ast.Module) -> set[str]:
    """The names that a module imports from."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


def foreign(module: ast.Module) -> set[str]:
    """What a module imports besides the standard library, the driver of Postgres, pytest and this folder."""
    own = ("psycopg", "pytest", *sys.stdlib_module_names)
    return {name for name in imported(module) if name.split(".")[0] not in own and not name.startswith("tests.oracle.")}


def test_it_imports_nothing_of_what_it_judges() -> None:
    paths = sorted(HERE.rglob("*.py"))
    assert len(paths) > 12
    assert {path.name: foreign(ast.parse(path.read_text(encoding="utf-8"))) for path in paths} == {
        path.name: set() for path in paths
    }


def test_an_import_of_the_product_would_be_found() -> None:
    planted = "from domain.journal import postings\nimport projections\nfrom tests.kit import x\nfrom . import y"
    assert foreign(ast.parse(planted)) == {"domain.journal", "projections", "tests.kit", "."}


def test_every_example_of_an_event_balances_in_each_book() -> None:
    rows = [golden(path) for path in GOLDEN if path.stem in BOOKED]
    assert len(rows) > 20
    for row in rows:
        found = {difference.kind for difference in check([row])}
        assert found & {"entry.balance", "entry.account", "entry.positive"} == set(), row.topic
        assert sum(leg.debit - leg.credit for leg in legs_of(row)) == 0


def test_what_the_document_books_is_booked_here_on_the_accounts_that_it_names() -> None:
    table = (ROOT / "docs" / "events.md").read_text(encoding="utf-8").partition("## Retired topics")[0]
    posts = dict(re.findall(r"^\| `([a-z_.]+\.\d+)` \|(?:[^|]*\|){2} ([^|]*) \|$", table, re.MULTILINE))
    assert {topic for topic, text in posts.items() if text != "nothing."} == BOOKED
    for row in (golden(path) for path in GOLDEN if path.stem in BOOKED):
        named = set(re.findall(r"[a-z_0-9]+", posts[row.topic]))
        if not named & {"given", "reverse"}:
            assert {leg.account for leg in legs_of(row)} <= named, row.topic


def test_nothing_is_found_in_a_sound_log() -> None:
    assert check(sound_log()) == []


@pytest.fixture(scope="module")
def output() -> Output:
    """What the oracle makes of the sound log."""
    return fold(sound_log())


def test_the_trial_balance_is_that_of_the_worked_example(output: Output) -> None:
    sums = output.books.trial_balance()
    net = {account: debit - credit for (book, coop, account), (debit, credit) in sums.items() if book == "C"}
    assert {account: cents for account, cents in net.items() if cents} == {
        "online": 500 - 40,
        "bank": 4400 + 696 + 2900 + 1470 + 1000 - 1296 - 700,
        "cash": 1400 - 1000,
        "payouts_5801": 100,
        "contributions": -(1200 + 700 + 700 + 500 + 1400 + 1500 + 1000 + 600 + 400 + 500 - 40),
        "other_income": -2000,
        "collected_elsewhere": 1000,
        "bank_fees": 30,
    }
    for book in "PCM":
        assert sum(debit - credit for key, (debit, credit) in sums.items() if key[0] == book) == 0


def test_the_class_sheets_are_those_of_the_worked_example(output: Output) -> None:
    sheets = output.people.sheets(output.books, COOP)
    seen = {
        key: (sheet.participants, sheet.due, sheet.received, sheet.refunded, sheet.unpaid)
        for key, sheet in sheets.items()
    }
    assert seen == {
        (A, "CPA"): (3, 3500 - 700, 3500, 700 + 300, 0),
        (A, "CE1"): (2, 1500 + 600, 1200 + 1400 + 600, 1200 + 100, 40),
        (A, "CPB"): (2, 700 + 400, 700 + 400, 0, 0),
        (B, "CPA"): (2, 4000 - 1000, 4000, 500, 1000),
        (B, "CE1"): (1, 500, 500, 0, 0),
    }
    assert output.people.payments == {A: 7, B: 4}


def test_papers_are_numbered_without_a_gap_by_the_exercise_of_arrival(output: Output) -> None:
    names = [paper.name for paper in output.papers[COOP]]
    assert sorted(name for name in names if name[0] in "VD") == [
        *(f"D-2023-2024-000{number}" for number in (1, 2, 3, 4)),
        *(f"V-2023-2024-000{number}" for number in (1, 2, 3, 4)),
        *("V-2024-2025-0001", "V-2024-2025-0002"),
    ]
    assert [name for name in names if name.startswith("R-2024")] == [
        *("R-2024-2025-0001/1", "R-2024-2025-0002/1", "R-2024-2025-0001/2"),
    ]
    assert [name for name in names if name.startswith("R-2023-2024-0001")][-1].endswith("/8")


def begun() -> LogBuilder:
    """A log with a coop and one campaign."""
    log = LogBuilder()
    log.coop("registered.1", "2024-06-10", association_id=ASSOCIATION, demo=True, details={})
    log.add(A, "campaign.drafted.1", "2024-06-11", coop_id=COOP, school_year=2024, details={})
    return log


def arrive(log: LogBuilder, payout: str, day: str, *content: tuple[str, str, str, int]) -> None:
    """A payout that is asked for, leaves and arrives within a day."""
    log.payout(payout, day, day, *content)
    cents = sum(item[3] for item in content)
    log.coop("payout_paid.1", day, payout_id=payout, cents=cents, paid_at=f"{day}T12:00:00Z")


def entries(log: LogBuilder) -> list[tuple[str, dict[tuple[str, str], int]]]:
    """The papers that a log calls for, statements left out: what kind, and debits less credits."""
    return [
        (paper.kind, {key: debit - credit for key, (debit, credit) in paper.entry.items() if debit != credit})
        for paper in fold(log.rows).papers[COOP]
        if paper.series != "V"
    ]


def test_a_payment_that_three_payouts_bring_is_split_by_what_papers_do_not_show_yet() -> None:
    log = begun()
    log.place(A, "a1", "2024-06-12", ("CE1", 2000), ("CP", 1500), ("CE1", 1500), ("CP", 1500))
    log.capture("a1", "pi_1", "2024-06-12", (1, 2000), (2, 1500), (3, 1500), (4, 1500))
    for number, cents in enumerate((836, 1492, 4172)):
        arrive(log, f"p{number}", f"2024-06-1{number + 3}", ("a1", "campaign.payment_captured", "pi_1", cents))
    assert entries(log) == [
        ("payout", {("bank", ""): 836, ("contributions", "CE1"): -450, ("contributions", "CP"): -386}),
        ("payout", {("bank", ""): 1492, ("contributions", "CE1"): -803, ("contributions", "CP"): -689}),
        ("payout", {("bank", ""): 4172, ("contributions", "CE1"): -2247, ("contributions", "CP"): -1925}),
    ]
    assert check(log.rows) == []


def test_a_loss_of_september_is_not_brought_forward_at_31_august() -> None:
    log = begun()
    log.place(A, "a1", "2024-08-20", ("CE1", 2000))
    log.capture("a1", "pi_1", "2024-08-20", (1, 2000))
    same: dict[str, Any] = {"dispute_id": "dp", "cents": 2000, "tip_cents": 0}
    share = {"balance": 2000, "cents": 2000, "class_code": "CE1", "line": 1}
    taken = {"provider_movement": "txn", "payment_id": "pi_1", "suspense_cents": 0, "fee_cents": 2000}
    log.of("a1", "dispute_opened.2", "2024-08-30", opened_at="2024-08-30T08:00:00Z", shares=[share], **taken, **same)
    shares = log.shares("a1", -1, (1, 2000))
    log.of("a1", "dispute_lost.1", "2024-09-05", closed_at="2024-09-05T08:00:00Z", shares=shares, **same)
    log.coop("period_closed.1", "2024-10-10", kind="year", first_day="2023-09-01", last_day="2024-08-31")
    log.place(A, "a2", "2024-10-11", ("CE1", 2000))
    log.capture("a2", "pi_2", "2024-10-11", (1, 2000))
    both = (("a1", "campaign.dispute_opened", "txn", -2000), ("a1", "campaign.payment_captured", "pi_1", 2000))
    arrive(log, "p1", "2024-10-12", *both, ("a2", "campaign.payment_captured", "pi_2", 2000))
    assert entries(log) == [
        ("year_end", {("contributions", "CE1"): -2000, ("online_blocked", ""): 2000}),
        ("payout", {("bank", ""): 2000, ("online_blocked", ""): -2000}),
    ]
    assert check(log.rows) == []


def test_the_parts_of_a_payment_add_up_to_its_shares() -> None:
    assert largest_remainder(2500, [1, 1, 1]) == [834, 833, 833]
    weights = [700, 701, 1, 250]
    for done in range(sum(weights) + 1):
        assert sum(largest_remainder(done, weights)) == done
    assert largest_remainder(sum(weights), weights) == weights


def test_rows_are_read_as_they_are_stored() -> None:
    rows = sound_log()

    class Stored:
        """Answers as Postgres does: ids, bytes and instants."""

        def execute(self, _: object) -> list[tuple[Any, ...]]:
            return [
                (row.position, row.stream, row.topic, canonical(row.state), row.recorded, bytes.fromhex(row.head))
                for row in rows
            ]

    assert tuple(from_postgres(cast("Connection[Any]", Stored()), "ad06")) == rows
    plain = as_rows((row.position, row.stream, row.topic, canonical(row.state)) for row in rows)
    assert [row.state for row in plain] == [row.state for row in rows]
    assert check(plain) == []


def test_there_are_lies_of_every_kind_and_no_two_of_one_name() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) > 105
    kinds = {mutation.caught_by.partition(".")[0] for mutation in MUTATIONS}
    assert kinds >= {"shares", "share", "link", "row", "content", "paper", "final", "closing", "compare:journal"}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name.replace(" ", "-"))
def test_a_lie_is_found_as_what_it_is(mutation: Mutation, output: Output) -> None:
    rows = mutation.apply(sound_log())
    assert rows != sound_log()
    kinds = {difference.kind for difference in check(rows)}
    name, _, view = mutation.caught_by.partition("compare:")
    if view:
        assert kinds == set()
        assert view in compare(output, fold(rows))
    else:
        assert name in kinds


@pytest.mark.parametrize("seed", range(120))
def test_a_cent_that_is_moved_anywhere_is_found(seed: int, output: Output) -> None:
    rows, where = drawn(sound_log(), seed)
    assert check(rows) or compare(output, fold(rows)), where
