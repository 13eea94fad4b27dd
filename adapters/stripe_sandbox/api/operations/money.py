"""Balances, balance transactions, and events."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from adapters.stripe_sandbox.api.calls import Call, Operation
from adapters.stripe_sandbox.api.lists import listed
from adapters.stripe_sandbox.errors import ApiError, Json, missing
from adapters.stripe_sandbox.events.emission import RETENTION
from adapters.stripe_sandbox.funds.books import balance


def _balance(call: Call) -> Json:
    return balance(call.sandbox, call.account)


def _retrieve_transaction(call: Call) -> Json:
    return call.sandbox.owned("balance_transaction", call.path["id"], call.account)


def _list_transactions(call: Call) -> Json:
    if "payout" in call.params:
        # Stripe does not say which transactions a manual payout holds, and all payouts here are manual.
        call.sandbox.owned("payout", call.params["payout"], call.account, "payout")
        raise ApiError(
            "Balance transaction history can only be filtered on automatic transfers, not manual.", param="payout"
        )
    return listed(call, "balance_transaction", "type", "source", "currency")


def _retrieve_event(call: Call) -> Json:
    event = call.sandbox.owned("event", call.path["id"], call.account)
    if event["created"] < call.sandbox.now() - RETENTION:
        raise missing("event", call.path["id"])
    return event


def _list_events(call: Call) -> Json:
    params, limit = call.params, call.sandbox.now() - RETENTION
    patterns = params.get("types") or ([params["type"]] if "type" in params else ["*"])
    found = [
        one
        for one in call.sandbox.state.table("event").values()
        if one["created"] >= limit
        and call.sandbox.state.owner(one["id"]) == call.account
        and any(fnmatchcase(one["type"], pattern) for pattern in patterns)
    ]
    return listed(call, "event", items=found)


def _retrieve_thin_event(call: Call) -> Json:
    return call.sandbox.get("v2.core.event", call.path["id"])


OPERATIONS: Final = (
    Operation("GET", "/v1/balance", "BalanceRetrieveParams", _balance, on_account=True),
    Operation(
        "GET",
        "/v1/balance_transactions/{id}",
        "BalanceTransactionRetrieveParams",
        _retrieve_transaction,
        on_account=True,
    ),
    Operation("GET", "/v1/balance_transactions", "BalanceTransactionListParams", _list_transactions, on_account=True),
    Operation("GET", "/v1/events/{id}", "EventRetrieveParams", _retrieve_event, on_account=True),
    Operation("GET", "/v1/events", "EventListParams", _list_events, on_account=True),
    Operation("GET", "/v2/core/events/{id}", "v2.core.EventRetrieveParams", _retrieve_thin_event),
)
