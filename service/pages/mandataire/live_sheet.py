"""What the live page shows of a campaign: one row a class, formatted once for the page and for the stream."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection

from domain.money import euros
from projections import class_balances, directory
from projections.class_balances import ClassBalance
from projections.directory import CampaignRow, CoopRow
from projections.engine.runner import tracked

_ALL: Final = 100


class SheetRow(NamedTuple):
    """One class: cents as integers, ``percent`` its part of the campaign's balance."""

    class_code: str
    label: str
    participants: int
    received: int
    returned: int
    balance: int
    percent: int


class Sheet(NamedTuple):
    """The campaign class by class, at a position of the log."""

    rows: tuple[SheetRow, ...]
    coop: CoopRow
    identification: str
    position: int

    @property
    def participants(self) -> int:
        """How many children take part."""
        return sum(row.participants for row in self.rows)

    @property
    def received(self) -> int:
        """What came in, in cents."""
        return sum(row.received for row in self.rows)

    @property
    def returned(self) -> int:
        """What is not kept, in cents: refunded, unpaid, or owed to families."""
        return sum(row.returned for row in self.rows)

    @property
    def total(self) -> int:
        """The balance of the campaign, in cents."""
        return sum(row.balance for row in self.rows)

    def figures(self) -> dict[str, Any]:
        """The figures as the page writes them."""
        return {
            "rows": [
                {
                    **row._asdict(),
                    "received": euros(row.received),
                    "returned": euros(row.returned),
                    "balance": euros(row.balance),
                }
                for row in self.rows
            ],
            "participants": self.participants,
            "received": euros(self.received),
            "returned": euros(self.returned),
            "total": euros(self.total),
        }


def read_sheet(connection: Connection[Any], campaign: CampaignRow, association: str) -> Sheet:
    """Read the sheet of a campaign of an association; classes in the order of the coop's list, others after them."""
    labels = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
    balances = class_balances.in_order(class_balances.of_campaign(connection, campaign.campaign_id), labels)
    total = sum(row.balance for row in balances)
    coop = directory.coops(connection, (campaign.coop_id,))[0]
    return Sheet(
        tuple(_row(balance, labels, total) for balance in balances),
        coop,
        coop.identification(association),
        tracked(connection),
    )


def _row(balance: ClassBalance, labels: dict[str, str], total: int) -> SheetRow:
    return SheetRow(
        balance.class_code,
        labels.get(balance.class_code, balance.class_code),
        balance.participants,
        balance.received,
        balance.refunded + balance.unpaid + balance.owed_to_families,
        balance.balance,
        max(balance.balance, 0) * _ALL // total if total > 0 else 0,
    )
