"""One table says what is kept, why, how long and what erases it; nothing personal is outside of it."""

from __future__ import annotations

from collections import Counter
from typing import Final

import psycopg

from adapters.migrate import migrate_database
from service.retention.rule import table_of
from service.retention.rules import RULES
from tests.house.sources import ROOT

SCHEMAS: Final = ["vault", "work", "files", "trail"]


def columns(database: str) -> set[str]:
    """Every column of the schemas that may hold something about somebody."""
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT table_schema || '.' || table_name || '.' || column_name FROM information_schema.columns"
            " WHERE table_schema = ANY(%s)",
            (SCHEMAS,),
        )
        return {name for (name,) in rows}


def ruled() -> Counter[str]:
    """Every column that a rule names, as often as rules do."""
    return Counter(f"{table}.{one}" for rule in RULES for table, names in rule.columns.items() for one in names.split())


def test_every_column_of_every_table_has_a_rule(database: str) -> None:
    migrate_database(database)
    assert sorted(columns(database) - ruled().keys()) == []


def test_no_rule_names_a_column_that_is_not_there(database: str) -> None:
    migrate_database(database)
    assert sorted(ruled().keys() - columns(database)) == []


def test_a_column_that_no_rule_names_is_found(database: str) -> None:
    migrate_database(database)
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE vault.baskets ADD COLUMN nickname text")
    assert sorted(columns(database) - ruled().keys()) == ["vault.baskets.nickname"]


def test_the_page_is_the_table() -> None:
    page = (ROOT / "docs/retention.md").read_text(encoding="utf-8")
    assert table_of(RULES) in page


def test_every_rule_says_what_why_and_how_long() -> None:
    assert [rule for rule in RULES if not (rule.what and rule.why and rule.how_long)] == []


def test_what_nothing_erases_says_that_it_is_no_person_s_data() -> None:
    kept = [rule.how_long for rule in RULES if rule.erase is None]
    assert [text for text in kept if "no person's data" not in text and "ids" not in text] == []
