"""Every document with totals, made: two definitions of one total meet here, not at a printing.

What the documents of some coops are made of is read at once, by the code that makes them for a treasurer; where that
fails, each is read by itself, to say which of them cannot be made. The table of payments is left out: it lists rows
beside names, and states nothing that another document could deny. Names of people are left out: the auditor has no key
of the vault, and no figure depends on them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from domain.calendar import fiscal_year, fiscal_year_label, paris_noon
from domain.errors import LedgerError
from projections import directory, online_account, papers
from projections.directory import CampaignRow, CoopRow
from projections.online_account import MonthRow
from reports.parts.report import Report
from service.audit.documents.source import DocumentGround, ShownSource
from service.audit.findings import AuditFinding, FindingKind
from service.papers.printer import PaperPrinter, SoFar
from service.reports import ReportBuilder

K = TypeVar("K")
_COOPS: Final = 16
"""Coops that are read at once."""
_YEAR: Final = 12
"""Months of each of them that are read at once."""


class _Shown(NamedTuple):
    """A coop, the months in which its money moved, and its campaigns."""

    coop: CoopRow
    months: Sequence[MonthRow]
    campaigns: Sequence[CampaignRow]


class _Group(NamedTuple):
    """Some coops, and what makes their documents."""

    coops: Sequence[_Shown]
    source: ShownSource
    builder: ReportBuilder
    printer: PaperPrinter


def stated(ground: DocumentGround, coops: Sequence[CoopRow]) -> Iterator[AuditFinding]:
    """Make what read models state of some coops; what cannot be made is a finding, as treasurers read it."""
    for group in _groups(ground, coops):
        for first in range(0, max(len(one.months) for one in group.coops), _YEAR):
            yield from _statements(ground, group, first)
        yield from _balances(ground, group)


def folded(ground: DocumentGround, coops: Sequence[CoopRow]) -> Iterator[AuditFinding]:
    """Make what is folded of the log as well: what income is for later years, what campaigns have come to so far."""
    for group in _groups(ground, coops):
        yield from _incomes(ground, group)
        for one in group.coops:
            yield from _provisional(ground, group, one)


def _groups(ground: DocumentGround, coops: Sequence[CoopRow]) -> Iterator[_Group]:
    """Read which documents some of the coops at a time have."""
    source, now = ShownSource(ground), datetime.now(UTC)
    for first in range(0, len(coops), _COOPS):
        some = coops[first : first + _COOPS]
        ids = [coop.coop_id for coop in some]
        months = online_account.months(ground.shown, ids)
        campaigns: dict[UUID, list[CampaignRow]] = {coop_id: [] for coop_id in ids}
        for campaign in directory.campaigns_of(ground.shown, *ids):
            campaigns[campaign.coop_id].append(campaign)
        # Facts are dated by other clocks than the auditor's: a month that has money has begun.
        at = max([now, *(paris_noon(row.period) for rows in months.values() for row in rows)])
        shown = [_Shown(coop, months[coop.coop_id], campaigns[coop.coop_id]) for coop in some]
        yield _Group(shown, source, ReportBuilder(source, at), PaperPrinter(source, at))


def _statements(ground: DocumentGround, group: _Group, first: int) -> Iterator[AuditFinding]:
    """Make the statements of a year of months of each coop."""
    asked = [(one.coop, row) for one in group.coops for row in one.months[first : first + _YEAR]]
    keys = [(coop.coop_id, row.period) for coop, row in asked]
    make: Callable[[UUID, date], Report] = group.builder.statement
    together = _together(ground, group.builder.statements, keys)
    for coop, row in asked:
        name = f"le relevé du {row.period:%m/%Y}"
        made = partial(together or make, coop.coop_id, row.period)
        yield from _made(ground, coop, name, row.position, made, asks=together is None)


def _balances(ground: DocumentGround, group: _Group) -> Iterator[AuditFinding]:
    """Make the balance sheets of the campaigns, and their last recaps."""
    campaigns = [(one.coop, campaign) for one in group.coops for campaign in one.campaigns]
    ids = [campaign.campaign_id for _, campaign in campaigns]
    together = _together(ground, group.builder.class_balances, ids)
    recaps = papers.last_recaps(ground.shown, ids)
    for coop, campaign in campaigns:
        made = partial(together or group.builder.class_balance, campaign.campaign_id)
        of_campaign = f"de la collecte {campaign.campaign_id}"
        name, position = f"le bilan par classe {of_campaign}", campaign.position
        yield from _made(ground, coop, name, position, made, asks=together is None)
        recap = recaps.get(campaign.campaign_id)
        if recap is not None:
            name = f"le récapitulatif {of_campaign}"
            yield from _made(ground, coop, name, position, partial(group.printer.paper, recap))


def _incomes(ground: DocumentGround, group: _Group) -> Iterator[AuditFinding]:
    """Make what was received for later years, of each exercise in which money moved."""
    years = {(one.coop, fiscal_year(row.period)): row.position for one in group.coops for row in one.months}
    keys = [(coop.coop_id, year) for coop, year in years]
    together = _together(ground, group.builder.incomes_in_advance, keys)
    for (coop, year), position in years.items():
        name = f"les recettes constatées d’avance de l’exercice {fiscal_year_label(year)}"
        made = partial(together or group.builder.income_in_advance, coop.coop_id, year)
        yield from _made(ground, coop, name, position, made, asks=together is None)


def _together(
    ground: DocumentGround, read: Callable[[Collection[K]], Callable[..., Report]], asked: Collection[K]
) -> Callable[..., Report] | None:
    """Read what some documents are made of at once; None where that cannot be done."""
    with suppress(Exception), ground.shown.transaction():
        return read(asked)
    return None


def _provisional(ground: DocumentGround, group: _Group, one: _Shown) -> Iterator[AuditFinding]:
    """Make the provisional documents of a coop's campaigns; its log is folded once for all of them."""
    known: list[SoFar] = []
    if one.campaigns:
        reading = ground.coops.get(one.coop.coop_id)
        campaigns = None if reading is None else reading.so_far
        if campaigns is None:  # it could not be folded while the log was read: it is folded again, to say why
            fold = partial(group.printer.so_far, one.coop.coop_id)
        else:
            fold = partial(SoFar, *group.source.head(), campaigns)
        name, position = "les pièces provisoires", one.campaigns[0].position
        yield from _made(ground, one.coop, name, position, lambda: known.append(fold()), asks=campaigns is None)
    for so_far in known:
        for campaign in one.campaigns:
            make = partial(group.printer.provisional_of, so_far, campaign.campaign_id)
            name = f"la pièce provisoire de la collecte {campaign.campaign_id}"
            yield from _made(ground, one.coop, name, campaign.position, make, asks=False)


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
