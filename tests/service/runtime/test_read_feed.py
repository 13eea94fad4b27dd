"""The feed knows whether it would hear a notice: while it would not, nothing that notices keep true may be believed."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import psycopg

from adapters import api_tokens
from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for
from domain.rights.roles import MemberRole
from service.auth.authority import rights_notice
from service.auth.token_cache import NOTICE
from service.runtime.read_feed import CHANNEL, ReadFeed
from tests.kit.members.access import give_mandate, give_role, make_token
from tests.kit.postgres_ledger import SLUG, opened_ledger, register_association, register_coop, run
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


def test_a_right_that_is_given_or_taken_is_heard_of_and_no_other_event(database: str) -> None:
    with opened_ledger(database) as ledger:
        feed = ReadFeed(conninfo_for(database, DatabaseRole.APP))
        notice, coop_id = rights_notice(ledger.store.schema), uuid4()
        wait_until(lambda: feed.listening, seconds=10)
        run(ledger.bus, register_association(ledger), register_coop(ledger, coop_id))
        give_mandate(ledger, coop_id, days=(date(2026, 9, 1), date(2027, 8, 31)))
        mandate_at = ledger.store.head()[0]
        wait_until(lambda: feed.position(notice) == mandate_at, seconds=10)
        run(ledger.bus, register_coop(ledger, uuid4()))
        give_role(ledger, MemberRole.TREASURER)
        wait_until(lambda: feed.position(notice) == mandate_at + 2, seconds=10)
        feed.close()


def test_a_token_that_is_revoked_is_heard_of_each_time(database: str) -> None:
    with opened_ledger(database):
        feed = ReadFeed(conninfo_for(database, DatabaseRole.APP))
        wait_until(lambda: feed.listening, seconds=10)
        for number in (1, 2):
            make_token(database, SLUG, program=f"till-{number}")
            with psycopg.connect(database) as registry:
                token = api_tokens.tokens_of(registry, SLUG)[-1]
                api_tokens.revoke_token(registry, SLUG, token.token_id)
            wait_until(lambda number=number: feed.position(NOTICE) == number, seconds=10)  # type: ignore[misc]
        feed.close()
