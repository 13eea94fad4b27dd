"""Files that members asked for: once each, sealed in parts, taken away five times in seven days by who asked alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.exports import (
    ChosenRows,
    ExportColumns,
    ExportDropped,
    ExportKind,
    ExportRequest,
    ExportRow,
    ExportStore,
    SealedExport,
)
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring, VaultUnreadable
from adapters.postgres import DatabaseRole, conninfo_for

KEY, NEXT_KEY = os.urandom(32), os.urandom(32)
ASSOCIATION, COOP, MEMBER, CAMPAIGN = uuid4(), uuid4(), uuid4(), uuid4()
NOW: Final = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
NAME: Final = b"QUATREBARBES;Anatole\r\n"


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield pool


@pytest.fixture
def store(pool: Pool) -> ExportStore:
    """The files of one association."""
    return ExportStore(pool, ASSOCIATION, Keyring([KEY]))


def request(member: UUID = MEMBER, kind: ExportKind = ExportKind.PARTICIPANTS) -> ExportRequest:
    """Somebody asks for a file."""
    return ExportRequest(uuid4(), COOP, member, kind, CAMPAIGN, None, "csv")


def begun(store: ExportStore, member: UUID = MEMBER) -> tuple[ExportRow, SealedExport]:
    """Ask for a file, and begin to make it."""
    row = store.ask(request(member), NOW)
    assert row is not None
    started = store.begin(row.export_id)
    assert started is not None
    return started


def made(store: ExportStore, content: bytes = NAME) -> UUID:
    """Ask for a file and make it."""
    row, out = begun(store)
    out.write(content)
    assert store.finish(row, "participants.csv", out.end(), NOW)
    return row.export_id


def taken(store: ExportStore, export_id: UUID, member: UUID = MEMBER, at: datetime = NOW) -> bytes | None:
    """Take a file away."""
    parts = store.take(export_id, COOP, member, at)
    return None if parts is None else b"".join(parts)


def test_a_file_is_taken_away_as_it_was_written_whatever_its_size(store: ExportStore) -> None:
    for size in (0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (5 << 20) + 7):
        content = os.urandom(size)
        export_id = made(store, content)
        assert taken(store, export_id) == content, size
        store.erase_over(NOW + timedelta(days=8))


def test_the_database_holds_no_word_of_it(store: ExportStore, database: str) -> None:
    made(store)
    with psycopg.connect(database) as owner:
        rows = owner.execute("SELECT part::text FROM vault.export_parts AS part").fetchall()
        rows += owner.execute("SELECT file::text FROM vault.exports AS file").fetchall()
    assert len(rows) == 2
    assert not any(form in str(row) for row in rows for form in ("QUATREBARBES", b"QUATREBARBES".hex()))


def test_the_sixth_download_is_refused(store: ExportStore, database: str) -> None:
    export_id = made(store)
    assert [taken(store, export_id) for _ in range(6)] == [NAME] * 5 + [None]
    store.erase_over(NOW)
    with psycopg.connect(database) as owner:
        assert owner.execute("SELECT count(*) FROM vault.export_parts").fetchone() == (0,)
        assert owner.execute("SELECT kek_id, wrapped, downloads FROM vault.exports").fetchone() == (None, None, 5)


def test_the_eighth_day_is_refused_and_nothing_is_left(store: ExportStore, database: str) -> None:
    export_id = made(store)
    assert taken(store, export_id, at=NOW + timedelta(days=7) - timedelta(seconds=1)) == NAME
    assert taken(store, export_id, at=NOW + timedelta(days=7)) is None
    assert store.erase_over(NOW + timedelta(days=7)) == 1
    with psycopg.connect(database) as owner:
        query = "SELECT (SELECT count(*) FROM vault.exports), (SELECT count(*) FROM vault.export_parts)"
        assert owner.execute(query).fetchone() == (0, 0)


def test_another_member_another_coop_and_another_association_find_nothing(pool: Pool, store: ExportStore) -> None:
    export_id = made(store)
    assert taken(store, export_id, uuid4()) is None
    assert store.take(export_id, uuid4(), MEMBER, NOW) is None
    assert taken(ExportStore(pool, uuid4(), Keyring([KEY])), export_id) is None
    assert store.of_member(COOP, uuid4()) == []
    row = store.find(export_id)
    assert row is not None
    assert row.downloads == 0


def test_the_same_asked_for_twice_is_one_until_it_is_made(store: ExportStore) -> None:
    first, again = store.ask(request(), NOW), store.ask(request(), NOW)
    assert first is not None
    assert again == first
    other = store.ask(request(kind=ExportKind.CONTRIBUTIONS), NOW)
    assert other is not None
    assert other.export_id != first.export_id
    colleague = store.ask(request(uuid4()), NOW)
    assert colleague is not None
    assert colleague.export_id != first.export_id
    begin = store.begin(first.export_id)
    assert begin is not None
    assert store.finish(begin[0], "a.csv", begin[1].end(), NOW)
    fresh = store.ask(request(), NOW)
    assert fresh is not None
    assert fresh.export_id != first.export_id


def test_no_member_waits_for_more_than_three_files(store: ExportStore) -> None:
    kinds = (ExportKind.CONTRIBUTIONS, ExportKind.PARTICIPANTS, ExportKind.RECEIPTS)
    assert all(store.ask(request(kind=kind), NOW) for kind in kinds)
    assert store.ask(request(kind=ExportKind.GIFTS), NOW) is None
    assert store.ask(request(uuid4(), kind=ExportKind.GIFTS), NOW) is not None


def test_a_making_that_was_cut_short_leaves_nothing_in_the_next_one(store: ExportStore) -> None:
    row, out = begun(store)
    out.write(os.urandom(3 << 20))
    again = store.begin(row.export_id)
    assert again is not None
    with pytest.raises(ExportDropped):
        out.end()
    assert not store.finish(row, "late.csv", 3, NOW)
    again[1].write(NAME)
    assert store.finish(again[0], "participants.csv", again[1].end(), NOW)
    assert taken(store, row.export_id) == NAME
    assert store.begin(row.export_id) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE vault.export_parts SET sealed = sealed || '\\x00'::bytea WHERE part = 1",
        "DELETE FROM vault.export_parts WHERE part = 1",
        "UPDATE vault.export_parts SET part = 1 - part + 10; UPDATE vault.export_parts SET part = part - 10",
        "UPDATE vault.exports SET size = 1048576",
    ],
)
def test_parts_that_were_altered_moved_or_cut_off_are_not_handed_over_as_a_whole(
    store: ExportStore, database: str, change: str
) -> None:
    export_id = made(store, os.urandom((1 << 20) + 9))
    with psycopg.connect(database) as owner:
        owner.execute(change)
    with pytest.raises(VaultUnreadable):
        taken(store, export_id)


def test_a_rotation_of_the_keys_keeps_files_and_a_new_sealing_drops_them(pool: Pool, store: ExportStore) -> None:
    export_id = made(store)
    rotating = ExportStore(pool, ASSOCIATION, Keyring([NEXT_KEY, KEY]))
    assert (rotating.rewrap(), rotating.rewrap()) == (1, 0)
    after = ExportStore(pool, ASSOCIATION, Keyring([NEXT_KEY]))
    assert taken(after, export_id) == NAME
    assert after.drop_all() == 1
    assert taken(after, export_id) is None


def test_a_file_that_cannot_be_made_says_so_and_may_be_asked_for_again(store: ExportStore) -> None:
    row, _ = begun(store)
    store.tell(row, 30, 120)
    known = store.find(row.export_id)
    assert known is not None
    assert (known.under_way, known.percent) == (True, 25)
    store.fail(row.export_id)
    (told,) = store.of_member(COOP, MEMBER)
    assert (told.state, told.under_way) == ("failed", False)
    assert store.ask(request(), NOW) is not None


def chosen(*lines: int, columns: ExportColumns = "every") -> ExportRequest:
    """Somebody asks for a list of some rows of one basket."""
    rows = ChosenRows(columns, [(CAMPAIGN, line) for line in lines])
    return ExportRequest(uuid4(), COOP, MEMBER, ExportKind.LIST, CAMPAIGN, None, "csv", rows)


def test_the_same_rows_with_the_same_columns_are_one_list_and_others_are_another(store: ExportStore) -> None:
    first, again = store.ask(chosen(1, 2), NOW), store.ask(chosen(1, 2), NOW)
    assert first is not None
    assert again == first
    others = [store.ask(chosen(2, 1), NOW), store.ask(chosen(1, 2, columns="displayed"), NOW)]
    assert len({first.export_id, *(one.export_id for one in others if one is not None)}) == 3
    assert store.ask(chosen(3), NOW) is None


def test_the_rows_of_a_list_come_back_in_their_order_until_it_is_made_or_failed(
    store: ExportStore, database: str
) -> None:
    row = store.ask(chosen(7, 1, 70_000), NOW)
    assert row is not None
    assert store.chosen(row.export_id) == ChosenRows("every", [(CAMPAIGN, line) for line in (7, 1, 70_000)])
    begin = store.begin(row.export_id)
    assert begin is not None
    assert store.finish(begin[0], "liste.csv", begin[1].end(), NOW)
    failed = store.ask(chosen(4), NOW)
    assert failed is not None
    store.fail(failed.export_id)
    assert (store.chosen(row.export_id), store.chosen(failed.export_id)) == (None, None)
    with psycopg.connect(database) as owner:
        assert owner.execute("SELECT count(*) FROM vault.exports WHERE chosen IS NOT NULL").fetchone() == (0,)
