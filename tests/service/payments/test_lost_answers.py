"""Every call to the provider may fail in every way: nothing is made twice, nothing is left out."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace

import pytest

from adapters.payments.errors import ProviderError
from adapters.stripe_provider import StripeProvider
from adapters.stripe_provider.wire import transport
from adapters.stripe_provider.wire.pace import Pace
from adapters.stripe_sandbox.testing import IBAN
from domain.coop.certification import RequestCertification
from service.payments.accounts import open_account
from tests.kit.service_world import PRICE, ServiceWorld
from tests.kit.stripe.waited_clock import WaitedClock

POSTS = (
    "/v2/core/accounts",
    "/v1/balance_settings",
    "/v1/accounts/*/external_accounts",
    "/v1/checkout/sessions",
    "/v1/payment_intents",
    "/v1/transfers",
    "/v1/transfers/*/reversals",
    "/v1/refunds",
    "/v1/payouts",
)
"""Every address at which this service asks the provider to make something of money."""
MORE_THAN_THE_SDK_TRIES = 4


@pytest.fixture
def hurried(world: ServiceWorld, monkeypatch: pytest.MonkeyPatch) -> ServiceWorld:
    """The world, whose calls wait for their turn on a clock that only waiting moves: as long, and in no time."""
    clock = WaitedClock()
    monkeypatch.setattr(transport, "time", SimpleNamespace(monotonic=clock))
    monkeypatch.setattr(wire_of(world), "_pace", Pace(100, clock=clock, sleep=clock.sleep))
    return world


def wire_of(world: ServiceWorld) -> transport.Transport:
    """What carries the calls of a world's provider."""
    provider = world.worker.provider
    assert isinstance(provider, StripeProvider)
    return provider._wire


def fail(world: ServiceWorld, kind: str) -> None:
    """Have the next requests to each address fail, also those that the SDK makes by itself."""
    for path in POSTS:
        world.sandbox.do("/failures", method="POST", path=path, kind=kind, times=MORE_THAN_THE_SDK_TRIES)


def wait(world: ServiceWorld) -> None:
    """Let an hour pass, with everything tried again in it."""
    for _ in range(4):
        world.settle(seconds=900)


def certify(world: ServiceWorld) -> None:
    """Have the coop certified by a holder who tries again until its account is open."""
    account = ""
    while not account:
        with contextlib.suppress(ProviderError):
            account = open_account(world.context, world.coop_id, email="coop@ecole.example")
    world.do(RequestCertification, world.coop_id, provider_account=account)
    world.confirm_bank_account(IBAN)
    for action in ("give_document", "accept"):
        wait(world)
        world.sandbox.do(f"/accounts/{account}/certification", action=action)
    world.settle(seconds=40)


def insist(world: ServiceWorld, *classes: str, **basket: int) -> None:
    """Have a family pay whose page opens only when it tries again."""
    contribution_id = world.place(*classes, **basket)
    session = ""
    while not session:
        with contextlib.suppress(ProviderError):
            session = world.page(contribution_id)
    assert world.submit(session, "instant") == "Paid"
    wait(world)


@pytest.mark.parametrize("kind", ["lost_response", "500_before", "429"])
def test_a_whole_story_ends_the_same_however_each_call_fails_at_first(hurried: ServiceWorld, kind: str) -> None:
    world = hurried
    fail(world, kind)
    certify(world)
    insist(world, "CP A", "CE1", instalments=3)
    insist(world, "CP A")
    # The second part is taken off session, from the kept card.
    world.settle(days=31)
    wait(world)
    whole = next(reversed(world.context.campaign(world.campaign_id).contributions))
    world.refund(whole, 5_00)
    wait(world)
    available = world.context.funds(world.coop_id).available
    assert available == 16_00 + PRICE - 5_00
    world.payout(available)
    for _ in range(6):
        world.settle(days=1)
    table = world.sandbox.sandbox.state.table
    # The provider shows each transfer as a payment of the coop's account too, and each reversal as a refund there.
    names = {kind: list(table(kind)) for kind in ("v2.core.account", "transfer", "refund", "payout", "charge")}
    made = {kind: sum(not name.startswith("py") for name in names[kind]) for kind in names}
    assert made == {"v2.core.account": 1, "transfer": 3, "refund": 1, "payout": 1, "charge": 3}
    kinds = world.kinds()
    once = ("Certified", "RefundSettled", "TransferReversed", "PayoutSent", "PayoutPaid")
    assert [kinds.count(name) for name in once] == [1, 1, 1, 1, 1]
    assert [kinds.count(name) for name in ("PaymentCaptured", "FundsTransferred", "PaymentPutOnHold")] == [3, 3, 0]
    assert world.context.funds(world.coop_id).online == 0
    world.check_money()
