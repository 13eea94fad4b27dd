"""Making the documents that people ask for: read, named, proved, and handed over as a report.

All figures of one document come from one snapshot of the read models; its proof names the last event they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from adapters.people_vault import Person
from domain.calendar import fiscal_year_bounds, fiscal_year_label, french_month, paris_date
from domain.closings.errors import PeriodNotBegun
from domain.closings.periods import PeriodKind
from domain.errors import NotFound
from projections import class_balances, contributions, directory, journal, online_account, papers, participants
from projections.by_hand import cash_slips
from projections.closings import closed_periods
from projections.directory import CampaignRow, CoopRow
from projections.engine.runner import tracked
from projections.journal import MonthKey
from reports.class_balance import CampaignHead, class_balance
from reports.family_annex import FamilyAnnex, with_families
from reports.income_in_advance import IncomeInput, income_in_advance
from reports.parts.provenance import Provenance, coop_provenance
from reports.parts.report import Report
from reports.parts.wording import PAYOUT_STATES, slip_numbers
from reports.payments_table import PersonNames, payments_table
from reports.statement import StatementInput, statement
from reports.treasury.payout_lines import PayoutHead, payout_report
from service.papers.payout_explanation import ExplainedPayout, explain_payout
from service.papers.printer import PaperPrinter
from service.reports.payout_entries import reported_line
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
        return self.class_balances((campaign_id,))(campaign_id)

    def class_balances(self, campaign_ids: Collection[UUID]) -> Callable[[UUID], Report]:
        """Read at once what the balance sheets of some campaigns are made of; return what makes each of them."""
        return self._opened.read(self.class_balances_seen, campaign_ids)

    def payments_table(self, campaign_id: UUID) -> Report:
        """Make the nominative table of a campaign's payments (S-166)."""
        return self._opened.read(self._payments_table, campaign_id)

    def statement(self, coop_id: UUID, month: date) -> Report:
        """Make the statement of a month of a coop's online account (S-161)."""
        return self.statements(((coop_id, month),))(coop_id, month)

    def statements(self, months: Collection[MonthKey]) -> Callable[[UUID, date], Report]:
        """Read at once what the statements of some coops' months are made of; return what makes each of them."""
        return self._opened.read(self._statements, months)

    def income_in_advance(self, coop_id: UUID, year: int) -> Report:
        """Make the report of what a coop collected by the end of a fiscal year and pays for later ones."""
        return self.incomes_in_advance(((coop_id, year),))(coop_id, year)

    def incomes_in_advance(self, years: Collection[tuple[UUID, int]]) -> Callable[[UUID, int], Report]:
        """Read at once what the reports of some coops' fiscal years are made of; return what makes each of them."""
        return self._opened.read(self._incomes_in_advance, years)

    def family_voucher(self, campaign_id: UUID, archived: Mapping[UUID, PersonNames] | None = None) -> Report:
        """Give a campaign's final recap, else its provisional document, with the restricted annex by family (S-168).

        ``archived`` are the payers' names, by contribution, that the caller read in the accounting archive.
        """
        printer = PaperPrinter(self._opened, self._produced_at)
        campaign, coop = self._opened.read(self._campaign, campaign_id)
        recap = self._opened.read(papers.last_recap, campaign_id)
        report = printer.provisional(coop.coop_id, campaign_id) if recap is None else printer.paper(recap)
        return self._opened.read(self._with_families, campaign, report, archived or {})

    def payout_lines(self, coop_id: UUID, payout_id: UUID, *, named: bool) -> Report:
        """Explain a payout down to each child; ``named`` with the names of children that the vault still knows."""
        explained = explain_payout(self._opened, coop_id, payout_id)
        return self._opened.read(self._payout_lines, explained, named)

    def class_balances_seen(
        self, connection: Connection[Any], campaign_ids: Collection[UUID]
    ) -> Callable[[UUID], Report]:
        """Read the same on a snapshot that the caller has."""
        campaigns = directory.campaigns(connection, campaign_ids)
        for campaign_id in campaign_ids:
            if campaign_id not in campaigns:
                raise NotFound(campaign=campaign_id)
        coops = self._coops(connection, {row.coop_id for row in campaigns.values()})
        rows = class_balances.of_campaigns(connection, campaign_ids)
        labels = directory.labels_by_coop(connection, coops)
        proof = self._proof(connection)

        def lay_out(campaign_id: UUID) -> Report:
            campaign = campaigns[campaign_id]
            named = labels[campaign.coop_id, campaign.school_year]
            return class_balance(proof(coops[campaign.coop_id]), _head(campaign), rows[campaign_id], named)

        return lay_out

    def _payments_table(self, connection: Connection[Any], campaign_id: UUID) -> Report:
        campaign, coop = self._campaign(connection, campaign_id)
        orders = contributions.of_campaign(connection, campaign_id)
        children = participants.of_campaign(connection, campaign_id)
        names = self._names([*(row.payer_id for row in orders), *(child.participant_id for child in children)])
        labels = directory.class_labels(connection, coop.coop_id, campaign.school_year)
        slips = slip_numbers(cash_slips.of_campaign(connection, campaign_id))
        proof, head = self._proof(connection)(coop), _head(campaign)
        return payments_table(proof, head, orders, children, names, labels, slips=slips)

    def _statements(self, connection: Connection[Any], months: Collection[MonthKey]) -> Callable[[UUID, date], Report]:
        coops, made_on = self._coops(connection, {coop_id for coop_id, _ in months}), paris_date(self._produced_at)
        proof, named = self._proof(connection), references(connection, coops)
        lines = journal.online_lines(connection, months)
        open_months = online_account.boxes(connection, months)
        closings = closed_periods.of_periods(connection, PeriodKind.MONTH, months)
        later = journal.later_lines(connection, closings)

        def lay_out(coop_id: UUID, month: date) -> Report:
            if month > made_on:
                raise PeriodNotBegun(period=french_month(month).capitalize(), first_day=month)
            key = coop_id, month
            moved, closing = entries(lines[key], named), closings.get(key)
            if closing is None:
                given = StatementInput(month, made_on, *open_months[key], moved)
            else:
                event, came_later = closing.event, entries(later[key], named)
                given = StatementInput(month, made_on, event.boxes, event.blocked, moved, closing, came_later)
            return statement(proof(coops[coop_id]), given)

        return lay_out

    def _incomes_in_advance(
        self, connection: Connection[Any], years: Collection[tuple[UUID, int]]
    ) -> Callable[[UUID, int], Report]:
        coops, today = self._coops(connection, {coop_id for coop_id, _ in years}), paris_date(self._produced_at)
        begins = {key: fiscal_year_bounds(key[1])[0] for key in years}
        for (_, year), first_day in begins.items():
            if first_day > today:
                raise PeriodNotBegun(period=f"L’exercice {fiscal_year_label(year)}", first_day=first_day)
        asked = [(coop_id, first_day) for (coop_id, _), first_day in begins.items()]
        closings = closed_periods.of_periods(connection, PeriodKind.YEAR, asked)
        titles = {row.campaign_id: row.title for row in directory.campaigns_of(connection, *coops)}
        ends = {year: fiscal_year_bounds(year)[1] for _, year in years}
        deferred = {year: journal.deferred_on(connection, coops, last_day) for year, last_day in ends.items()}
        association, reached, proof = self._opened.association(), tracked(connection), self._proof(connection)
        income = {
            key: self._opened.held_later(*key, reached if closing is None else closing.event.up_to_position)
            for key, first_day in begins.items()
            for closing in (closings.get((key[0], first_day)),)
        }

        def lay_out(coop_id: UUID, year: int) -> Report:
            key = coop_id, year
            given = IncomeInput(
                last_day=ends[year],
                income=income[key],
                titles=titles,
                deferring=association.deferring_since(year) is not None,
                closed=(coop_id, begins[key]) in closings,
                deferred=deferred[year][coop_id],
            )
            return income_in_advance(proof(coops[coop_id]), given)

        return lay_out

    def _payout_lines(self, connection: Connection[Any], explained: ExplainedPayout, named: bool) -> Report:  # noqa: FBT001 - passed on by ``read``
        row = explained.row
        coop = self._coops(connection, (row.coop_id,))[row.coop_id]
        ids = (one.participant_id for one in explained.lines if one.participant_id is not None)
        names = self._names(ids) if named else {}
        head = PayoutHead(
            reference=references(connection, (row.coop_id,))[row.payout_id],
            cents=row.cents,
            state=PAYOUT_STATES[row.status],
            asked_on=paris_date(row.requested_at),
            iban=directory.masked_iban(connection, row.bank_account_id),
        )
        lines = [reported_line(one, names) for one in explained.lines]
        return payout_report(self._proof(connection)(coop), head, lines, named=named)

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
        return campaign, self._coops(connection, (campaign.coop_id,))[campaign.coop_id]

    def _coops(self, connection: Connection[Any], coop_ids: Collection[UUID]) -> dict[UUID, CoopRow]:
        found = {row.coop_id: row for row in directory.coops(connection, coop_ids)}
        for coop_id in coop_ids:
            if coop_id not in found:
                raise NotFound(coop=coop_id)
        return found

    def _proof(self, connection: Connection[Any]) -> Callable[[CoopRow], Provenance]:
        """What makes the proof of what the snapshot shows, for a coop."""
        last, head = self._opened.standing(connection)
        return lambda coop: coop_provenance(coop, self._opened.name, last, head, self._produced_at)

    def _names(self, ids: Iterable[UUID]) -> dict[UUID, PersonNames]:
        """The names that the vault still knows."""
        return _names_of(self._opened.people(set(ids)))


def _head(row: CampaignRow) -> CampaignHead:
    return CampaignHead(row.campaign_id, row.title, row.school_year, row.opens_at, row.closes_at)


def _names_of(people: Mapping[UUID, Person]) -> dict[UUID, PersonNames]:
    return {key: PersonNames(person.first_name, person.last_name) for key, person in people.items()}
