"""One contribution read for its receipt: rows and events of one snapshot, each event checked against the chain."""

from __future__ import annotations

from typing import Any, NamedTuple, Self
from uuid import UUID

from psycopg import Connection

from adapters.log.chain import ChainExcerpt, chain_excerpt, hash_at
from adapters.log.ledger import Ledger
from domain.errors import LedgerCorrupt, NotFound
from domain.events import decode
from domain.recorded_event import RecordedEvent
from domain.school_classes import UNASSIGNED
from projections import contributions, directory, journal, participants
from projections.contributions import ContributionRow
from projections.directory import CampaignRow, CoopRow
from projections.engine.runner import tracked
from projections.participants import ParticipantRow
from reports.parts.contribution_history import TOPICS, ContributionHistory, fold
from service.receipts.errors import NothingPaid


class ReceiptSource(NamedTuple):
    """What the ledger holds of a contribution of which something was paid; ``last`` is the end of the snapshot."""

    coop: CoopRow
    campaign: CampaignRow
    order: ContributionRow
    children: list[ParticipantRow]
    class_labels: dict[str, str]
    tariff_labels: dict[str, str]
    links: ChainExcerpt
    last: int
    head: bytes

    @classmethod
    def read(cls, connection: Connection[Any], ledger: Ledger, campaign_id: UUID, contribution_id: UUID) -> Self:
        """Read it inside ``OpenLedger.read``.

        Raises:
            NotFound: the ledger has no such contribution.
            NothingPaid: it has, but nothing was paid.

        """
        campaign = directory.find_campaign(connection, campaign_id)
        order = contributions.by_id(connection, contribution_id)
        if campaign is None or order is None or order.campaign_id != campaign_id:
            raise NotFound(contribution=contribution_id)
        if not order.paid:
            raise NothingPaid(contribution=contribution_id, status=order.status)
        lines = journal.lines_of_subject(connection, campaign_id, contribution_id)
        positions = {line.position for line in lines if line.topic in TOPICS}
        last = tracked(connection)
        return cls(
            coop=directory.coops(connection, (campaign.coop_id,))[0],
            campaign=campaign,
            order=order,
            children=participants.of_contribution(connection, contribution_id),
            class_labels=directory.class_labels(connection, campaign.coop_id, campaign.school_year),
            tariff_labels=directory.tariff_labels(connection, campaign_id),
            links=chain_excerpt(connection, ledger.log_schema, ledger.association_id, positions),
            last=last,
            head=hash_at(connection, ledger.log_schema, last),
        )

    @property
    def kept(self) -> int:
        """What the coop keeps by the read models, in cents."""
        return self.order.paid - self.order.given_back - self.order.lost

    def class_label(self, code: str) -> str:
        """A class as the coop calls it; no class has no name."""
        return self.class_labels.get(code, "" if code == UNASSIGNED else code)

    def facts(self) -> list[RecordedEvent]:
        """The events of the contribution's money, in order.

        Raises:
            LedgerCorrupt: one of them is not what was chained.

        """
        if self.links.broken:
            raise LedgerCorrupt(contribution=self.order.contribution_id, positions=self.links.broken)
        return [
            RecordedEvent(
                row.position, row.stream_id, row.version, row.coop_id, row.recorded_at, decode(row.topic, row.state)
            )
            for row in self.links.rows
        ]

    def history(self, up_to: int | None = None) -> ContributionHistory:
        """What the events tell, up to a position or to the end.

        Raises:
            LedgerCorrupt: they contradict the chain, or at the end the read models.

        """
        history = fold(fact.event for fact in self.facts() if up_to is None or fact.position <= up_to)
        if up_to is None and history.kept != self.kept:
            raise LedgerCorrupt(contribution=self.order.contribution_id, told=history.kept, kept=self.kept)
        return history
