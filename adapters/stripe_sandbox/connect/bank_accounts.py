"""The bank accounts that coops are paid on: French IBANs. The whole IBAN stays hidden, as at Stripe."""

from __future__ import annotations

import hashlib
from typing import Final

from adapters.stripe_sandbox.connect.accounts import ACCOUNT
from adapters.stripe_sandbox.connect.certification import apply
from adapters.stripe_sandbox.contract.sdk import exact
from adapters.stripe_sandbox.errors import ApiError, Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.metadata import merged
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

_LENGTH: Final = 27  # of a French IBAN
_BANKS: Final = {
    "20041": "LA BANQUE POSTALE",
    "30003": "SOCIETE GENERALE",
    "30002": "CREDIT LYONNAIS",
    "10278": "CREDIT MUTUEL",
}

# Source: Stripe's page « Testing Connect »: payouts to these fail.
FAILING: Final = {
    "FR7920041010050500013M02600": "account_closed",
    "FR8420041010050500013M02607": "no_account",
}


def iban_fault(iban: str) -> str | None:
    """Return Stripe's error code for an IBAN that is none of France, or nothing."""
    if not iban.startswith("FR"):
        return "account_number_invalid" if not iban[:2].isalpha() else "bank_account_unusable"
    if len(iban) != _LENGTH or not iban.isascii() or not iban.isalnum():
        return "account_number_invalid"
    digits = "".join(str(int(char, 36)) for char in iban[4:] + iban[:4])
    return None if int(digits) % 97 == 1 else "account_number_invalid"


def add_bank_account(sandbox: Sandbox, account_id: str, iban: str, holder: str | None, more: Json) -> Json:
    """Make an IBAN the one an account is paid on; the former one stays, but is no longer the default.

    Raises:
        ApiError: there is no such account, or this is no French IBAN.
    """
    account = sandbox.get(ACCOUNT, account_id)
    iban = "".join(iban.split()).upper()
    if code := iban_fault(iban):
        raise ApiError("The IBAN is not a valid French one.", code=code, param="external_account[account_number]")
    if more.get("country", "FR").upper() != "FR" or more.get("currency", "eur").lower() != "eur":
        raise refuse("The sandbox knows euro accounts in France only.", param="external_account[country]")
    hidden = sandbox.state.hidden[account_id]
    for former in bank_accounts(sandbox, account_id):
        _step_back(sandbox, former)
    made = exact(
        "BankAccount",
        id=sandbox.new_id("ba"),
        object="bank_account",
        account=account_id,
        account_holder_name=holder,
        account_holder_type=more.get("account_holder_type"),
        account_type=None,
        available_payout_methods=["standard"],
        bank_name=_BANKS.get(iban[4:9], "BANQUE DE DEMONSTRATION"),
        country="FR",
        currency="eur",
        default_for_currency=True,
        fingerprint=hashlib.sha256(f"{sandbox.state.seed}:{iban}".encode()).hexdigest()[:16],
        last4=iban[-4:],
        metadata=merged({}, more.get("metadata")),
        routing_number=iban[4:14],
        status="new",
    )
    sandbox.add(made, account_id, hidden={"iban": iban, "holder": holder})
    hidden["bank"] = made["id"]
    if hidden["state"] in {"not_started", "in_progress"}:
        hidden["state"] = "in_review" if hidden.get("document") else "in_progress"
    emit(sandbox, "account.external_account.created", made, account_id)
    apply(sandbox, account)
    return made


def _step_back(sandbox: Sandbox, former: Json) -> None:
    """Let a bank account no longer be the default, and tell it if it was."""
    if former["default_for_currency"]:
        former["default_for_currency"] = False
        before = {"default_for_currency": True}
        emit(sandbox, "account.external_account.updated", former, former["account"], before=before)


def remove_bank_account(sandbox: Sandbox, account_id: str, bank_account_id: str) -> Json:
    """Forget a bank account that is not the default; statements and payouts of the past keep its IBAN.

    Raises:
        ApiError: there is none, or it is the default.
    """
    bank = sandbox.owned("bank_account", bank_account_id, account_id)
    if bank["default_for_currency"]:
        raise refuse("You cannot delete the default external account for your default currency.")
    bank["deleted"] = True
    emit(sandbox, "account.external_account.deleted", bank, account_id)
    return {"id": bank["id"], "object": "bank_account", "deleted": True}


def bank_accounts(sandbox: Sandbox, account_id: str) -> list[Json]:
    """Return the bank accounts of an account that were not removed, oldest first."""
    every = sandbox.state.table("bank_account").values()
    return [one for one in every if one["account"] == account_id and not one.get("deleted")]


def iban_of(sandbox: Sandbox, bank_account_id: str) -> str:
    """Return the IBAN of a bank account."""
    return str(sandbox.state.hidden[bank_account_id]["iban"])
