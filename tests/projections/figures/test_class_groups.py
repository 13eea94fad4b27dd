"""The classes that may show figures are found by the families of whom the coop holds money now."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

import pytest

from domain.association.anonymity import ClassGroups, group_classes
from projections import contributions, participants
from projections.figures import child_rows
from projections.figures.child_rows import ChildrenWanted
from tests.projections.projected_ledger import ProjectedLedger, projected
from tests.projections.school_year import school_year
from tests.projections.test_models import campaigns_of


def counted_by_hand(ledger: ProjectedLedger, campaign_id: UUID, threshold: int) -> ClassGroups:
    """The groups, counted child by child from the rows that all lists show."""
    payers = {row.contribution_id: row.payer_id for row in contributions.of_campaign(ledger.read, campaign_id)}
    taking_part, known = defaultdict[str, set[UUID]](set), defaultdict[str, set[UUID]](set)
    for child in participants.of_campaign(ledger.read, campaign_id):
        if child.paid or child.takes_part:
            known[child.class_code].add(payers[child.contribution_id])
        if child.takes_part:
            taking_part[child.class_code].add(payers[child.contribution_id])
    counts = {code: len(taking_part[code]) or len(known[code]) for code in known}
    few = set[UUID]().union(*(taking_part[code] for code in known if len(taking_part[code]) < threshold))
    return group_classes(counts, threshold, len(few))


@pytest.mark.parametrize("seed", [5, 6])
def test_groups_are_those_that_are_counted_child_by_child(database: str, seed: int) -> None:
    history, seen = school_year(seed, families=15), set[tuple[int, int]]()
    with projected(database, history.facts) as ledger:
        for position in range(100, history.position + 1, 60):
            ledger.catch_up(upto=position)
            for campaign_id in campaigns_of(history):
                for threshold in (1, 2, 3, 5):
                    groups = child_rows.groups_of(ledger.read, campaign_id, threshold)
                    assert groups == counted_by_hand(ledger, campaign_id, threshold)
                    seen.add((len(groups.alone), len(groups.together)))
                    if groups.together:
                        wanted = ChildrenWanted((campaign_id,), groups.together)
                        assert child_rows.families(ledger.read, wanted) >= threshold
    assert len(seen) > 5, seen
