"""Which e-mails about a coop were sent or wait to be: read from the tasks, which hold ids and no words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from adapters.connections import Lender

_SELECT: Final[LiteralString] = """
WITH letters AS (
    SELECT kind, facts, state, ended_at, run_at FROM work.tasks
    WHERE ledger = %(ledger)s AND facts ->> 'coop_id' = %(coop)s AND facts ? 'recipient_id' AND kind = ANY(%(kinds)s)
    UNION ALL
    SELECT kind, facts, state, ended_at, run_at FROM work.tasks
    WHERE ledger = %(ledger)s AND facts ->> 'member_id' = ANY(%(members)s) AND facts ? 'member_id'
      AND kind = ANY(%(kinds)s)
)
SELECT kind, (coalesce(ended_at, run_at) AT TIME ZONE 'Europe/Paris')::date AS day, state, facts ? 'unsent' AS unsent,
       count(*) AS number, max(coalesce(ended_at, run_at)) AS last_at
FROM letters GROUP BY 1, 2, 3, 4 ORDER BY last_at DESC, kind LIMIT %(limit)s
"""


class LettersOfDay(NamedTuple):
    """The e-mails of one kind on one Paris day that stand alike: how many, and when the last of them was or is due.

    ``state`` is that of their tasks; ``unsent`` says that nothing left, for good.
    """

    kind: str
    day: date
    state: str
    unsent: bool
    number: int
    last_at: datetime


def letters_of_days(
    pool: Lender, ledger: str, kinds: Collection[str], coop_id: UUID, members: Collection[UUID], limit: int
) -> list[LettersOfDay]:
    """Return the latest e-mails to the holders and the office of a coop, and those to some members.

    The pool is of the role ``coopledger_worker``. Tasks are forgotten some time after they were done.
    """
    values = {
        "ledger": ledger,
        "kinds": list(kinds),
        "coop": str(coop_id),
        "members": [str(member) for member in members],
        "limit": limit,
    }
    with pool.connection() as connection, connection.cursor(row_factory=class_row(LettersOfDay)) as cursor:
        return cursor.execute(_SELECT, values).fetchall()
