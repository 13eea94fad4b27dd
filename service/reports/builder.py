"""Making the documents that people ask for: read, named, proved, and handed over as a report.

All figures of one document come from one snapshot of the read models; its proof names the last event they hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from adapters.log.chain import hash_at
from domain.calendar import paris_date
from domain.coop.state import PayoutStatus
from domain.errors import NotFound
from projections import class_balances, contributions, directory, journal, online_account, participants, payouts
from projections.directory import CampaignRow, CoopRow
from projections.engine.runner import tracked
from projections.participants import ParticipantRow
from reports.class_balance import CampaignHead, class_balance
from reports.parts.payout_parts import payout_parts
from reports.parts.provenance import Provenance, coop_provenance
from reports.parts.report import Report
from reports.payments_table import PersonNames, payments_table
from reports.statement import statement
from reports.voucher import FamilyAnnex, VoucherInput, VoucherPayout, voucher
from service.reports.source import DocumentSource
from service.reports.statement_entries import covered_by, entries, references

_LEFT: Final = frozenset({PayoutStatus.SENT.value, PayoutStatus.PAID.value})
"""Payouts that carried money away: those that failed or came back gave their movements back."""


class ReportBuilder:
    """Makes the documents of one association; the methods that take a connection run inside ``DocumentSource.read``."""

    def __init__(self, opened: DocumentSource, produced_at: datetime) -> None:
        """Make documents of one ledger; ``produced_at`` is the instant (UTC) that they bear."""
        self._opened = opened
        self._produced_at = produced_at

    def class_balance(self, campaign_id: UUID) -> Report:
        """Make the balance sheet of a campaign's classes."""
        return self._opened.read(self._class_balance, campaign_id)

    def payments_table(self, campaign_id: UUID) -> Report:
        """Make the nominative table of a campaign's payments (S-166)."""
        return self._opened.read(self._payments_table, campaign_id)

    def statement(self, coop_id: UUID, month: date) -> Report:
        """Make the statement of a month of a coop's online account (S-161)."""
        return self._opened.read(self._statement, coop_id, month)

    def voucher(self, campaign_id: UUID, *, families: bool) -> Report:
        """Make the accounting voucher of a campaign, with the restricted annex by family if asked (S-168)."""
        return self._opened.read(self._voucher, campaign_id, families)

    def _class_balance(self, connection: Connection[Any], campaign_id: UUID) -> Report:
        campaign, coop = self._campaign(connection, campaign_id)
        rows = class_balances.of_campaign(connection, campaign_id)
        children = participants.of_campaign(connection, campaign_id)
        labels = directory.class_labels(connection, coop.coop_id, campaign.school_year)
        return class_balance(self._proof(connection, coop), _head(campaign), rows, _due(children), labels)

    def _payments_table(self, connection: Connection[Any], campaign_id: UUID) -> Report:
        campaign, coop = self._campaign(connection, campaign_id)
        orders = contributions.of_campaign(connection, campaign_id)
        children = participants.of_campaign(connection, campaign_id)
        names = self._names([*(row.payer_id for row in orders), *(child.participant_id for child in children)])
        labels = directory.class_labels(connection, coop.coop_id, campaign.school_year)
        return payments_table(self._proof(connection, coop), _head(campaign), orders, children, names, labels)

    def _statement(self, connection: Connection[Any], coop_id: UUID, month: date) -> Report:
        coop = self._coop(connection, coop_id)
        lines = journal.online_lines(connection, coop_id, month)
        return statement(
            self._proof(connection, coop),
            month,
            online_account.boxes(connection, coop_id, month),
            entries(lines, references(connection, coop_id)),
            online_account.blocked_at_end(connection, coop_id, month),
        )

    def _voucher(self, connection: Connection[Any], campaign_id: UUID, families: bool) -> Report:  # noqa: FBT001
        campaign, coop = self._campaign(connection, campaign_id)
        children = participants.of_campaign(connection, campaign_id)
        orders = contributions.of_campaign(connection, campaign_id)
        made_payouts = [row for row in payouts.of_coop(connection, coop.coop_id) if row.status in _LEFT]
        mine = {row.contribution_id for row in orders}
        contents = covered_by(connection, [row.payout_id for row in made_payouts], mine)
        covered = [one for items in contents.values() for one in items]
        parts = payout_parts(journal.brought_online(connection, campaign_id), covered)
        given = VoucherInput(
            fiscal_year=campaign.school_year,
            number=campaign.number,
            campaign=_head(campaign),
            classes=class_balances.of_campaign(connection, campaign_id),
            due=_due(children),
            labels=directory.class_labels(connection, coop.coop_id, campaign.school_year),
            contributions=orders,
            payouts=[
                VoucherPayout(
                    row.fiscal_year,
                    row.number,
                    row.sent_at and paris_date(row.sent_at),
                    row.booked_on,
                    row.status,
                    row.cents,
                    parts.by_payout[row.payout_id],
                    contents[row.payout_id],
                )
                for row in made_payouts
                if row.payout_id in contents
            ],
            undistributed=parts.undistributed,
            blocked=sum(row.disputed for row in orders),
        )
        annex = None
        if families:
            ids = [*(row.payer_id for row in orders), *(child.participant_id for child in children)]
            annex = FamilyAnnex(children, self._names(ids))
        made = voucher(self._proof(connection, coop), given, annex)
        return replace(made, name=f"{made.name}-familles") if families else made

    def _campaign(self, connection: Connection[Any], campaign_id: UUID) -> tuple[CampaignRow, CoopRow]:
        campaign = directory.find_campaign(connection, campaign_id)
        if campaign is None:
            raise NotFound(campaign=campaign_id)
        return campaign, self._coop(connection, campaign.coop_id)

    def _coop(self, connection: Connection[Any], coop_id: UUID) -> CoopRow:
        found = directory.coops(connection, (coop_id,))
        if not found:
            raise NotFound(coop=coop_id)
        return found[0]

    def _proof(self, connection: Connection[Any], coop: CoopRow) -> Provenance:
        """The proof of what the snapshot shows."""
        last = tracked(connection)
        head = hash_at(connection, self._opened.log_schema, last)
        return coop_provenance(coop, self._opened.name, last, head, self._produced_at)

    def _names(self, ids: Iterable[UUID]) -> dict[UUID, PersonNames]:
        """The names that the vault still knows."""
        known = self._opened.people(set(ids))
        return {key: PersonNames(person.first_name, person.last_name) for key, person in known.items()}


def _head(row: CampaignRow) -> CampaignHead:
    return CampaignHead(
        row.campaign_id, row.title, row.school_year, row.opens_at, row.closes_at, finished=row.status == "archived"
    )


def _due(children: Iterable[ParticipantRow]) -> dict[str, int]:
    """The cents due by class of those who paid: who did not pay is not shown (domain: voluntary)."""
    due: Counter[str] = Counter()
    for child in children:
        if child.paid:
            due[child.class_code] += child.due
    return dict(due)
