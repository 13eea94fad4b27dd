"""The ways in which a ledger is tampered with, what each must be found as, and where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import uuid4

from domain.events.closings.cut_off import DeferredPart, IncomeDeferred
from service.audit.findings import FindingKind
from tests.service.audit.forger import Forger

ACCOUNT, CERTIFIED, CAPTURED, FEE, PAYOUT, PAID_OUT = 9, 12, 19, 20, 36, 38
"""Positions of the scenario: a bank account, the certificate, a payment, its fee, a payout asked for and arrived."""
MAY, JULY, YEAR, STATEMENT, PART, RECAP, LAST = 42, 44, 46, 40, 41, 48, 50
"""Positions of the scenario: three closings, three papers, the end."""


def cut_events(forger: Forger) -> None:
    """The tail is deleted, the head moved, the read models emptied."""
    forger.run("DELETE FROM ad06.ledger_events WHERE position > 19")
    forger.move_head(CAPTURED)
    forger.empty_read_models()


def move_masked_iban(forger: Forger) -> None:
    """The masked IBAN of the bank account changes, and everything is made to fit."""
    forge(forger, ACCOUNT, "189", "190")


def change_day(forger: Forger) -> None:
    """A payment of June becomes one of May, and everything is made to fit."""
    forge(forger, CAPTURED, '"paid_at":"2024-06', '"paid_at":"2024-05')


def swap(forger: Forger) -> None:
    """Two events of one stream change places."""
    forger.run(
        "UPDATE ad06.ledger_events AS e SET (topic, state) ="
        " (SELECT topic, state FROM ad06.ledger_events AS other WHERE other.position = 39 - e.position)"
        " WHERE position IN (19, 20)",
    )


def insert(forger: Forger) -> None:
    """An event is put in before the last ones, and everything is chained anew."""
    forger.run(
        "UPDATE ad06.ledger_events SET (position, originator_version) = (51, originator_version + 1)"
        " WHERE position = 50",
        "INSERT INTO ad06.ledger_events SELECT (jsonb_populate_record(e, jsonb_build_object('position', 50,"
        " 'originator_version', e.originator_version + 1))).* FROM ad06.ledger_events AS e WHERE position = 49",
    )
    forger.chain_again()
    forger.rebuild()


def change_byte(forger: Forger) -> None:
    """One digit is put before the cents of an event."""
    forger.replace(FEE, '"cents":', '"cents":1')


def move_head_back(forger: Forger) -> None:
    """The head says that the log ends before it does."""
    forger.move_head(FEE)


def add_line(forger: Forger) -> None:
    """The journal gets a line that no event books."""
    forger.run(
        "INSERT INTO ad06_read.journal SELECT (jsonb_populate_record(j, '{\"leg\": 99}')).*"
        " FROM ad06_read.journal AS j WHERE position = 19 AND leg = 1"
    )


def change_payout(forger: Forger) -> None:
    """A payout is asked for with another amount than it arrives with."""
    forge(forger, PAYOUT, '"cents":3600,"content"', '"cents":3500,"content"')


def renumber(forger: Forger) -> None:
    """A part gets the number of another voucher."""
    forge(forger, PART, '"number":1', '"number":7')


def change_total(forger: Forger) -> None:
    """A statement states another total than the payout."""
    forge(forger, STATEMENT, '"cents":3600', '"cents":3700')


def change_entry(forger: Forger) -> None:
    """A part carries more to the cash book."""
    forge(forger, PART, '"debit":3600', '"debit":3700')


def reprint(forger: Forger) -> None:
    """A part prints another title."""
    forge(forger, PART, "Contributions volontaires", "Contributions obligatoires")


def hang_recap(forger: Forger) -> None:
    """A recap says that the closing of a month asked for it."""
    forge(forger, RECAP, '"trigger":46', '"trigger":45')


def hang_part(forger: Forger) -> None:
    """A part says that the matched bank line asked for it."""
    forge(forger, PART, '"trigger":38', '"trigger":39')


def defer_alone(forger: Forger) -> None:
    """A count of the cash box becomes a deferral that no closing made, and everything is made to fit."""
    part = DeferredPart(campaign_id=uuid4(), class_code="CP", cents=100)
    at = datetime(2024, 10, 5, 8, tzinfo=UTC)
    forger.put_in_place_of(LAST, IncomeDeferred(at=at, by="test", entered_on=date(2024, 8, 31), parts=(part,)))
    forger.chain_again()
    forger.rebuild()


def forge(forger: Forger, position: int, before: str, after: str) -> None:
    """Change the content of an event, and make everything fit."""
    forger.replace(position, before, after)
    forger.chain_again()
    forger.rebuild()


class Row(NamedTuple):
    """A way of tampering, what it must be found as, and the first position that does not fit."""

    name: str
    tamper: Callable[[Forger], None] | tuple[str, ...]
    kinds: set[FindingKind]
    position: int


K = FindingKind
TABLE = [
    Row("a tail deleted, the head moved, the read models emptied", cut_events, {K.APPEND_RECORD, K.KEY, K.TRACKING}, 1),
    Row("a masked IBAN changed, all chained anew", move_masked_iban, {K.CLOSING, K.PAPER}, STATEMENT),
    Row(
        "a payment's day changed, all chained anew", change_day, {K.DOCUMENT, K.CLOSING, K.INVARIANT, K.PAPER}, CAPTURED
    ),
    Row("one byte of an event changed", change_byte, {K.CHAIN, K.READ_MODEL}, FEE),
    Row("two events swapped", swap, {K.CHAIN, K.KEY}, CAPTURED),
    Row("an event put in, all chained anew", insert, {K.APPEND_RECORD}, LAST + 1),
    Row("an event deleted", ("DELETE FROM ad06.ledger_events WHERE position = 20",), {K.CHAIN, K.INVARIANT}, FEE),
    Row(
        "an event of a topic that is not ours",
        ("UPDATE ad06.ledger_events SET topic = 'x.y.1' WHERE position = 20",),
        {K.CHAIN, K.REPLAY},
        FEE,
    ),
    Row(
        "the instant of an event changed",
        ("UPDATE ad06.ledger_events SET recorded_at = now() - interval '1 d' WHERE position = 20",),
        {K.CHAIN},
        FEE,
    ),
    Row(
        "a payout marked as if it took nothing",
        ("UPDATE ad06.ledger_events SET drains = NOT drains WHERE position = 36",),
        {K.CHAIN},
        PAYOUT,
    ),
    Row(
        "an event marked with another day",
        ("UPDATE ad06.ledger_events SET happened_on = happened_on + 1 WHERE position = 20",),
        {K.CHAIN},
        FEE,
    ),
    Row("a payout's amount changed, all chained anew", change_payout, {K.CLOSING, K.PAPER}, STATEMENT),
    Row("the number of a paper changed, all chained anew", renumber, {K.PAPER}, PART),
    Row("the total of a statement changed, all chained anew", change_total, {K.PAPER}, STATEMENT),
    Row("a sum in the entry of a paper changed, all chained anew", change_entry, {K.PAPER}, PART),
    Row("what is printed of a paper changed, all chained anew", reprint, {K.PAPER}, PART),
    Row("a recap hung on an event that asks for none, all chained anew", hang_recap, {K.PAPER}, RECAP - 1),
    Row("a part taken away from its statement, all chained anew", hang_part, {K.PAPER}, STATEMENT),
    Row("a deferral that follows no closing, all chained anew", defer_alone, {K.CLOSING}, LAST),
    Row("the head's hash changed", ("UPDATE ad06.ledger_head SET hash = sha256('x')",), {K.HEAD}, LAST),
    Row("the head moved back", move_head_back, {K.HEAD}, FEE + 1),
    Row("the head gone", ("DELETE FROM ad06.ledger_head",), {K.HEAD}, LAST),
    Row("all idempotency keys deleted", ("DELETE FROM ad06.ledger_keys",), {K.KEY}, 1),
    Row(
        "the key of one payment deleted",
        ("DELETE FROM ad06.ledger_keys WHERE first_position = 19 AND strpos(key, chr(31)) > 0",),
        {K.KEY},
        CAPTURED,
    ),
    Row(
        "a key deleted and its append made to agree",
        (
            "DELETE FROM ad06.ledger_keys WHERE first_position = 19 AND strpos(key, chr(31)) > 0",
            "UPDATE ad06.ledger_appends SET keys = keys - 1 WHERE first_position = 19",
        ),
        {K.KEY},
        CAPTURED,
    ),
    Row(
        "a key that names another event",
        ("UPDATE ad06.ledger_keys SET first_position = 20 WHERE first_position = 19 AND strpos(key, chr(31)) > 0",),
        {K.KEY},
        CAPTURED,
    ),
    Row(
        "the fingerprint of a key changed",
        ("UPDATE ad06.ledger_keys SET fingerprint = 'x' WHERE first_position = 19 AND strpos(key, chr(31)) > 0",),
        {K.KEY},
        CAPTURED,
    ),
    Row("all records of appends deleted", ("DELETE FROM ad06.ledger_appends",), {K.APPEND_RECORD, K.KEY}, 1),
    Row(
        "the record of one append deleted",
        ("DELETE FROM ad06.ledger_appends WHERE first_position = 20",),
        {K.APPEND_RECORD, K.KEY},
        FEE,
    ),
    Row(
        "the record of an append twice",
        ("INSERT INTO ad06.ledger_appends SELECT gen_random_uuid(), 20, 20, 0",),
        {K.APPEND_RECORD},
        FEE,
    ),
    Row("the tracking moved back", ("UPDATE ad06_read.tracking SET position = 20",), {K.TRACKING}, FEE + 1),
    Row(
        "the tracking of one view moved back",
        ("UPDATE ad06_read.tracking SET position = 20 WHERE model = 'journal'",),
        {K.TRACKING},
        FEE + 1,
    ),
    Row("the tracking moved ahead", ("UPDATE ad06_read.tracking SET position = 1000",), {K.TRACKING}, LAST + 1),
    Row("the tracking of one view gone", ("DELETE FROM ad06_read.tracking WHERE model = 'payouts'",), {K.TRACKING}, 1),
    Row("all tracking gone", ("DROP TABLE ad06_read.tracking",), {K.TRACKING}, 1),
    Row(
        "a cell of a view changed",
        ("UPDATE ad06_read.participants SET paid = paid + 1 WHERE class_code = 'CE1'",),
        {K.READ_MODEL},
        27,
    ),
    Row(
        "a line of the journal deleted",
        ("DELETE FROM ad06_read.journal WHERE position = 19 AND leg = 1",),
        {K.READ_MODEL},
        CAPTURED,
    ),
    Row(
        "a line of the journal added",
        add_line,
        {K.READ_MODEL},
        CAPTURED,
    ),
    Row("a view gone", ("DROP TABLE ad06_read.payouts CASCADE",), {K.READ_MODEL}, 1),
]
