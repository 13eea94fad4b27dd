"""A town of payments, and who reconciles it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.reconciliation.reconciler import Reconciler
from tests.kit.service_world import Town
from tests.service.reconciliation.crawl_checks import Auditor


@pytest.fixture
def auditor(town: Town) -> Iterator[Auditor]:
    """Somebody who crawls over the town's accounts."""
    with Reconciler(town.worker) as crawler:
        yield Auditor(town, crawler)
