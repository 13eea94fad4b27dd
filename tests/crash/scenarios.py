"""What is played while the process is killed: who asks for what, and what is in the world beforehand.

Who asks is outside the process: after its death they ask again for the same, with the same ids and keys, as a browser
or a mandataire would.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from domain.aggregate import Intent, Stamp
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.refunds import RequestRefund
from domain.coop.payouts import RequestPayout
from domain.errors import Conflict
from service.payments.checkout import open_checkout
from tests.crash.crash_points import CrashPoints
from tests.kit.service_world import PRICE, TIP, ServiceWorld


class CrashScenario(NamedTuple):
    """One scenario: what is there beforehand (its contribution, if any), what is asked for, what must come of it.

    ``facts`` are the kinds of events of which the log holds ``times`` in the end, ``calls`` what is asked of the
    provider in a run without a death, in order.
    """

    prepare: Callable[[ServiceWorld], UUID | None]
    ask: Callable[[ServiceWorld, CrashPoints, UUID | None], None]
    calls: tuple[str, ...]
    facts: tuple[str, ...]
    times: int = 1


def _do(world: ServiceWorld, points: CrashPoints, kind: type[Intent[Any]], stream_id: UUID, **fields: Any) -> None:  # noqa: ANN401 - a command's own
    """Ask for something under a key, as the service's own interface does."""
    command = kind(stream_id=stream_id, stamp=Stamp(at=world.now(), by="test"), **fields)
    world.context.ledger.bus.submit(command, key=f"asked:{kind.__name__}", fingerprint=b"same").result(30)
    points.wrote(f"ledger.{kind.__name__}")


def _certified(world: ServiceWorld) -> None:
    world.certify()


def _contribute(world: ServiceWorld, points: CrashPoints, _: UUID | None) -> None:
    """A family fills a basket, opens the page and pays, unless it finds it paid."""
    basket = uuid5(world.campaign_id, "basket")
    _do(
        world,
        points,
        PlaceContribution,
        world.campaign_id,
        contribution_id=basket,
        payer_id=uuid5(basket, "payer"),
        commitment="0" * 64,
        children=tuple(
            Child(participant_id=uuid5(basket, label), class_label=label, tariff_id="t1") for label in ("CP A", "CE1")
        ),
        tip_cents=TIP,
        means="card",
        instalments=1,
        terms_version="1",
        known_classes={},
    )
    try:
        page = open_checkout(world.context, world.campaign_id, basket)
    except Conflict:
        return
    if world.worker.provider.checkout(page.session).intent is None:
        assert world.submit(page.session) == "Paid"


def _paid(world: ServiceWorld) -> UUID:
    world.certify()
    return world.pay("CP A", "CE1")


def _refund(world: ServiceWorld, points: CrashPoints, contribution_id: UUID | None) -> None:
    """The mandataire gives half of it back: the provider would not refuse the other half, were it asked twice."""
    about = {"refund_id": uuid5(world.campaign_id, "refund"), "contribution_id": contribution_id}
    _do(world, points, RequestRefund, world.campaign_id, **about, cents=PRICE, tip_cents=0, reason="child_left")


def _funded(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", "CE1", card="instant")


def _pay_out(world: ServiceWorld, points: CrashPoints, _: UUID | None) -> None:
    """The mandataire has half of the coop's money paid out, for the same reason."""
    _do(world, points, RequestPayout, world.coop_id, payout_id=uuid5(world.coop_id, "payout"), cents=PRICE)


def _in_three(world: ServiceWorld) -> UUID:
    """The first of three instalments is paid, and the day of the second has come."""
    world.certify()
    contribution_id = world.pay("CP A", "CE1", instalments=3)
    world.settle(days=1)
    world.sandbox.pass_time(days=30)
    return contribution_id


def _nothing(_world: ServiceWorld, _gaps: CrashPoints, _contribution_id: UUID | None) -> None:
    """Nothing to ask for: it is due by itself."""


_PAID: Final = ("PaymentCaptured", "ProviderFeeCharged", "FundsTransferred")
SCENARIOS: Final = {
    "contribution": CrashScenario(_certified, _contribute, ("start_checkout", "transfer"), _PAID),
    "refund": CrashScenario(
        _paid, _refund, ("reverse_transfer", "refund"), (*_PAID, "TransferReversed", "RefundSettled")
    ),
    "payout": CrashScenario(_funded, _pay_out, ("create_payout",), (*_PAID, "PayoutSent", "PayoutPaid")),
    "instalment": CrashScenario(_in_three, _nothing, ("charge_saved_card", "transfer"), _PAID, times=2),
}
"""The scenarios by name."""
