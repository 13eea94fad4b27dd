"""Accounts of coops at the provider: one each, whoever is interrupted while opening it."""

from __future__ import annotations

import pytest

from adapters.payments.errors import PaymentOutcomeUnknown
from service.payments.accounts import open_account
from tests.kit.service_world import ServiceWorld


def opened(town: ServiceWorld) -> int:
    """How many accounts the provider has."""
    return len(town.sandbox.sandbox.state.table("v2.core.account"))


def test_an_account_whose_opening_was_interrupted_is_found_days_later(town: ServiceWorld) -> None:
    town.sandbox.do("/failures", method="POST", path="/v2/core/accounts", kind="lost_response", times=3)
    with pytest.raises(PaymentOutcomeUnknown):
        open_account(town.context, town.coop_id, email="coop@ecole.example")
    assert opened(town) == 1
    town.sandbox.pass_time(days=2)
    again = open_account(town.context, town.coop_id, email="autre@ecole.example")
    assert open_account(town.context, town.coop_id, email="coop@ecole.example") == again
    assert opened(town) == 1
    town.certify()
    assert town.context.coop(town.coop_id).provider_account == again
    town.check_money()
