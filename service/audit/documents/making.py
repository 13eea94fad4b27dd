"""Every document with totals, made: two definitions of one total meet here, not at a printing.

The table of payments is left out: it lists rows beside names, and states nothing that another document could deny.
Names of people are left out: the auditor has no key of the vault, and no figure depends on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from domain.calendar import fiscal_year, fiscal_year_label, paris_noon
from domain.errors import LedgerError
from projections import directory, online_account, papers
from projections.directory import CampaignRow, CoopRow
from service.audit.documents.source import DocumentGround, ShownSource
from service.audit.findings import AuditFinding, FindingKind
from service.papers.printer import PaperPrinter, SoFar
from service.reports import ReportBuilder


def documents(ground: DocumentGround) -> Iterator[AuditFinding]:
    """Make them all; one that cannot be made is a finding, with the sentence that a treasurer would read."""
    source, now = ShownSource(ground), datetime.now(UTC)
    for coop in directory.coops(ground.shown):
        months = online_account.months(ground.shown, coop.coop_id)
        # Facts are dated by other clocks than the auditor's: a month that has money has begun.
        at = max([now, *(paris_noon(row.period) for row in months)])
        builder, printer = ReportBuilder(source, at), PaperPrinter(source, at)
        years = dict[int, int]()
        for row in months:
            years[fiscal_year(row.period)] = row.position
            make = partial(builder.statement, coop.coop_id, row.period)
            yield from _made(ground, coop, f"le relevé du {row.period:%m/%Y}", row.position, make)
        for year, position in years.items():
            name = f"les recettes constatées d’avance de l’exercice {fiscal_year_label(year)}"
            yield from _made(ground, coop, name, position, partial(builder.income_in_advance, coop.coop_id, year))
        yield from _of_campaigns(ground, builder, printer, coop)


def _of_campaigns(
    ground: DocumentGround, builder: ReportBuilder, printer: PaperPrinter, coop: CoopRow
) -> Iterator[AuditFinding]:
    """Make the documents of a coop's campaigns; its log is folded once for all their papers."""
    campaigns = directory.campaigns_of(ground.shown, coop.coop_id)
    folded: list[SoFar] = []
    if campaigns:
        name = "les pièces provisoires"
        fold = partial(_so_far, ground, printer, coop.coop_id)
        yield from _made(ground, coop, name, campaigns[0].position, lambda: folded.append(fold()))
    for campaign in campaigns:
        yield from _of_campaign(ground, builder, printer, coop, campaign, folded)


def _so_far(ground: DocumentGround, printer: PaperPrinter, coop_id: UUID) -> SoFar:
    """What the campaigns of a coop have come to, folded while the log was read; else it is folded again, to say why."""
    reading = ground.coops.get(coop_id)
    if reading is None or reading.so_far is None:
        return printer.so_far(coop_id)
    return SoFar(*ground.head(), reading.so_far)


def _of_campaign(
    ground: DocumentGround,
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
    recap = papers.last_recap(ground.shown, campaign_id)
    if recap is not None:
        made["le récapitulatif"] = partial(printer.paper, recap)
    for name, make in made.items():
        yield from _made(ground, coop, f"{name} de la collecte {campaign_id}", campaign.position, make)


def _made(
    ground: DocumentGround, coop: CoopRow, name: str, position: int, make: Callable[[], object]
) -> Iterator[AuditFinding]:
    """Make one document, or say why it cannot be made."""
    ground.examined["documents"] += 1
    try:
        with ground.shown.transaction():
            make()
    except LedgerError as error:
        reason = f"{error.french} ({error.code})"
    except Exception as error:  # noqa: BLE001 - whatever a forged event makes of our code is a finding
        reason = type(error).__name__
    else:
        return
    sentence = f"Impossible d’établir {name}\u00a0: {reason}"
    yield AuditFinding(FindingKind.DOCUMENT, position, sentence, coop.coop_id)
