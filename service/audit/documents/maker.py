"""Every document with totals, made: two definitions of one total meet here, not at a printing.

The table of payments is left out: it lists rows beside names, and states nothing that another document could deny.
Names of people are left out: the auditor has no key of the vault, and no figure depends on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Final
from uuid import UUID

from domain.calendar import fiscal_year, fiscal_year_label, paris_noon
from domain.errors import LedgerError
from projections import directory, online_account, papers
from projections.directory import CoopRow
from projections.online_account import MonthRow
from service.audit.documents.source import SHARES, DocumentGround, ShownSource
from service.audit.findings import AuditFinding, FindingKind
from service.papers.printer import PaperPrinter, SoFar
from service.reports import ReportBuilder

_YEAR: Final = 12
"""Months of a coop that are read at once."""


def stated(ground: DocumentGround, share: int) -> Iterator[AuditFinding]:
    """Make what read models state of a share of the coops; what cannot be made is a finding, as treasurers read it."""
    source, now = ShownSource(ground), datetime.now(UTC)
    for coop in directory.coops(ground.shown)[share::SHARES]:
        months = online_account.months(ground.shown, coop.coop_id)
        at = _late_enough(now, months)
        builder, printer = ReportBuilder(source, at), PaperPrinter(source, at)
        for first in range(0, len(months), _YEAR):
            yield from _statements(ground, builder, coop, months[first : first + _YEAR])
        for campaign in directory.campaigns_of(ground.shown, coop.coop_id):
            made = {"le bilan par classe": partial(builder.class_balance, campaign.campaign_id)}
            recap = papers.last_recap(ground.shown, campaign.campaign_id)
            if recap is not None:
                made["le récapitulatif"] = partial(printer.paper, recap)
            for name, make in made.items():
                of_campaign = f"{name} de la collecte {campaign.campaign_id}"
                yield from _made(ground, coop, of_campaign, campaign.position, make)


def folded(ground: DocumentGround, share: int) -> Iterator[AuditFinding]:
    """Make what is folded of the log as well: what income is for later years, what campaigns have come to so far."""
    source, now = ShownSource(ground), datetime.now(UTC)
    for coop in directory.coops(ground.shown)[share::SHARES]:
        months = online_account.months(ground.shown, coop.coop_id)
        at = _late_enough(now, months)
        builder, printer = ReportBuilder(source, at), PaperPrinter(source, at)
        years = {fiscal_year(row.period): row.position for row in months}
        for year, position in years.items():
            name = f"les recettes constatées d’avance de l’exercice {fiscal_year_label(year)}"
            yield from _made(ground, coop, name, position, partial(builder.income_in_advance, coop.coop_id, year))
        yield from _provisional(ground, printer, coop)


def _statements(
    ground: DocumentGround, builder: ReportBuilder, coop: CoopRow, months: Sequence[MonthRow]
) -> Iterator[AuditFinding]:
    """Make the statements of some months of a coop; where they cannot be read together, each by itself."""
    make: Callable[[date], object] = partial(builder.statement, coop.coop_id)
    asks = True
    with suppress(Exception), ground.shown.transaction():
        make, asks = builder.statements(coop.coop_id, [row.period for row in months]), False
    for row in months:
        name = f"le relevé du {row.period:%m/%Y}"
        yield from _made(ground, coop, name, row.position, partial(make, row.period), asks=asks)


def _late_enough(now: datetime, months: Sequence[MonthRow]) -> datetime:
    """Facts are dated by other clocks than the auditor's: a month that has money has begun."""
    return max([now, *(paris_noon(row.period) for row in months)])


def _provisional(ground: DocumentGround, printer: PaperPrinter, coop: CoopRow) -> Iterator[AuditFinding]:
    """Make the provisional documents of a coop's campaigns; its log is folded once for all of them."""
    campaigns = directory.campaigns_of(ground.shown, coop.coop_id)
    known: list[SoFar] = []
    if campaigns:
        fold = partial(_so_far, ground, printer, coop.coop_id)
        name, position = "les pièces provisoires", campaigns[0].position
        yield from _made(ground, coop, name, position, lambda: known.append(fold()))
    for so_far in known:
        for campaign in campaigns:
            make = partial(printer.provisional_of, so_far, campaign.campaign_id)
            name = f"la pièce provisoire de la collecte {campaign.campaign_id}"
            yield from _made(ground, coop, name, campaign.position, make, asks=False)


def _so_far(ground: DocumentGround, printer: PaperPrinter, coop_id: UUID) -> SoFar:
    """What the campaigns of a coop have come to, folded while the log was read; else it is folded again, to say why."""
    reading = ground.coops.get(coop_id)
    if reading is None or reading.so_far is None:
        return printer.so_far(coop_id)
    return SoFar(*ground.head(), reading.so_far)


def _made(
    ground: DocumentGround, coop: CoopRow, name: str, position: int, make: Callable[[], object], *, asks: bool = True
) -> Iterator[AuditFinding]:
    """Make one document, or say why it cannot be made; one that ``asks`` a session is undone where that fails."""
    ground.examined["documents"] += 1
    try:
        with ground.shown.transaction() if asks else nullcontext():
            make()
    except LedgerError as error:
        reason = f"{error.french} ({error.code})"
    except Exception as error:  # noqa: BLE001 - whatever a forged event makes of our code is a finding
        reason = type(error).__name__
    else:
        return
    sentence = f"Impossible d’établir {name}\u00a0: {reason}"
    yield AuditFinding(FindingKind.DOCUMENT, position, sentence, coop.coop_id)
