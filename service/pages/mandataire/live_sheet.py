"""What the live page shows of a campaign: one row a class, formatted once for the page and for the stream.

A class of few families has no row of its own (``domain.association.anonymity``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, Self

from psycopg import Connection

from domain.association.anonymity import ClassGroups
from domain.money import euros
from projections import class_balances, directory
from projections.class_balances import ClassBalance
from projections.directory import CampaignRow, CoopRow
from projections.engine.runner import tracked
from projections.figures import child_rows
from service.pages.coop.selection import OTHER_CLASSES, RowKind, RowSelection

_ALL: Final = 100
_OTHERS: Final = "Autres classes"


class SheetRow(NamedTuple):
    """A class, or those that are shown as one: cents as integers, ``percent`` its part of the campaign's balance."""

    class_code: str
    label: str
    participants: int
    received: int
    returned: int
    balance: int
    percent: int = 0

    @property
    def group(self) -> str | None:
        """The class, or None for those that are shown as one."""
        return None if self.class_code == OTHER_CLASSES else self.class_code

    @classmethod
    def of(cls, code: str, label: str, balances: Iterable[ClassBalance]) -> Self:
        """Add some classes up."""
        rows = list(balances)
        return cls(
            code,
            label,
            sum(row.participants for row in rows),
            sum(row.received for row in rows),
            sum(row.refunded + row.unpaid + row.owed_to_families for row in rows),
            sum(row.balance for row in rows),
        )

    def of_total(self, total: int) -> Self:
        """Return the row with its part of a total, in hundredths."""
        return self._replace(percent=max(self.balance, 0) * _ALL // total if total > 0 else 0)


class Sheet(NamedTuple):
    """The campaign class by class, at a position of the log; ``rows_href`` begins the address of a figure's rows."""

    rows: tuple[SheetRow, ...]
    whole: SheetRow
    coop: CoopRow
    identification: str
    position: int
    rows_href: str

    def figures(self) -> dict[str, Any]:
        """The figures as the page writes them."""
        return {
            "rows": [
                {
                    **row._asdict(),
                    "received": euros(row.received),
                    "returned": euros(row.returned),
                    "balance": euros(row.balance),
                    "href": self.href(row),
                }
                for row in self.rows
            ],
            "begun": self.whole.received > 0,
            "participants": self.whole.participants,
            "received": euros(self.whole.received),
            "returned": euros(self.whole.returned),
            "total": euros(self.whole.balance),
        }

    def href(self, row: SheetRow) -> str:
        """Return the address of the rows of a class, without the word of the figure that it ends with."""
        return f"{self.rows_href}&classe={row.class_code}&montant=" if row.class_code else f"{self.rows_href}&montant="


def read_sheet(
    connection: Connection[Any], campaign: CampaignRow, association: str, base: str, threshold: int
) -> Sheet:
    """Read the sheet of a campaign of an association; classes in the order of the coop's list, others after them.

    ``base`` is the address below which the association's pages are; classes of fewer families than ``threshold`` are
    shown as one, or not at all.
    """
    labels = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
    balances = class_balances.in_order(class_balances.of_campaign(connection, campaign.campaign_id), labels)
    groups = child_rows.groups_of(connection, campaign.campaign_id, threshold)
    whole = SheetRow.of("", "École", balances)
    coop = directory.coops(connection, (campaign.coop_id,))[0]
    words = RowSelection(RowKind.CHILDREN, campaign=campaign.campaign_id).query()
    return Sheet(
        tuple(row.of_total(whole.balance) for row in grouped_rows(balances, labels, groups)),
        whole,
        coop,
        coop.identification(association),
        tracked(connection),
        f"{base}/coops/{coop.coop_id}/operations?{words}",
    )


def grouped_rows(balances: Iterable[ClassBalance], labels: Mapping[str, str], groups: ClassGroups) -> list[SheetRow]:
    """Return a row for each class that may have one, and one for those that are shown together, if there are any."""
    known = list(balances)
    rows = [
        SheetRow.of(row.class_code, labels.get(row.class_code, row.class_code), (row,))
        for row in known
        if row.class_code in groups.alone
    ]
    if groups.together:
        rows.append(SheetRow.of(OTHER_CLASSES, _OTHERS, (row for row in known if row.class_code in groups.together)))
    return rows
