"""Nothing in the code changes or removes a recorded event."""

import re

import pytest

from tests.house.sources import PACKAGES, files_in, where

LOG = "ledger_events"
CHANGES_THE_LOG = re.compile(
    rf"""\b(?:update(?:\s+only)?|delete\s+from(?:\s+only)?|truncate(?:\s+table)?(?:\s+only)?|merge\s+into|drop\s+table(?:\s+if\s+exists)?)
    \s+[^\s;]*\b{LOG}\b""",
    re.IGNORECASE | re.VERBOSE,
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_events SET",
        "delete from ad06.ledger_events where",
        'TRUNCATE TABLE "ad06"."ledger_events"',
        "truncate {schema}.ledger_events",
        "DROP TABLE IF EXISTS ledger_events",
    ],
)
def test_a_statement_that_changes_the_log_is_recognised(statement: str) -> None:
    assert CHANGES_THE_LOG.search(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "REVOKE UPDATE, DELETE, TRUNCATE ON ledger_events FROM PUBLIC",
        "BEFORE UPDATE OR DELETE ON ledger_events",
        "INSERT INTO ledger_events VALUES",
        "SELECT 1 FROM ledger_events FOR SHARE",
    ],
)
def test_a_statement_that_protects_or_extends_the_log_is_allowed(statement: str) -> None:
    assert not CHANGES_THE_LOG.search(statement)


def test_no_statement_changes_the_log() -> None:
    changing = [
        f"{where(path)}: {found[0]}"
        for path in files_in(*PACKAGES, suffixes=(".py", ".sql"))
        for found in CHANGES_THE_LOG.finditer(path.read_text(encoding="utf-8"))
    ]
    assert changing == []
