"""Papers of an older template are compared with what that one prints: a newer program finds nothing wrong with them."""

from __future__ import annotations

import pytest

from domain.journal import postings
from domain.papers.content import TEMPLATE
from service.audit.log.papers_fold import PapersFold
from tests.domain.papers.binder import Binder
from tests.projections.history import PRICE


def played(*templates: int) -> Binder:
    """A coop that issues papers by one template after the other, with cash, payouts and recaps."""
    binder = Binder()
    for number, template in enumerate(templates):
        binder.paid_for(binder.campaign_id, "CP")
        binder.cash(binder.campaign_id, f"B-{number}", "CE1")
        binder.arrives(binder.payout(binder.coop_id, PRICE))
        if number == len(templates) - 1:
            binder.archive(binder.campaign_id)
        binder.issue(template)
    return binder


@pytest.mark.parametrize("templates", [(1,), (2,), (TEMPLATE,), (1, 2, TEMPLATE)])
def test_the_audit_issues_papers_again_by_the_template_of_then(templates: tuple[int, ...]) -> None:
    binder = played(*templates)
    fold = PapersFold(binder.coop_id, "AD 06", binder.position)
    for fact in binder.facts:
        fold.take(fact, postings(fact.event))
    reading = fold.finish()
    assert reading.issued > 2 * len(templates)
    assert reading.findings == ()
    assert reading.broken == ""
