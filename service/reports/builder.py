"""Making the documents that people ask for: read, named, proved, and handed over as a report.

All figures of one document come from one snapshot of the read models; its proof names the last event they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.calendar import fiscal_year_bounds, fiscal_year_label, french_month, paris_date
from domain.closings.errors import PeriodNotBegun
from domain.closings.periods import PeriodKind
from domain.errors import NotFound
from projections import class_balances, contributions, directory, journal, online_account, papers, participants
from projections.by_hand import cash_slips
from projections.closings import closed_periods
from projections.directory import CampaignRow, CoopRow
from projections.engine.runner import tracked
from reports.class_balance import CampaignHead, class_balance
from reports.family_annex import FamilyAnnex, with_families
from reports.income_in_advance import IncomeInput, income_in_advance
from reports.parts.provenance import Provenance, coop_provenance
from reports.parts.report import Report
from reports.parts.wording import slip_numbers
from reports.payments_table import PersonNames, payments_table
from reports.statement import StatementInput, statement
from service.papers.printer import PaperPrinter
from service.reports.statement_entries import entries, references
from service.runtime.document_source import DocumentSource


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
        return self.statements(coop_id, (month,))(month)

    def statements(self, coop_id: UUID, months: Sequence[date]) -> Callable[[date], Report]:
        """Read at once what the statements of some months of a coop are made of; return what makes each of them."""
        return self._opened.read(self._statements, coop_id, months)

    def income_in_advance(self, coop_id: UUID, year: int) -> Report:
        """Make the report of what a coop collected by the end of a fiscal year and pays for later ones."""
        return self._opened.read(self._income_in_advance, coop_id, year)

    def family_voucher(self, campaign_id: UUID, archived: Mapping[UUID, PersonNames] | None = None) -> Report:
        """Give a campaign's final recap, else its provisional document, with the restricted annex by family (S-168).

        ``archived`` are the payers' names, by contribution, that the caller read in the accounting archive.
        """
        printer = PaperPrinter(self._opened, self._produced_at)
        campaign, coop = self._opened.read(self._campaign, campaign_id)
        recap = self._opened.read(papers.last_recap, campaign_id)
        report = printer.provisional(coop.coop_id, campaign_id) if recap is None else printer.paper(recap)
        return self._opened.read(self._with_families, campaign, report, archived or {})

    def _class_balance(self, connection: Connection[Any], campaign_id: UUID) -> Report:
        campaign, coop = self._campaign(connection, campaign_id)
        rows = class_balances.of_campaign(connection, campaign_id)
        labels = directory.class_labels(connection, coop.coop_id, campaign.school_year)
        return class_balance(self._proof(connection, coop), _head(campaign), rows, labels)

    def _payments_table(self, connection: Connection[Any], campaign_id: UUID) -> Report:
        campaign, coop = self._campaign(connection, campaign_id)
        orders = contributions.of_campaign(connection, campaign_id)
        children = participants.of_campaign(connection, campaign_id)
        names = self._names([*(row.payer_id for row in orders), *(child.participant_id for child in children)])
        labels = directory.class_labels(connection, coop.coop_id, campaign.school_year)
        slips = slip_numbers(cash_slips.of_campaign(connection, campaign_id))
        proof, head = self._proof(connection, coop), _head(campaign)
        return payments_table(proof, head, orders, children, names, labels, slips=slips)

    def _statements(
        self, connection: Connection[Any], coop_id: UUID, months: Sequence[date]
    ) -> Callable[[date], Report]:
        coop, made_on = self._coop(connection, coop_id), paris_date(self._produced_at)
        proof, named = self._proof(connection, coop), references(connection, coop_id)
        lines = journal.online_lines(connection, coop_id, months)
        open_months = online_account.boxes(connection, coop_id, months)
        closings = closed_periods.of_months(connection, coop_id, months)
        later = {month: journal.later_lines(connection, coop_id, month) for month in closings}

        def lay_out(month: date) -> Report:
            if month > made_on:
                raise PeriodNotBegun(period=french_month(month).capitalize(), first_day=month)
            moved, closing = entries(lines[month], named), closings.get(month)
            if closing is None:
                given = StatementInput(month, made_on, *open_months[month], moved)
            else:
                event, came_later = closing.event, entries(later[month], named)
                given = StatementInput(month, made_on, event.boxes, event.blocked, moved, closing, came_later)
            return statement(proof, given)

        return lay_out

    def _income_in_advance(self, connection: Connection[Any], coop_id: UUID, year: int) -> Report:
        coop = self._coop(connection, coop_id)
        first_day, last_day = fiscal_year_bounds(year)
        if first_day > paris_date(self._produced_at):
            raise PeriodNotBegun(period=f"L’exercice {fiscal_year_label(year)}", first_day=first_day)
        closing = closed_periods.of_period(connection, coop_id, PeriodKind.YEAR, first_day)
        known = tracked(connection) if closing is None else closing.event.up_to_position
        titles = {row.campaign_id: row.title for row in directory.campaigns_of(connection, coop_id)}
        since = self._opened.association().deferring_since(year)
        income = self._opened.held_later(coop_id, year, known)
        given = IncomeInput(
            last_day=last_day,
            income=income,
            titles=titles,
            deferring=since is not None,
            closed=closing is not None,
            deferred=journal.deferred_on(connection, coop_id, last_day),
        )
        return income_in_advance(self._proof(connection, coop), given)

    def _with_families(
        self, connection: Connection[Any], campaign: CampaignRow, report: Report, archived: Mapping[UUID, PersonNames]
    ) -> Report:
        children = participants.of_campaign(connection, campaign.campaign_id)
        orders = contributions.of_campaign(connection, campaign.campaign_id)
        labels = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
        names = self._names([*(row.payer_id for row in orders), *(child.participant_id for child in children)])
        return with_families(report, FamilyAnnex(orders, children, labels, names, archived))

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
        last, head = self._opened.standing(connection)
        return coop_provenance(coop, self._opened.name, last, head, self._produced_at)

    def _names(self, ids: Iterable[UUID]) -> dict[UUID, PersonNames]:
        """The names that the vault still knows."""
        known = self._opened.people(set(ids))
        return {key: PersonNames(person.first_name, person.last_name) for key, person in known.items()}


def _head(row: CampaignRow) -> CampaignHead:
    return CampaignHead(row.campaign_id, row.title, row.school_year, row.opens_at, row.closes_at)
