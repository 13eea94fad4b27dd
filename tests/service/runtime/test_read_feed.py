"""The feed knows whether it would hear a notice: while it would not, nothing that notices keep true may be believed."""

from __future__ import annotations

import psycopg

from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for
from service.runtime.read_feed import CHANNEL, ReadFeed
from tests.kit.waiting import wait_until


def test_a_feed_listens_again_after_its_connection_was_cut_and_says_that_it_did_not_meanwhile(database: str) -> None:
    migrate_database(database)
    feed = ReadFeed(conninfo_for(database, DatabaseRole.APP))
    with psycopg.connect(database, autocommit=True) as administrator:
        wait_until(lambda: feed.listening, seconds=10)
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        wait_until(lambda: not feed.listening, seconds=10, pause=0.01)
        wait_until(lambda: feed.listening, seconds=10)
        administrator.execute("SELECT pg_notify(%s, 'ad06_read:7')", (CHANNEL,))
        wait_until(lambda: feed.position("ad06_read") == 7, seconds=10)
    feed.close()
    assert not feed.listening
