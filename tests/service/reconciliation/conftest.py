"""A town of payments, and who reconciles it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.reconciliation.reconciler import Reconciler
from tests.service.payments.conftest import running_sandbox, sandbox, town
from tests.service.payments.town import Town
from tests.service.reconciliation.auditing import Auditor

__all__ = ["running_sandbox", "sandbox", "town"]


@pytest.fixture
def auditor(town: Town) -> Iterator[Auditor]:
    """Somebody who crawls over the town's accounts."""
    with Reconciler(town.worker) as crawler:
        yield Auditor(town, crawler)
