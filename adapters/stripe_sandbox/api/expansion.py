"""Expansion: ids replaced by their objects where a request asks for it."""

from __future__ import annotations

import copy
from typing import Any, Final

from adapters.stripe_sandbox.api.late import withhold
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

_KINDS: Final = {
    "ba": "bank_account",
    "ch": "charge",
    "cus": "customer",
    "du": "dispute",
    "pi": "payment_intent",
    "pm": "payment_method",
    "po": "payout",
    "py": "charge",
    "pyr": "refund",
    "re": "refund",
    "seti": "setup_intent",
    "tr": "transfer",
    "trr": "transfer_reversal",
    "txn": "balance_transaction",
}
_EXPANDABLE: Final = frozenset(
    {
        "balance_transaction",
        "charge",
        "customer",
        "destination",
        "destination_payment",
        "destination_payment_refund",
        "failure_balance_transaction",
        "latest_charge",
        "payment_intent",
        "payment_method",
        "setup_intent",
        "source",
        "source_transaction",
        "source_transfer",
        "source_transfer_reversal",
        "transfer",
    }
)
_DEEPEST: Final = 4  # Stripe's limit


def check_paths(paths: list[str]) -> None:
    """Refuse what can never be expanded, before anything is done.

    Raises:
        ApiError: too deep, or a name that never holds an id (400).
    """
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            raise refuse(f"You cannot expand more than {_DEEPEST} levels of a property: {path}", param="expand")
        if any(step not in _EXPANDABLE | {"data", "line_items"} for step in steps):
            raise refuse(f"This property cannot be expanded ({path}).", param="expand")


def expand(sandbox: Sandbox, answer: Json, paths: list[str]) -> Json:
    """Return a copy of an answer with what the paths name (``latest_charge.balance_transaction``) in full.

    Raises:
        ApiError: a path names nothing that can be expanded (400).
    """
    shown = copy.deepcopy(answer)
    withhold(sandbox, shown)
    for path in paths:
        _walk(sandbox, shown, path.split("."), path)
    return shown


def _walk(sandbox: Sandbox, here: Any, steps: list[str], path: str) -> None:  # noqa: ANN401 - objects and lists
    for one in here if isinstance(here, list) else [here]:
        _step(sandbox, one, steps, path)


def _step(sandbox: Sandbox, here: Json, steps: list[str], path: str) -> None:
    name, *rest = steps
    if here.get("object") == "checkout.session" and name == "line_items":
        lines = copy.deepcopy(sandbox.state.hidden[here["id"]]["lines"])
        url = f"/v1/checkout/sessions/{here['id']}/line_items"
        here[name] = {"object": "list", "data": lines, "has_more": False, "url": url}
        return
    if name not in here or not (name in _EXPANDABLE or (name == "data" and rest)):
        raise refuse(f"This property cannot be expanded ({path}).", param="expand")
    if isinstance(here[name], str):
        kind = _KINDS.get(here[name].split("_", 1)[0])
        if kind is None:
            raise refuse(f"This property cannot be expanded ({path}).", param="expand")
        here[name] = copy.deepcopy(sandbox.get(kind, here[name]))
        withhold(sandbox, here[name])
    if rest and here[name] is not None:
        _walk(sandbox, here[name], rest, path)
