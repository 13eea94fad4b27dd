"""Every document with totals, made of the replay: two definitions of one total meet here, not at a printing.

The table of payments is left out: it lists rows beside names, and states nothing that another document could deny.
Names of people are left out: the auditor has no key of the vault, and no figure depends on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from adapters.people_vault import Person
from domain.errors import LedgerError
from domain.events.association import AssociationRegistered
from projections import directory, online_account
from projections.directory import CampaignRow, CoopRow
from reports.parts.report import Report
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import Audit
from service.reports import ReportBuilder

T = TypeVar("T")


class ReplayedSource:
    """What documents are made of, as the replay shows it: everybody in it is without a name."""

    def __init__(self, audit: Audit) -> None:
        """Read the tables of the replay."""
        self._audit = audit
        self.name = next((event.name for _, _, event in audit.of_kind(AssociationRegistered)), "")
        self.log_schema = audit.place.slug

    def read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Ask the replay, inside its one snapshot."""
        return query(self._audit.replayed, *args)

    def people(self, ids: Iterable[UUID]) -> dict[UUID, Person]:  # noqa: ARG002 (nobody is known here)
        """Nobody."""
        return {}


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Make them all; one that cannot be made is a finding, with the sentence that a treasurer would read."""
    builder = ReportBuilder(ReplayedSource(audit), datetime.now(UTC))
    for coop in directory.coops(audit.replayed):
        for row in online_account.months(audit.replayed, coop.coop_id):
            name = f"le relevé du {row.period:%m/%Y}"
            make = partial(builder.statement, coop.coop_id, row.period)
            yield from _made(audit, coop, name, row.position, make)
        for campaign in directory.campaigns_of(audit.replayed, coop.coop_id):
            yield from _of_campaign(audit, builder, coop, campaign)


def _of_campaign(audit: Audit, builder: ReportBuilder, coop: CoopRow, campaign: CampaignRow) -> Iterator[AuditFinding]:
    """Make the documents of one campaign."""
    campaign_id = campaign.campaign_id
    made = {
        "le bilan par classe": partial(builder.class_balance, campaign_id),
        "la pièce comptable": partial(builder.voucher, campaign_id, families=False),
    }
    for name, make in made.items():
        yield from _made(audit, coop, f"{name} de la collecte {campaign_id}", campaign.position, make)


def _made(audit: Audit, coop: CoopRow, name: str, position: int, make: Callable[[], Report]) -> Iterator[AuditFinding]:
    """Make one document, or say why it cannot be made."""
    audit.examined["documents"] += 1
    try:
        with audit.replayed.transaction():
            make()
    except LedgerError as error:
        reason = f"{error.french} ({error.code})"
    except Exception as error:  # noqa: BLE001 - whatever a forged event makes of our code is a finding
        reason = type(error).__name__
    else:
        return
    sentence = f"Impossible d’établir {name}\u00a0: {reason}"
    yield AuditFinding(FindingKind.DOCUMENT, position, sentence, coop.coop_id)
