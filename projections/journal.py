"""The journal: every posting of every event, one row a leg, in the order of the log; append-only and zero-sum.

Amounts are cents; ``paid_at`` is the business instant (UTC), ``paid_on`` its Paris day, ``period`` the first day of
the month the leg counts in (projections.periods), ``recorded_at`` the log's clock. The inventory entries of a year
count in a period of their own, which its last day names: after August and before September. ``campaign_id`` is set for
what happened in a campaign or concerns one, ``class_code`` where a class is concerned. ``coop_id`` is the association's
own id for what the platform does outside any coop.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from struct import Struct
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.calendar import end_of_month
from domain.chart_of_accounts import CHART, Account, Book
from domain.closings.periods import PeriodKind
from domain.errors import LedgerCorrupt
from domain.events.base import Event
from domain.events.closings.period import PeriodClosed
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import copy_rows, days, microseconds, text, uuid, write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE journal (
    position    bigint      NOT NULL,
    leg         smallint    NOT NULL,
    coop_id     uuid        NOT NULL,
    campaign_id uuid,
    class_code  text,
    account     text        NOT NULL,
    book        char(1)     NOT NULL,
    debit       bigint      NOT NULL CHECK (debit >= 0),
    credit      bigint      NOT NULL CHECK (credit >= 0),
    paid_at     timestamptz NOT NULL,
    paid_on     date        NOT NULL,
    period      date        NOT NULL,
    late        boolean     NOT NULL,
    recorded_at timestamptz NOT NULL,
    topic       text        NOT NULL,
    subject_id  uuid,
    PRIMARY KEY (position, leg)
);

-- The coop's last closed day, and the closing that made it.
CREATE TABLE closed_months (
    coop_id  uuid   PRIMARY KEY,
    through  date   NOT NULL,
    position bigint NOT NULL
);
"""
INDEXES: Final[LiteralString] = """
CREATE INDEX journal_by_account ON journal (coop_id, account, period);
CREATE INDEX journal_by_campaign ON journal (campaign_id, account);
"""
"""What finds the lines of one coop or campaign, in tables that last: who replays for one session reads them all."""
GUARDS: Final[LiteralString] = """
CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % is refused', TG_OP USING ERRCODE = 'LG009';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();

-- Zero-sum per event and per book (invariant 1), checked when the transaction commits. The first row to fire has every
-- row from its position on checked in one go, and leaves a note of that position; the others read the note and are
-- done. The note is good for this transaction and this client statement only, so that rows added after
-- SET CONSTRAINTS IMMEDIATE are checked as well. The search path may have changed: the table is named by its schema.
CREATE FUNCTION journal_refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moment text := pg_current_xact_id()::text || ' ' || extract(epoch FROM statement_timestamp())::text;
    note   text := current_setting('coopledger.journal_checked', true);
    found  record;
BEGIN
    IF split_part(note, '/', 1) = moment AND NEW.position >= split_part(note, '/', 2)::bigint THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('enable_seqscan', 'off', true);
    EXECUTE format(
        'SELECT position, book, sum(debit) AS debit, sum(credit) AS credit FROM %I.%I WHERE position >= $1
         GROUP BY position, book HAVING sum(debit) <> sum(credit) ORDER BY position, book LIMIT 1',
        TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO found USING NEW.position;
    IF found.position IS NOT NULL THEN
        RAISE EXCEPTION 'event % does not balance in book %: debit %, credit %',
            found.position, found.book, found.debit, found.credit
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    PERFORM set_config('coopledger.journal_checked', moment || '/' || NEW.position, true);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER journal_balanced AFTER INSERT ON journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_refuse_unbalanced();
"""
"""What keeps the tables that last as they are; tables of one session can have no function beside them, nor need one."""

# The columns that differ from leg to leg come first, those of the event after them, packed once for all its legs.
_COPY: Final[LiteralString] = """
COPY journal (leg, debit, credit, account, book, class_code, campaign_id, position, recorded_at, paid_at, paid_on,
              period, late, coop_id, topic, subject_id)
FROM STDIN (FORMAT binary)
"""
_CLOSE: Final[LiteralString] = """
INSERT INTO closed_months AS known (coop_id, through, position)
SELECT * FROM unnest(%s::uuid[], %s::date[], %s::bigint[])
ON CONFLICT (coop_id) DO UPDATE SET through = excluded.through, position = excluded.position
"""
_LEG: Final = Struct(">hihiqiq")
_EVENT: Final = Struct(">iqiqiqiiiii?i16s")
_COLUMNS: Final = 16

_ACCOUNTS: Final = {account: text(account.value) + text(line.book.value) for account, line in CHART.items()}
_class_code = lru_cache(maxsize=4_096)(text)


@lru_cache(maxsize=256)
def _topic(kind: type[Event]) -> tuple[bytes, bool]:
    """The topic of a kind of event, packed, and whether its stream is a campaign."""
    return text(kind.TOPIC), kind.TOPIC.startswith("campaign.")


def _event_columns(fact: BookedEvent) -> bytes:
    """Pack the columns that all legs of an event share."""
    if fact.counted is None:
        raise LedgerCorrupt(position=fact.position, topic=fact.event.TOPIC)
    owner = fact.coop_id or fact.stream_id
    paid_at, paid_on, period, late = fact.counted
    recorded = microseconds(fact.recorded_at)
    days_and_late = (4, days(paid_on), 4, days(period), 1, late)
    fixed = _EVENT.pack(8, fact.position, 8, recorded, 8, microseconds(paid_at), *days_and_late, 16, owner.bytes)
    topic, _ = _topic(type(fact.event))
    return b"".join((fixed, topic, uuid(fact.event.subject_id)))


def _pack(batch: Iterable[BookedEvent]) -> bytes:
    """Pack all legs of a batch as rows of Postgres's binary COPY format."""
    parts: list[bytes] = []
    for fact in batch:
        if not fact.legs:
            continue
        shared = _event_columns(fact)
        _, in_campaign = _topic(type(fact.event))
        own = uuid(fact.stream_id if in_campaign else None)
        for number, (account, debit, credit, class_code, campaign_id) in enumerate(fact.legs, start=1):
            parts += (
                _LEG.pack(_COLUMNS, 2, number, 8, debit, 8, credit),
                _ACCOUNTS[account],
                _class_code(class_code),
                own if campaign_id is None else uuid(campaign_id),
                shared,
            )
    return b"".join(parts)


class Journal:
    """The read model of the journal, and of the months that are closed."""

    name = "journal"
    version = 1
    tables = ("journal", "closed_months")
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Pack the legs of a batch, and keep its last closing of a month of each coop."""
        packed = _pack(batch)
        closings = {
            fact.coop_id: (fact.coop_id, fact.event.last_day, fact.position)
            for fact in batch
            if isinstance(fact.event, PeriodClosed) and fact.event.kind == PeriodKind.MONTH
        }

        def write(connection: Connection[Any]) -> None:
            """Copy the lines, then mark the months that were closed."""
            copy_rows(connection, _COPY, packed)
            write_rows(connection, _CLOSE, list(closings.values()))

        return write


class JournalRow(NamedTuple):
    """One row of the journal."""

    position: int
    leg: int
    coop_id: UUID
    campaign_id: UUID | None
    class_code: str | None
    account: str
    book: str
    debit: int
    credit: int
    paid_at: datetime
    paid_on: date
    period: date
    late: bool
    recorded_at: datetime
    topic: str
    subject_id: UUID | None


class AccountTotal(NamedTuple):
    """What an account received on both sides, in cents."""

    account: str
    debit: int
    credit: int


_WHOLE: Final[LiteralString] = """
SELECT position, leg, coop_id, campaign_id, class_code, account, book, debit, credit, paid_at, paid_on, period, late,
       recorded_at, topic, subject_id
"""
_LINES: Final[LiteralString] = f"{_WHOLE} FROM journal"
_DEFERRED: Final[LiteralString] = """
SELECT coop_id, sum(credit - debit)::bigint FROM journal
WHERE coop_id = ANY(%s) AND account = %s AND paid_on <= %s GROUP BY coop_id
"""
_ONLINE: Final[LiteralString] = f"""{_LINES}
WHERE coop_id = ANY(%s) AND account IN ('online', 'online_blocked') AND period = ANY(%s) ORDER BY position, leg
"""
_LATER: Final[LiteralString] = f"""{_WHOLE}, month FROM journal
JOIN unnest(%s::uuid[], %s::date[], %s::date[]) AS asked (of_coop, month, last_day)
  ON coop_id = of_coop AND period > month AND paid_on <= last_day
WHERE account IN ('online', 'online_blocked') ORDER BY position, leg
"""
_OF_SUBJECT: Final[LiteralString] = f"""{_LINES}
WHERE campaign_id = %s AND subject_id = %s ORDER BY position, leg
"""
_TOTALS: Final[LiteralString] = """
SELECT account, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit
FROM journal
WHERE coop_id = %(coop)s AND book = %(book)s AND paid_on <= coalesce(%(true_at)s, 'infinity'::date)
  AND recorded_at <= coalesce(%(known_at)s, 'infinity'::timestamptz)
  AND period BETWEEN coalesce(%(first)s, '-infinity'::date) AND coalesce(%(last)s, 'infinity'::date)
GROUP BY account ORDER BY account
"""


def _fetch(connection: Connection[Any], query: LiteralString, values: Sequence[Any]) -> list[JournalRow]:
    """Return the rows of a query."""
    with connection.cursor(row_factory=class_row(JournalRow)) as cursor:
        return cursor.execute(query, values).fetchall()


MonthKey = tuple[UUID, date]
"""A coop, and a month by its first day."""


def online_lines(connection: Connection[Any], months: Iterable[MonthKey]) -> defaultdict[MonthKey, list[JournalRow]]:
    """Return the legs on the online accounts of some coops that count in each of some months (S-160)."""
    asked = set(months)
    found: defaultdict[MonthKey, list[JournalRow]] = defaultdict(list)
    values = list({coop_id for coop_id, _ in asked}), list({period for _, period in asked})
    for row in _fetch(connection, _ONLINE, values):
        if (key := (row.coop_id, row.period)) in asked:
            found[key].append(row)
    return found


def later_lines(connection: Connection[Any], months: Iterable[MonthKey]) -> defaultdict[MonthKey, list[JournalRow]]:
    """Return the legs on the online accounts of each month's days, or earlier ones, that count in a later month.

    They came in after the month was closed: its closing balance and they are what was true on its last day.
    """
    found: defaultdict[MonthKey, list[JournalRow]] = defaultdict(list)
    asked = [(coop_id, month, end_of_month(month)) for coop_id, month in months]
    if asked:
        for *row, month in connection.execute(_LATER, [list(column) for column in zip(*asked, strict=True)]):
            line = JournalRow(*row)
            found[line.coop_id, month].append(line)
    return found


def lines_of_subject(connection: Connection[Any], campaign_id: UUID, subject_id: UUID) -> list[JournalRow]:
    """Return how one contribution of a campaign was booked, from its payment to its refund or dispute."""
    return _fetch(connection, _OF_SUBJECT, (campaign_id, subject_id))


def book_totals(
    connection: Connection[Any],
    coop_id: UUID,
    book: Book,
    *,
    first: date | None = None,
    last: date | None = None,
    true_at: date | None = None,
    known_at: datetime | None = None,
) -> list[AccountTotal]:
    """Return a coop's account totals in a book, by account.

    ``first`` and ``last`` bound the months counted in, by their first days. ``true_at`` keeps what had happened on
    that Paris day, ``known_at`` what our log had recorded at that instant.
    """
    values = {"coop": coop_id, "book": book.value, "first": first, "last": last}
    with connection.cursor(row_factory=class_row(AccountTotal)) as cursor:
        return cursor.execute(_TOTALS, values | {"true_at": true_at, "known_at": known_at}).fetchall()


def deferred_on(connection: Connection[Any], coop_ids: Collection[UUID], day: date) -> Counter[UUID]:
    """Return what the account 487 of some coops holds at the end of a Paris day, in cents."""
    return Counter(dict(connection.execute(_DEFERRED, (list(coop_ids), Account.DEFERRED.value, day)).fetchall()))


def closed_months(connection: Connection[Any]) -> list[tuple[UUID, date]]:
    """Return each coop's last closed day."""
    return [(row[0], row[1]) for row in connection.execute("SELECT coop_id, through FROM closed_months")]
