"""Every standing invariant holds on a sound ledger, and each check finds what breaks it."""

from collections.abc import Iterator

import msgspec
import psycopg
import pytest

from adapters.local_postgres import LocalPostgres
from domain.campaign.refunds import RecordRefundSettled
from domain.events.contribution import PaymentCaptured
from domain.events.payout import PayoutRequested
from projections.checks import CHECKS, Check, run_check
from tests.projections.conftest import made_year
from tests.projections.history import PRICE, History
from tests.projections.projected_ledger import LOG, READ, ProjectedLedger, append, connect, projected
from tests.projections.whole_log import run_checks


def test_a_sound_ledger_has_no_finding_at_any_position(ledger: ProjectedLedger) -> None:
    done: list[tuple[Check, int]] = []
    for stop in (0, 1, 99, 217, 403, 10_000):
        ledger.catch_up(upto=stop, batch_size=50)
        assert run_checks(ledger.read, LOG, READ, on_check=lambda check, number: done.append((check, number))) == ()
    assert [check for check, _ in done] == list(CHECKS) * 6
    assert ledger.rows("SHOW transaction_isolation") == [("read committed",)]


@pytest.fixture(scope="module")
def sound(postgres: LocalPostgres) -> Iterator[ProjectedLedger]:
    """One ledger for all that is broken and undone."""
    with psycopg.connect(postgres.dsn(), autocommit=True) as administrator:
        administrator.execute("CREATE DATABASE checks")
        with projected(postgres.dsn("checks"), made_year().facts) as ledger:
            ledger.catch_up()
            yield ledger
        administrator.execute("DROP DATABASE checks WITH (FORCE)")


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE journal SET debit = debit + 1 WHERE account = 'online' AND debit > 0", 1),
        ("UPDATE journal SET account = 'suspense' WHERE account = 'due_to_coop'", 2),
        ("UPDATE contributions SET refund_pending = paid + 1", 4),
        ("UPDATE contributions SET tip_refunded = tip_paid + 1", 4),
        ("UPDATE online_account SET receipts = receipts + 1", 6),
        ("UPDATE online_account SET receipts = receipts + 1, disbursements = disbursements + 1", 6),
        ("UPDATE online_account SET blocked = blocked + 1", 6),
        ("UPDATE participants SET paid = paid + 1", 7),
        ("UPDATE contributions SET paid = paid + 1", 7),
        ("UPDATE contributions SET given_back = given_back - 1 WHERE given_back > 0", 7),
        ("UPDATE participants SET class_code = 'CM2' WHERE class_code = 'CP'", 7),
        ("UPDATE participants SET coop_id = gen_random_uuid()", 7),
        ("UPDATE refund_lines SET cents = cents + 100000 WHERE back", 7),
        ("UPDATE external_movements SET cents = cents + 1", 7),
        ("UPDATE external_movements SET cents = cents - 100000 WHERE kind = 'payout'", 4),
        ("UPDATE external_movements SET happened_on = happened_on - 1 WHERE kind = 'payout'", 4),
        ("UPDATE payouts SET status = 'failed' WHERE status = 'paid'", 7),
        ("UPDATE tracking SET position = position + 1", 9),
        ("UPDATE tracking SET position = position - 1 WHERE model = 'journal'", 9),
    ],
)
def test_a_check_finds_what_breaks_its_invariant(sound: ProjectedLedger, statement: str, broken: int) -> None:
    with sound.read.transaction(force_rollback=True):
        sound.read.execute("ALTER TABLE journal DISABLE TRIGGER USER")
        sound.read.execute(statement.encode())
        found = {finding.invariant for check in CHECKS for finding in run_check(sound.read, check, LOG, READ)}
    assert broken in found
    assert run_checks(sound.read, LOG, READ) == ()


def test_a_payment_booked_twice_is_found(ledger: ProjectedLedger, database: str, year: History) -> None:
    ledger.catch_up()
    twice = next(fact for fact in year.facts if isinstance(fact.event, PaymentCaptured))
    version = max(fact.version for fact in year.facts if fact.stream_id == twice.stream_id) + 1
    append(database, [twice._replace(position=len(year.facts) + 1, version=version)])
    ledger.catch_up()
    findings = [finding for finding in run_checks(ledger.read, LOG, READ) if finding.invariant == 3]
    assert isinstance(twice.event, PaymentCaptured)
    assert [twice.event.payment_id in finding.sentence for finding in findings] == [True]
    assert [(finding.coop_id, finding.position) for finding in findings] == [(twice.coop_id, twice.position)]


def test_a_payout_above_what_was_available_is_found(ledger: ProjectedLedger, database: str, year: History) -> None:
    ledger.catch_up()
    last = next(fact for fact in reversed(year.facts) if isinstance(fact.event, PayoutRequested))
    version = max(fact.version for fact in year.facts if fact.stream_id == last.stream_id) + 1
    assert isinstance(last.event, PayoutRequested)
    fields = {"payout_id": year.association_id, "cents": 1_000_000_00}
    above = msgspec.structs.replace(last.event, **fields)
    append(database, [last._replace(position=len(year.facts) + 1, version=version, event=above)])
    ledger.catch_up()
    (finding,) = run_checks(ledger.read, LOG, READ)
    assert (finding.invariant, finding.coop_id, finding.position) == (4, last.coop_id, len(year.facts) + 1)


def test_a_dispute_after_a_payout_and_a_tip_given_back_are_sound(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    first, second = history.place(campaign_id, "CP"), history.place(campaign_id, "CE1")
    payment_id, _ = history.pay(campaign_id, first), history.pay(campaign_id, second)
    history.payout(coop_id, history.available(coop_id))
    history.dispute(campaign_id, payment_id, PRICE)
    for tip in (50, 60):
        refund_id = history.refund(campaign_id, second, 0, tip)
        unreferenced = {"refund_id": refund_id, "provider_refund": f"re_{refund_id.hex}"}
        history.do(RecordRefundSettled, campaign_id, **unreferenced, settled_at=history.now)
    assert history.available(coop_id) < 0
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        assert run_checks(ledger.read, LOG, READ) == ()


def test_a_hole_in_the_log_or_in_a_stream_is_found(ledger: ProjectedLedger, database: str, year: History) -> None:
    ledger.catch_up()
    last = year.facts[-1]
    append(database, [last._replace(position=last.position + 7, version=last.version + 7)])
    names = {finding.check for finding in run_checks(ledger.read, LOG, READ)}
    assert names == {"le registre n’a pas de trou", "aucun flux n’a de trou"}


def test_the_checks_need_no_right_to_write(ledger: ProjectedLedger) -> None:
    ledger.catch_up()
    with connect(ledger.dsn) as reader:
        reader.execute("SET default_transaction_read_only = on")
        assert run_checks(reader, LOG, READ) == ()
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("CREATE TABLE anything ()")
