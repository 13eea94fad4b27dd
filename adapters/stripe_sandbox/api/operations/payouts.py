"""Payouts of connected accounts, and the settings of their balance."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.api.calls import Call, Operation
from adapters.stripe_sandbox.api.lists import listed
from adapters.stripe_sandbox.connect.payouts import cancel, new_payout
from adapters.stripe_sandbox.contract.sdk import shape
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.sandbox import refuse


def _create(call: Call) -> Json:
    return new_payout(call.sandbox, call.account, call.params)


def _retrieve(call: Call) -> Json:
    return call.sandbox.owned("payout", call.path["id"], call.account)


def _list(call: Call) -> Json:
    return listed(call, "payout", "destination", "status")


def _cancel(call: Call) -> Json:
    return cancel(call.sandbox, call.sandbox.owned("payout", call.path["id"], call.account))


def _update_settings(call: Call) -> Json:
    """Keep the settings of a connected account; the sandbox pays out by hand, whatever they say."""
    if not call.account:
        raise refuse("The sandbox has settings for connected accounts only: set Stripe-Account.")
    payments = call.params.get("payments") or {}
    interval = ((payments.get("payouts") or {}).get("schedule") or {}).get("interval", "manual")
    if interval != "manual":
        raise refuse("The sandbox has manual payouts only.", param="payments[payouts][schedule][interval]")
    hidden = call.sandbox.state.hidden[call.account]
    hidden["settings"] |= {
        name: value
        for name, value in (
            ("debit_negative_balances", payments.get("debit_negative_balances")),
            ("statement_descriptor", (payments.get("payouts") or {}).get("statement_descriptor")),
        )
        if value is not None
    }
    return _settings(call)


def _settings(call: Call) -> Json:
    kept = call.sandbox.state.hidden[call.account]["settings"] if call.account else {}
    payouts = {
        "minimum_balance_by_currency": None,
        "schedule": {"interval": "manual", "monthly_payout_days": None, "weekly_payout_days": None},
        "statement_descriptor": kept.get("statement_descriptor"),
        "status": "enabled",
    }
    delay = call.sandbox.settings.availability_days
    return shape(
        "BalanceSettings",
        object="balance_settings",
        payments={
            "debit_negative_balances": kept.get("debit_negative_balances", True),
            "payouts": payouts,
            "settlement_timing": {"delay_days": delay, "delay_days_override": None},
        },
    )


OPERATIONS: Final = (
    Operation("POST", "/v1/payouts", "PayoutCreateParams", _create, on_account=True),
    Operation("GET", "/v1/payouts/{id}", "PayoutRetrieveParams", _retrieve, on_account=True),
    Operation("GET", "/v1/payouts", "PayoutListParams", _list, on_account=True),
    Operation("POST", "/v1/payouts/{id}/cancel", "PayoutCancelParams", _cancel, on_account=True),
    Operation("POST", "/v1/balance_settings", "BalanceSettingsUpdateParams", _update_settings, on_account=True),
    Operation("GET", "/v1/balance_settings", "BalanceSettingsRetrieveParams", _settings, on_account=True),
)
