"""A world of payments, and who reconciles it."""

from __future__ import annotations

import pytest

from service.reconciliation.reconciler import Reconciler
from tests.kit.service_world import ServiceWorld
from tests.service.reconciliation.checked_reconciler import CheckedReconciler


@pytest.fixture
def reconciler(world: ServiceWorld) -> CheckedReconciler:
    """The reconciler of the world's accounts."""
    return CheckedReconciler(world, Reconciler(world.worker))
