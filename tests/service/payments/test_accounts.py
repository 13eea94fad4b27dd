"""Accounts of coops at the provider: one each, also when opening it was interrupted."""

from __future__ import annotations

import pytest

from adapters.payments.errors import PaymentOutcomeUnknown
from service.payments.accounts import open_account
from tests.kit.service_world import ServiceWorld


def opened(world: ServiceWorld) -> int:
    """How many accounts the provider has."""
    return len(world.sandbox.sandbox.state.table("v2.core.account"))


def test_an_account_whose_opening_was_interrupted_is_found_days_later(world: ServiceWorld) -> None:
    world.sandbox.do("/failures", method="POST", path="/v2/core/accounts", kind="lost_response", times=3)
    with pytest.raises(PaymentOutcomeUnknown):
        open_account(world.context, world.coop_id, email="coop@ecole.example")
    assert opened(world) == 1
    world.sandbox.pass_time(days=2)
    again = open_account(world.context, world.coop_id, email="autre@ecole.example")
    assert open_account(world.context, world.coop_id, email="coop@ecole.example") == again
    assert opened(world) == 1
    world.certify()
    assert world.context.coop(world.coop_id).provider_account == again
    world.check_money()
