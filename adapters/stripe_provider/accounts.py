"""The coops' accounts: recipients of transfers, paid out only when we ask, certified on Stripe's own pages."""

from __future__ import annotations

from typing import Final

import stripe
from stripe.params.v2.core import AccountCreateParams

from adapters.payments.values import LEDGER, AccountStatus, Capability, NewAccount
from adapters.stripe_provider.wire.connection import PAGE, StripeConnection
from adapters.stripe_provider.wire.reading import iso_instant, known, named, tags, uuid_tag

_PARTS: Final = "configuration.recipient"
_DUE: Final = "requirements"
_COOP: Final = "coop_id"


class StripeAccounts(StripeConnection):
    """Opens accounts, looks at them and leads people to their certification."""

    def create_account(self, account: NewAccount, *, key: str, again: bool = False) -> AccountStatus:
        """Open a coop's account, with payouts only when we ask for them.

        Two requests: the second has a key of its own made from ``key``, so the same key again does what is missing.
        With ``again`` all accounts are looked through first, since the key may be forgotten.
        """
        wanted, opened = _wanted(account), self._opened(account) if again else None
        if opened is None:
            opened = self._make(lambda: self._stripe.v2.core.accounts.create(wanted, {"idempotency_key": key}))
        name = opened.id
        self._make(
            lambda: self._stripe.v1.balance_settings.update(
                {
                    "payments": {
                        "payouts": {"schedule": {"interval": "manual"}},
                        # A school's bank account is never debited: what a coop owes is set off on what it collects.
                        "debit_negative_balances": False,
                    }
                },
                {"stripe_account": name, "idempotency_key": f"{key}:balance"},
            )
        )
        return self.account(name) if again else _status(opened, [])

    def _opened(self, account: NewAccount) -> stripe.v2.core.Account | None:
        """Return the account that a coop has at the provider, if any."""
        named = {LEDGER: account.ledger, _COOP: str(account.coop_id)}.items()

        def look() -> stripe.v2.core.Account | None:
            listed = self._stripe.v2.core.accounts.list({"limit": PAGE}).auto_paging_iter()
            return next((one for one in listed if named <= tags(one.metadata).items()), None)

        return self._look(look)

    def account(self, account: str) -> AccountStatus:
        """Look at an account and the IBANs it has."""
        found = self._look(lambda: self._stripe.v2.core.accounts.retrieve(account, {"include": [_PARTS, _DUE]}))
        listed = self._each(
            lambda: self._stripe.v1.accounts.external_accounts.list(account, {"object": "bank_account", "limit": PAGE})
        )
        return _status(found, [one for one in listed if isinstance(one, stripe.BankAccount)])

    def onboarding_link(self, account: str, *, return_url: str, refresh_url: str) -> str:
        """Return a short-lived address where the mandate holder gives what certification needs."""
        link = self._make(
            lambda: self._stripe.v2.core.account_links.create(
                {
                    "account": account,
                    "use_case": {
                        "type": "account_onboarding",
                        "account_onboarding": {
                            "return_url": return_url,
                            "refresh_url": refresh_url,
                        },
                    },
                }
            )
        )
        return link.url

    def add_bank_account(self, account: str, iban: str, holder: str, *, key: str) -> str:
        """Give an account its IBAN as the one to pay out to; return the provider's id of it."""
        added = self._make(
            lambda: self._stripe.v1.accounts.external_accounts.create(
                account,
                {
                    "default_for_currency": True,
                    "external_account": {
                        "object": "bank_account",
                        "country": iban[:2],
                        "currency": "eur",
                        "account_number": iban,
                        "account_holder_name": holder,
                        "account_holder_type": "company",
                    },
                },
                {"idempotency_key": key},
            )
        )
        return named(added, about=account, missing="bank_account")


def _wanted(account: NewAccount) -> AccountCreateParams:
    return {
        "contact_email": account.email,
        "display_name": account.name,
        "dashboard": "express",
        "identity": {"country": "fr", "entity_type": "non_profit"},
        "configuration": {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}},
        "defaults": {
            "currency": "eur",
            "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
        },
        "metadata": {LEDGER: account.ledger, _COOP: str(account.coop_id)},
        "include": [_PARTS, _DUE],
    }


def _status(account: stripe.v2.core.Account, banks: list[stripe.BankAccount]) -> AccountStatus:
    metadata = tags(account.metadata)
    recipient = account.configuration.recipient if account.configuration else None
    balance = recipient.capabilities.stripe_balance if recipient and recipient.capabilities else None
    needs = account.requirements
    deadline = needs.summary.minimum_deadline if needs and needs.summary else None
    due = deadline.time if deadline else None
    return AccountStatus(
        account=account.id,
        ledger=metadata.get(LEDGER),
        coop_id=uuid_tag(metadata, _COOP),
        transfers=_capability(balance.stripe_transfers if balance else None),
        payouts=_capability(balance.payouts if balance else None),
        requirements=tuple(entry.description for entry in (needs.entries or [] if needs else [])),
        due=iso_instant(due) if due else None,
        closed=bool(account.closed),
        bank_accounts={bank.id: bank.last4 for bank in banks},
        payout_account=next((bank.id for bank in banks if bank.default_for_currency), None),
    )


def _capability(capability: stripe.StripeObject | None) -> Capability:
    if capability is None:
        return Capability.UNREQUESTED
    return known(Capability, getattr(capability, "status", None))
