"""The figures of a coop as a whole: what its online account holds, what may be paid out, what is to come.

They are read from the tables that keep them up to date, never added up from events.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from projections import online_account
from projections.figures.rows import SOONEST_FIRST, FigureRows, read_rows
from projections.held import set_aside


class AccountNow(NamedTuple):
    """The online account of a coop now, in cents; ``available`` is what a payout may take."""

    balance: int
    blocked: int
    available: int

    @property
    def set_aside(self) -> int:
        """What was asked for and has not left: refunds and payouts."""
        return self.balance - self.blocked - self.available


class CampaignSum(NamedTuple):
    """What a campaign received, did not keep, and holds, and what instalments are still to bring; in cents."""

    campaign_id: UUID
    received: int
    returned: int
    balance: int
    to_come: int


class AttentionCounts(NamedTuple):
    """How many contributions need attention."""

    disputed: int
    stopped: int


_BY_CAMPAIGN: Final[LiteralString] = """
SELECT campaign_id, sum(paid)::bigint AS received, sum(given_back + lost)::bigint AS returned,
       sum(paid - given_back - lost)::bigint AS balance, sum(expected_later)::bigint AS to_come
FROM contributions WHERE campaign_id IN (SELECT campaign_id FROM campaigns WHERE coop_id = %(coop)s)
GROUP BY campaign_id
"""
_OF_COOP: Final[LiteralString] = """
SELECT (coalesce(paid_at, placed_at) AT TIME ZONE 'Europe/Paris')::date AS paid_on,
       'campaign.contribution_placed.1' AS topic, contribution_id AS subject_id, campaign_id, position AS place
"""
_FROM_COOP: Final[LiteralString] = """
FROM contributions WHERE campaign_id IN (SELECT campaign_id FROM campaigns WHERE coop_id = %(coop)s)
"""
_TO_COME: Final[LiteralString] = """
SELECT due_on AS paid_on, 'campaign.instalments_scheduled.1' AS topic, contribution_id AS subject_id, campaign_id,
       number AS place, cents AS value
FROM expected_instalments WHERE coop_id = %(coop)s
  AND (%(campaigns)s::uuid[] IS NULL OR campaign_id = ANY(%(campaigns)s))
"""
_DISPUTED: Final[LiteralString] = f"{_OF_COOP}, disputed AS value {_FROM_COOP} AND disputed <> 0"
_STOPPED: Final[LiteralString] = "status = 'partial' AND instalments > 1 AND expected_later = 0"
_INCOMPLETE: Final[LiteralString] = f"{_OF_COOP}, asked - paid AS value {_FROM_COOP} AND {_STOPPED}"
_COUNTS: Final[LiteralString] = f"""
SELECT count(*) FILTER (WHERE disputed > 0) AS disputed, count(*) FILTER (WHERE {_STOPPED}) AS stopped {_FROM_COOP}
"""

_BALANCE_ON: Final[LiteralString] = """
SELECT coalesce(sum(debit) - sum(credit), 0) FROM journal
WHERE coop_id = %(coop)s AND account IN ('online', 'online_blocked') AND paid_on <= %(day)s
"""


def account_now(connection: Connection[Any], coop_id: UUID) -> AccountNow:
    """Return what a coop's online account holds now, and what of it may be paid out."""
    balance, blocked = online_account.balance(connection, coop_id)
    return AccountNow(balance, blocked, balance - blocked - set_aside.of_coop(connection, coop_id))


def balance_on(connection: Connection[Any], coop_id: UUID, day: date) -> int:
    """Return what a coop's online account held at the end of a day, in cents, by all that is known of that day now."""
    values = {"coop": coop_id, "day": day}
    (cents,) = connection.execute(_BALANCE_ON, values).fetchone() or (0,)
    return int(cents)


def paid_out(connection: Connection[Any], coop_id: UUID) -> int:
    """Return what of a coop's online account was paid out to its bank, less what came back."""
    query = "SELECT coalesce(sum(transfers), 0)::bigint FROM online_account WHERE coop_id = %s"
    (cents,) = connection.execute(query, (coop_id,)).fetchone() or (0,)
    return int(cents)


def by_campaign(connection: Connection[Any], coop_id: UUID) -> dict[UUID, CampaignSum]:
    """Return what each campaign of a coop received and kept, of those that have a basket."""
    with connection.cursor(row_factory=class_row(CampaignSum)) as cursor:
        return {row.campaign_id: row for row in cursor.execute(_BY_CAMPAIGN, {"coop": coop_id})}


def attention_counts(connection: Connection[Any], coop_id: UUID) -> AttentionCounts:
    """Count the contributions of a coop that are contested, and those whose instalments stopped before the end."""
    return AttentionCounts(*(connection.execute(_COUNTS, {"coop": coop_id}).fetchone() or (0, 0)))


def rows_to_come(
    connection: Connection[Any], coop_id: UUID, offset: int = 0, campaigns: Collection[UUID] | None = None
) -> FigureRows:
    """Return each instalment to come, of some campaigns or of all, the soonest first by its day (S-154)."""
    values = {"coop": coop_id, "campaigns": None if campaigns is None else list(campaigns)}
    return read_rows(connection, _TO_COME, values, offset, order=SOONEST_FIRST)


def rows_disputed(connection: Connection[Any], coop_id: UUID, offset: int = 0) -> FigureRows:
    """Return what banks contest now of each contribution."""
    return read_rows(connection, _DISPUTED, {"coop": coop_id}, offset)


def rows_incomplete(connection: Connection[Any], coop_id: UUID, offset: int = 0) -> FigureRows:
    """Return what is missing of each contribution whose instalments stopped before the end."""
    return read_rows(connection, _INCOMPLETE, {"coop": coop_id}, offset)
