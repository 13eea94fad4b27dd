"""Transfers and their reversals."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.api.calls import Call, Operation
from adapters.stripe_sandbox.api.lists import listed
from adapters.stripe_sandbox.connect.transfers import new_transfer, reverse
from adapters.stripe_sandbox.errors import Json


def _create(call: Call) -> Json:
    return new_transfer(call.sandbox, call.params)


def _retrieve(call: Call) -> Json:
    return call.sandbox.get("transfer", call.path["id"])


def _list(call: Call) -> Json:
    return listed(call, "transfer", "destination", "transfer_group")


def _reverse(call: Call) -> Json:
    return reverse(call.sandbox, call.sandbox.get("transfer", call.path["id"]), call.params)


def _list_reversals(call: Call) -> Json:
    transfer = call.sandbox.get("transfer", call.path["id"])
    return listed(call, "transfer_reversal", items=reversed(transfer["reversals"]["data"]))


OPERATIONS: Final = (
    Operation("POST", "/v1/transfers", "TransferCreateParams", _create),
    Operation("GET", "/v1/transfers/{id}", "TransferRetrieveParams", _retrieve),
    Operation("GET", "/v1/transfers", "TransferListParams", _list),
    Operation("POST", "/v1/transfers/{id}/reversals", "TransferReversalCreateParams", _reverse),
    Operation("GET", "/v1/transfers/{id}/reversals", "TransferReversalListParams", _list_reversals),
)
