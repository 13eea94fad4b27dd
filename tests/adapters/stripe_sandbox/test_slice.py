"""From the parent's card to the coop's bank, and every step sent to the listeners."""

from __future__ import annotations

import json
from typing import Any

import stripe

from adapters.stripe_sandbox.testing import SECRETS, SandboxServer, heard_from
from tests.kit.stripe.sandbox_actions import certified, funds, paid, transfer


def test_a_contribution_goes_from_the_card_to_the_bank_of_the_coop(sandbox: SandboxServer) -> None:
    with heard_from(sandbox, "platform", "connect") as heard:
        account = certified(sandbox)
        customer = sandbox.stripe.v1.customers.create({"email": "parent@example.org"})
        charge = paid(sandbox, 2200, customer=customer.id, payment_intent_data={"transfer_group": "contribution:1"})
        assert (charge.amount, charge.status, charge.transfer_group) == (2200, "succeeded", "contribution:1")
        moved = transfer(sandbox, charge, account, 2000)
        assert moved.transfer_group == "contribution:1"
        sandbox.pass_time(days=8)
        assert funds(sandbox) == (0, 2200 - 58 - 2000)
        assert funds(sandbox, account) == (0, 2000)
        options: Any = {"stripe_account": account}
        payout = sandbox.stripe.v1.payouts.create(
            {"amount": 2000, "currency": "eur", "statement_descriptor": "COOP 83 PO000001"}, options
        )
        sandbox.pass_time(days=5)
        assert sandbox.stripe.v1.payouts.retrieve(payout.id, None, options).status == "paid"
        assert funds(sandbox, account) == (0, 0)
        (line,) = sandbox.control.get("/_sandbox/statements").json()["lines"]
        assert (line["cents"], line["reference"]) == (2000, "COOP 83 PO000001")
        for wanted in ("checkout.session.completed", "charge.succeeded", "charge.updated", "transfer.created"):
            assert wanted in heard.types()
        assert heard.types()[-3:] == ["payout.created", "payout.updated", "payout.paid"]
        for body, signature in zip(heard.bodies, heard.signatures, strict=True):
            secret = SECRETS["connect" if "account" in json.loads(body) else "platform"]
            assert _verifies(sandbox.stripe, body, signature, secret)


def _verifies(client: stripe.StripeClient, body: bytes, signature: str, secret: str) -> bool:
    return client.construct_event(body, signature, secret).livemode is False
