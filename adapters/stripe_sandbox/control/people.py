"""What people would do on the pages: pay, confirm, certify, contest; and what banks would decide."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from adapters.stripe_sandbox.connect.certification import CertificationAction
from adapters.stripe_sandbox.connect.statements import statement_lines
from adapters.stripe_sandbox.control.request import ControlRequest, Handler
from adapters.stripe_sandbox.interactions import checkout, onboarding, operations, overview
from adapters.stripe_sandbox.payments.cards import GOOD, CardEntry


class Card(msgspec.Struct, forbid_unknown_fields=True):
    """A card as a person would type it."""

    number: str = GOOD
    month: str = "12"
    year: str = "2099"
    cvc: str = "123"
    name: str = "Camille Exemple"


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """What a client tells the bank."""

    said: Literal["confirm", "refuse", "close"]


class Bank(msgspec.Struct, forbid_unknown_fields=True):
    """The bank account of a coop."""

    iban: str
    holder: str


class Decision(msgspec.Struct, forbid_unknown_fields=True):
    """What is decided about a certification."""

    action: CertificationAction


class Contest(msgspec.Struct, forbid_unknown_fields=True):
    """Why a payer contests."""

    reason: str = "fraudulent"


class Ruling(msgspec.Struct, forbid_unknown_fields=True):
    """How a dispute ends for the platform."""

    won: bool


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes of a payout."""

    outcome: Literal["send", "pay", "fail", "cancel"]
    failure_code: str = "account_closed"


async def pay(request: ControlRequest) -> object:
    """Submit a card for a Checkout Session; ``outcome`` is the name of what came of it."""
    card = request.read(Card)
    entry = CardEntry(card.number, card.month, card.year, card.cvc, card.name)
    return _named(checkout.submit_card(request.sandbox, request.path["session_id"], entry))


async def authenticate(request: ControlRequest) -> object:
    """Answer a bank."""
    said = request.read(Answer).said
    return _named(checkout.answer_authentication(request.sandbox, request.path["authentication_id"], said))


async def give_bank(request: ControlRequest) -> object:
    """Give an account its bank account."""
    bank = request.read(Bank)
    return _named(onboarding.submit_bank_account(request.sandbox, request.path["account_id"], bank.iban, bank.holder))


async def certify(request: ControlRequest) -> object:
    """Decide about a certification."""
    return onboarding.certify(request.sandbox, request.path["account_id"], request.read(Decision).action)


async def contest(request: ControlRequest) -> object:
    """Contest a charge."""
    return {
        "dispute": operations.open_dispute(request.sandbox, request.path["charge_id"], request.read(Contest).reason)
    }


async def rule(request: ControlRequest) -> object:
    """Decide a dispute."""
    operations.decide_dispute(request.sandbox, request.path["dispute_id"], won=request.read(Ruling).won)
    return {}


async def move_payout(request: ControlRequest) -> object:
    """Decide what becomes of a payout."""
    move = request.read(Move)
    operations.move_payout(request.sandbox, request.path["payout_id"], move.outcome, move.failure_code)
    return {}


async def fail_refund(request: ControlRequest) -> object:
    """Let a refund come back."""
    operations.fail_refund(request.sandbox, request.path["refund_id"])
    return {}


async def show(request: ControlRequest) -> object:
    """Return what the operator's page shows."""
    return {
        "accounts": overview.accounts(request.sandbox),
        "balances": overview.balances(request.sandbox),
        "payments": overview.payments(request.sandbox),
        "refunds": overview.refunds(request.sandbox),
        "disputes": overview.disputes(request.sandbox),
        "payouts": overview.payouts(request.sandbox),
    }


async def list_lines(request: ControlRequest) -> object:
    """Return the lines of the banks' statements."""
    return {"lines": statement_lines(request.sandbox)}


def _named(outcome: object) -> object:
    return {"outcome": type(outcome).__name__, **msgspec.to_builtins(outcome)}


HANDLERS: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("POST", "/checkout/{session_id}/card", pay),
    ("POST", "/authentications/{authentication_id}", authenticate),
    ("POST", "/accounts/{account_id}/bank_account", give_bank),
    ("POST", "/accounts/{account_id}/certification", certify),
    ("POST", "/charges/{charge_id}/dispute", contest),
    ("POST", "/disputes/{dispute_id}/decision", rule),
    ("POST", "/payouts/{payout_id}", move_payout),
    ("POST", "/refunds/{refund_id}/failure", fail_refund),
    ("GET", "/overview", show),
    ("GET", "/statements", list_lines),
)
