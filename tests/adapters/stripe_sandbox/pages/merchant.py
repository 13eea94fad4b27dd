"""A sandbox with its pages only, and what a merchant and a coop do in it, for the tests of the pages and the bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from starlette.applications import Starlette

from adapters.stripe_sandbox import bank, pages
from adapters.stripe_sandbox.actions import ACTIONS
from adapters.stripe_sandbox.connect.accounts import new_account, new_link
from adapters.stripe_sandbox.connect.payouts import new_payout
from adapters.stripe_sandbox.connect.transfers import new_transfer
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.interactions.checkout import submit_card
from adapters.stripe_sandbox.interactions.onboarding import certify, submit_bank_account
from adapters.stripe_sandbox.interactions.operations import move_payout
from adapters.stripe_sandbox.payments.cards import CardEntry
from adapters.stripe_sandbox.payments.refunds import new_refund
from adapters.stripe_sandbox.payments.sessions import new_session
from adapters.stripe_sandbox.sandbox import Sandbox
from adapters.stripe_sandbox.settings import SandboxSettings

START: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, ten o'clock in Paris
ELSEWHERE: Final = "http://shop.example"
CANCEL: Final = f"{ELSEWHERE}/panier"
IBAN: Final = "FR1420041010050500013M02606"
OTHER_IBAN: Final = "FR7630006000011234567890189"
GOOD, AT_ONCE, ASKS, POOR, EXPIRED, DISPUTED, ONCE = (
    "4242 4242 4242 4242",
    "4000 0000 0000 0077",
    "4000 0027 6000 3184",
    "4000 0000 0000 9995",
    "4000 0000 0000 0069",
    "4000 0000 0000 0259",
    "4000 0025 0000 3155",
)


@dataclass(frozen=True)
class Merchant:
    """A sandbox and its pages as an application, without the API and without a clock that ticks."""

    sandbox: Sandbox
    app: Starlette
    origin: str = ELSEWHERE
    """Where the merchant itself is, that pages lead back to."""

    def session(self, **more: object) -> str:
        """Open a Checkout Session of 25,92 €: two children and a tip; return its id."""
        params: Json = {
            "mode": "payment",
            "line_items": [_line("Contribution volontaire – Coop Jules Ferry", 1200, 2), _line("Pourboire", 192, 1)],
            **self._back(),
            **more,
        }
        return str(new_session(self.sandbox, params)["id"])

    def _back(self) -> dict[str, str]:
        """Where a payment page leads back to."""
        thanks = f"{self.origin}/merci?session_id={{CHECKOUT_SESSION_ID}}"
        return {"success_url": thanks, "cancel_url": f"{self.origin}/panier"}

    def setup_session(self) -> str:
        """Open a session that keeps a card only."""
        params = {"mode": "setup", "currency": "eur", **self._back()}
        return str(new_session(self.sandbox, params)["id"])

    def paid(self, number: str = AT_ONCE) -> str:
        """Pay a session with a card, and return the charge, its fee known."""
        identifier = self.session()
        submit_card(self.sandbox, identifier, CardEntry(number, "4", "29", "123", "Camille Test"))
        self.pass_time(timedelta(seconds=3))
        intent = self.sandbox.get("payment_intent", self.object("checkout.session", identifier)["payment_intent"])
        return str(intent["latest_charge"])

    def account(self, name: str = "Coop Jules Ferry") -> str:
        """Open a connected account that is not certified."""
        responsibilities = {"fees_collector": "application", "losses_collector": "application"}
        asked = {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
        params = {
            "contact_email": "coop@ecole.example",
            "display_name": name,
            "dashboard": "express",
            "identity": {"country": "fr", "entity_type": "non_profit"},
            "configuration": {"recipient": asked},
            "defaults": {"currency": "eur", "responsibilities": responsibilities},
        }
        return str(new_account(self.sandbox, params)["id"])

    def certified(self, iban: str = IBAN) -> str:
        """Open an account that may receive and pay out."""
        account = self.account()
        submit_bank_account(self.sandbox, account, iban, "Coop Jules Ferry")
        certify(self.sandbox, account, "give_document")
        certify(self.sandbox, account, "accept")
        return account

    def link(self, account: str) -> str:
        """Make the path of the certification page of an account."""
        onboarding = {
            "configurations": ["recipient"],
            "refresh_url": f"{self.origin}/panier",
            "return_url": f"{self.origin}/retour",
        }
        use = {"type": "account_onboarding", "account_onboarding": onboarding}
        address = str(new_link(self.sandbox, {"account": account, "use_case": use})["url"])
        return address.removeprefix(self.sandbox.settings.base_url)

    def payout(self, account: str, cents: int, descriptor: str, *, arrives: bool = True) -> str:
        """Pay a charge, transfer cents of it to an account and pay them out; return the payout."""
        charge = self.paid()
        transfer = {"amount": cents, "currency": "eur", "destination": account, "source_transaction": charge}
        new_transfer(self.sandbox, transfer)
        wish = {"amount": cents, "currency": "eur", "statement_descriptor": descriptor}
        payout = str(new_payout(self.sandbox, account, wish)["id"])
        if arrives:
            move_payout(self.sandbox, payout, "pay")
        return payout

    def refunded(self) -> str:
        """Refund a charge in part, and return the refund."""
        return str(new_refund(self.sandbox, {"charge": self.paid(), "amount": 500})["id"])

    def object(self, kind: str, identifier: str) -> Json:
        """Look an object up."""
        return self.sandbox.get(kind, identifier)

    def pass_time(self, time: timedelta) -> None:
        """Move the clock and do what is due then."""
        self.sandbox.state.offset += time.total_seconds()
        self.sandbox.settle()


def open_merchant(origin: str = ELSEWHERE) -> Merchant:
    """Make a sandbox that begins on the same Monday each time, for a merchant somewhere."""
    sandbox = Sandbox(SandboxSettings(key="sk_test_pages", seed=7, start=START), ACTIONS)
    return Merchant(sandbox, Starlette(routes=[*pages.routes(sandbox), *bank.routes(sandbox)]), origin)


def _line(name: str, cents: int, quantity: int) -> Json:
    """Write a line of an order."""
    price = {"currency": "eur", "unit_amount": cents, "product_data": {"name": name}}
    return {"price_data": price, "quantity": quantity}
