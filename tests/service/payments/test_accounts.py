"""Accounts of coops at the provider: one each, also when opening it was interrupted."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from adapters.payments.errors import PaymentOutcomeUnknown
from adapters.payments.values import NewAccount
from domain.coop.certification import RecordCertified, RequestCertification
from domain.coop.registration import RegisterCoop
from domain.errors import AlreadyExists
from domain.events.coop import CoopDetails
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


def neighbour(world: ServiceWorld) -> UUID:
    """Register another coop of the association."""
    coop_id = uuid4()
    details = CoopDetails(name="Coop voisine", school="Jean Macé", town="Grasse", affiliation_number="175")
    association = world.context.ledger.association_id
    world.do(RegisterCoop, coop_id, association_id=association, details=details, demo=True)
    return coop_id


def test_a_mistyped_account_of_an_older_ledger_is_replaced_by_the_provider_s(world: ServiceWorld) -> None:
    world.do(RequestCertification, world.coop_id, provider_account="acct_typo")
    account = world.certify()
    coop = world.context.coop(world.coop_id)
    assert (coop.certified, coop.provider_account) == (True, account)
    assert account != "acct_typo"
    world.check_money()


def test_an_account_that_the_provider_opened_for_another_coop_is_never_this_coop_s(world: ServiceWorld) -> None:
    other = neighbour(world)
    foreign = open_account(world.context, other, email="voisine@ecole.example")
    world.do(RequestCertification, world.coop_id, provider_account=foreign)
    account = world.certify()
    assert account != foreign
    assert world.context.coop(world.coop_id).provider_account == account
    owner = world.worker.accounts.of_account(foreign)
    assert owner is not None
    assert owner.coop_id == other
    with pytest.raises(AlreadyExists):
        world.worker.accounts.add(foreign, world.context.slug, world.coop_id)


def test_an_account_that_was_opened_for_the_coop_is_known_again_from_the_provider(world: ServiceWorld) -> None:
    wanted = NewAccount(ledger="ad06", coop_id=world.coop_id, name="Coop", email="coop@ecole.example")
    account = world.worker.provider.create_account(wanted, key="by hand").account
    world.do(RequestCertification, world.coop_id, provider_account=account)
    assert open_account(world.context, world.coop_id, email="coop@ecole.example") == account
    assert opened(world) == 1


def test_what_the_provider_says_of_another_account_corrects_a_certified_one(world: ServiceWorld) -> None:
    account = world.certify()
    world.do(RecordCertified, world.coop_id, provider_account="acct_typo")
    world.worker.sweep()
    assert world.context.coop(world.coop_id).provider_account == account
