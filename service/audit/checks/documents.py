"""Every document with totals, made of the replay: two definitions of one total meet here, not at a printing.

The table of payments is left out: it lists rows beside names, and states nothing that another document could deny.
Names of people are left out: the auditor has no key of the vault, and no figure depends on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from adapters.log.chain import hash_at
from domain.association.state import Association
from domain.calendar import fiscal_year, fiscal_year_label, paris_noon
from domain.closings.cut_off import SpreadIncome, held_later
from domain.errors import LedgerError
from domain.recorded_event import RecordedEvent
from projections import directory, online_account, papers
from projections.directory import CampaignRow, CoopRow
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import Audit
from service.papers.printer import PaperPrinter, SoFar
from service.reports import ReportBuilder

if TYPE_CHECKING:
    from adapters.people_vault import Person

T = TypeVar("T")


class ReplayedSource:
    """What documents are made of, as the replay shows it: everybody in it is without a name."""

    def __init__(self, audit: Audit) -> None:
        """Read the tables of the replay."""
        self._audit = audit
        self._association = audit.plan.association()
        self.name = self._association.name
        self.log_schema = audit.place.slug

    def read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Ask the replay, inside its one snapshot."""
        return query(self._audit.replayed, *args)

    def people(self, ids: Iterable[UUID]) -> dict[UUID, Person]:  # noqa: ARG002 (no names are known here)
        """An empty answer: the auditor reads no names."""
        return {}

    def association(self) -> Association:
        """The association's name and policies, as the replay met them."""
        return self._association

    def head(self) -> tuple[int, bytes]:
        """Where the replay stands, and the chain's hash there."""
        return self._audit.position, hash_at(self._audit.replayed, self.log_schema, self._audit.position)

    def held_later(self, coop_id: UUID, year: int, up_to: int) -> Sequence[SpreadIncome]:
        """What was folded while the log was read; what could not be is folded again, to say why."""
        reading = self._audit.reading.coops.get(coop_id)
        known = None if reading is None else reading.income.get((year, up_to))
        if known is not None:
            return known
        facts, since = self.coop_events(coop_id, up_to), self._association.deferring_since(year)
        return held_later(facts, year, since=since)

    def coop_events(self, coop_id: UUID, up_to: int) -> Iterator[RecordedEvent]:
        """The events of a coop, of any stream, as far as they can be read."""
        return self._audit.coop_events(coop_id, up_to)


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Make them all; one that cannot be made is a finding, with the sentence that a treasurer would read."""
    source, now = ReplayedSource(audit), datetime.now(UTC)
    for coop in directory.coops(audit.replayed):
        months = online_account.months(audit.replayed, coop.coop_id)
        # Facts are dated by other clocks than the auditor's: a month that has money has begun.
        at = max([now, *(paris_noon(row.period) for row in months)])
        builder, printer = ReportBuilder(source, at), PaperPrinter(source, at)
        years = dict[int, int]()
        for row in months:
            years[fiscal_year(row.period)] = row.position
            make = partial(builder.statement, coop.coop_id, row.period)
            yield from _made(audit, coop, f"le relevé du {row.period:%m/%Y}", row.position, make)
        for year, position in years.items():
            name = f"les recettes constatées d’avance de l’exercice {fiscal_year_label(year)}"
            yield from _made(audit, coop, name, position, partial(builder.income_in_advance, coop.coop_id, year))
        yield from _of_campaigns(audit, builder, printer, coop)


def _of_campaigns(audit: Audit, builder: ReportBuilder, printer: PaperPrinter, coop: CoopRow) -> Iterator[AuditFinding]:
    """Make the documents of a coop's campaigns; its log is folded once for all their papers."""
    campaigns = directory.campaigns_of(audit.replayed, coop.coop_id)
    folded: list[SoFar] = []
    if campaigns:
        name = "les pièces provisoires"
        fold = partial(_so_far, audit, printer, coop.coop_id)
        yield from _made(audit, coop, name, campaigns[0].position, lambda: folded.append(fold()))
    for campaign in campaigns:
        yield from _of_campaign(audit, builder, printer, coop, campaign, folded)


def _so_far(audit: Audit, printer: PaperPrinter, coop_id: UUID) -> SoFar:
    """What the campaigns of a coop have come to, folded while the log was read; else it is folded again, to say why."""
    reading = audit.reading.coops.get(coop_id)
    if reading is None or reading.so_far is None:
        return printer.so_far(coop_id)
    head = hash_at(audit.replayed, audit.place.slug, audit.position)
    return SoFar(audit.position, head, reading.so_far)


def _of_campaign(
    audit: Audit,
    builder: ReportBuilder,
    printer: PaperPrinter,
    coop: CoopRow,
    campaign: CampaignRow,
    folded: Sequence[SoFar],
) -> Iterator[AuditFinding]:
    """Make the documents of one campaign: its balance sheet, what it has come to, its last recap if there is one."""
    campaign_id = campaign.campaign_id
    made = {"le bilan par classe": partial(builder.class_balance, campaign_id)}
    for so_far in folded:
        made["la pièce provisoire"] = partial(printer.provisional_of, so_far, campaign_id)
    recap = papers.last_recap(audit.replayed, campaign_id)
    if recap is not None:
        made["le récapitulatif"] = partial(printer.paper, recap)
    for name, make in made.items():
        yield from _made(audit, coop, f"{name} de la collecte {campaign_id}", campaign.position, make)


def _made(audit: Audit, coop: CoopRow, name: str, position: int, make: Callable[[], object]) -> Iterator[AuditFinding]:
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
