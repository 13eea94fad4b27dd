"""A world of payments, who reconciles it, and its read models at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from service.closings.due import close_due
from service.reconciliation.reconciler import Reconciler
from service.runtime.projectors import Projectors
from tests.kit.service_world import SLUG, ServiceWorld
from tests.service.reconciliation.checked_reconciler import CheckedReconciler

Close = Callable[[], Counter[str]]


@pytest.fixture
def reconciler(world: ServiceWorld) -> CheckedReconciler:
    """The reconciler of the world's accounts."""
    return CheckedReconciler(world, Reconciler(world.worker))


@pytest.fixture
def close(world: ServiceWorld) -> Iterator[Close]:
    """Close what is due in the world now, as its worker does."""
    projectors = Projectors(world.runtime)

    def due() -> Counter[str]:
        head, _ = world.context.ledger.store.head()
        assert projectors.wait_for(SLUG, head, 30)
        return close_due(world.runtime, world.worker, world.now())

    yield due
    projectors.close()
