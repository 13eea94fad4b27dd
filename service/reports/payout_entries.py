"""The lines of a payout as its report takes them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from reports.parts.wording import ERASED_NAME, payment_reference
from reports.payments_table import PersonNames
from reports.treasury.payout_lines import ReportedLine, part_words
from service.papers.payout_explanation import ExplainedLine


def reported_line(one: ExplainedLine, names: Mapping[UUID, PersonNames]) -> ReportedLine:
    """Give a line to the report, with the child's name where names are given."""
    line, person = one.line, None if one.participant_id is None else names.get(one.participant_id)
    return ReportedLine(
        on=line.on,
        label=one.label,
        figure=line.figure,
        campaign=one.campaign,
        school_class=one.school_class,
        tariff=one.tariff,
        reference="" if line.contribution_id is None else payment_reference(line.contribution_id),
        child="" if one.participant_id is None else ERASED_NAME if person is None else person.full,
        cents=line.cents,
        lost=line.lost,
        earlier=line.earlier,
        part=part_words(line.cents, line.whole, one.rest),
    )
