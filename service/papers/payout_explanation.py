"""A payout explained: every line that it is the sum of, called as people call it, and the sums of a choice of lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.calendar import paris_date
from domain.errors import NotFound
from domain.events import EVENT_TYPES
from domain.papers.payout_lines import PayoutFigure, PayoutLine, payout_lines
from domain.papers.payout_rests import rests_of
from projections import directory, participants, payouts
from projections.payouts import PayoutRow
from service.papers.payout_memory import RememberedPayout, memory_of
from service.runtime.document_source import DocumentSource

MOVEMENT_LABELS: Final = {kind.TOPIC.rpartition(".")[0]: kind.LABEL for kind in EVENT_TYPES}
"""How movements are called, by the topic of their event without its version."""
NO_CLASS: Final = "sans"
"""Lines of a campaign that are of no class; the code of a class is in capitals."""
OWN: Final = "propre"
"""Lines that are of no campaign: the coop's own."""


class ExplainedLine(NamedTuple):
    """A line with what it is called; ``participant_id`` is whose name the vault may know.

    ``rest`` says where the rest is of what the line brings in part: how much another payout brings, by the day on which
    that was asked for; None where none was yet.
    """

    line: PayoutLine
    label: str
    campaign: str
    school_class: str
    tariff: str
    participant_id: UUID | None
    rest: tuple[tuple[date | None, int], ...] = ()


class ClassLines(NamedTuple):
    """The lines of one class of a campaign in a payout; ``group`` is its code, or what stands for none."""

    group: str
    label: str
    lines: tuple[ExplainedLine, ...]


class CampaignLines(NamedTuple):
    """The lines of one campaign in a payout, by class in the order of the coop's list; None is the coop's own part."""

    campaign_id: UUID | None
    title: str
    lines: tuple[ExplainedLine, ...]
    classes: tuple[ClassLines, ...]


class ExplainedPayout(NamedTuple):
    """A payout and all its lines, in the order of its content."""

    row: PayoutRow
    lines: tuple[ExplainedLine, ...]
    campaigns: tuple[CampaignLines, ...]

    def chosen(self, figure: PayoutFigure, campaign_id: UUID | None, group: str) -> tuple[ExplainedLine, ...]:
        """Return the lines of a figure: of all campaigns or of one, of all its classes or of one, or the coop's own.

        Raises:
            NotFound: it has nothing of that campaign, or of that class.

        """
        lines: tuple[ExplainedLine, ...] = self.lines
        if group == OWN or campaign_id is not None:
            whose = next((one for one in self.campaigns if one.campaign_id == campaign_id), None)
            if whose is None:
                raise NotFound(campaign=campaign_id)
            lines = whose.lines
            if group not in ("", OWN):
                of_class = next((one for one in whose.classes if one.group == group), None)
                if of_class is None:
                    raise NotFound(group=group[:20])
                lines = of_class.lines
        return tuple(one for one in lines if one.line.cents and figure in (PayoutFigure.TOTAL, one.line.figure))


def sum_of(lines: Iterable[ExplainedLine], figure: PayoutFigure) -> int:
    """Add up what some lines bring of a figure, in signed cents."""
    return sum(one.line.cents for one in lines if figure in (PayoutFigure.TOTAL, one.line.figure))


def lost_of(lines: Iterable[ExplainedLine]) -> int:
    """Add up what of contested sums is lost for good with some lines."""
    return sum(one.line.lost for one in lines)


def find_payout(rows: Iterable[PayoutRow], payout_id: UUID) -> PayoutRow:
    """Return a payout of those of its coop.

    Raises:
        NotFound: the coop has no such payout.

    """
    for row in rows:
        if row.payout_id == payout_id:
            return row
    raise NotFound(payout=payout_id)


def explain_payout(opened: DocumentSource, coop_id: UUID, payout_id: UUID) -> ExplainedPayout:
    """Fold a coop's events to what one of its payouts brings.

    Raises:
        NotFound: the coop has no such payout.

    """
    rows = opened.read(payouts.of_coop, coop_id)
    row, last = find_payout(rows, payout_id), max((one.position for one in rows), default=0)
    arrived, memory = row.paid_at is not None, memory_of(opened)
    known = memory.find(payout_id) if arrived else None
    if known is None:
        folded = payout_lines(opened.coop_events(coop_id, row.position), opened.name, payout_id, arrived=arrived)
        known = RememberedPayout(folded, {}, 0)
    if known.as_of != last and any(line.in_part for line in known.lines):
        rests = rests_of(opened.coop_events(coop_id, last), opened.name, payout_id, known.lines)
        known = known._replace(rests=rests)
    known = known._replace(as_of=last)
    if arrived:
        memory.keep(payout_id, known)
    return opened.read(_named, row, known, {one.payout_id: one for one in rows})


def _named(
    connection: Connection[Any], row: PayoutRow, payout: RememberedPayout, rows: Mapping[UUID, PayoutRow]
) -> ExplainedPayout:
    """Call each line as the read models call its campaign, class and tariff, and each rest by the day of its payout."""
    lines = payout.lines
    campaigns = {one.campaign_id: one for one in directory.campaigns_of(connection, row.coop_id)}
    shown = dict.fromkeys(line.campaign_id for line in lines)
    labels = directory.labels_by_coop(connection, (row.coop_id,))
    classes: Mapping[UUID | None, dict[str, str]] = {
        campaign_id: {} if campaign_id is None else labels[row.coop_id, campaigns[campaign_id].school_year]
        for campaign_id in shown
    }
    tariffs = {key: directory.tariff_labels(connection, key) for key in shown if key is not None}
    ids = {line.contribution_id for line in lines if line.contribution_id is not None}
    children = {(one.contribution_id, one.line): one for one in participants.of_contributions(connection, ids)}
    named = []
    for line in lines:
        child = None if line.contribution_id is None else children.get((line.contribution_id, line.line))
        title = campaigns[line.campaign_id].title if line.campaign_id is not None else ""
        school_class = classes[line.campaign_id].get(line.class_code, line.class_code)
        tariff = "" if child is None else tariffs[child.campaign_id].get(child.tariff_id, "")
        participant_id = None if child is None else child.participant_id
        rest = tuple(
            (None if part.payout_id is None else paris_date(rows[part.payout_id].requested_at), part.cents)
            for part in payout.rests.get((line.position, line.line), ())
        )
        label = MOVEMENT_LABELS[line.kind]
        named.append(ExplainedLine(line, label, title, school_class, tariff, participant_id, rest))
    in_order = sorted(shown, key=lambda one: (one is None, campaigns[one].title if one is not None else "", str(one)))
    return ExplainedPayout(row, tuple(named), tuple(_of_campaign(one, named, classes[one]) for one in in_order))


def _of_campaign(campaign_id: UUID | None, lines: Iterable[ExplainedLine], labels: Mapping[str, str]) -> CampaignLines:
    own = tuple(one for one in lines if one.line.campaign_id == campaign_id)
    ranks = {code: rank for rank, code in enumerate(labels)}
    codes = {one.line.class_code for one in own} if campaign_id is not None else set[str]()
    ordered = sorted(codes, key=lambda code: (not code, ranks.get(code, len(ranks)), code))
    classes = tuple(
        ClassLines(
            code or NO_CLASS,
            labels.get(code, code) if code else "Sans classe",
            tuple(one for one in own if one.line.class_code == code),
        )
        for code in ordered
    )
    return CampaignLines(campaign_id, own[0].campaign, own, classes)
