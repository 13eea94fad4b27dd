"""Linked ids that come late: for a while after an object is made, the API shows null where another one's id will be."""

from __future__ import annotations

from typing import Any, Final

from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

LATE: Final = {
    "payment_intent": ("latest_charge",),
    "charge": ("balance_transaction", "payment_intent"),
    "checkout.session": ("payment_intent",),
    "refund": ("charge", "balance_transaction"),
    "transfer": ("source_transaction", "destination"),
    "balance_transaction": ("source",),
}
"""The links of each kind of object that Stripe may still leave empty when it first shows it."""


def hold_back(sandbox: Sandbox, object_id: str, names: list[str], seconds: float) -> None:
    """Show some links of one object as null for some seconds.

    Raises:
        ApiError: there is no such object, or such a link of it is never late (400).
    """
    kinds = [kind for kind, table in sandbox.state.objects.items() if object_id in table]
    if not kinds or not set(names) <= set(LATE.get(kinds[0], ())):
        raise refuse(f"Nothing of {object_id} comes late: {', '.join(names)}.")
    kept = sandbox.state.hidden.setdefault(object_id, {})
    kept["late"] = {"names": names, "until": sandbox.instant() + seconds}


def withhold(sandbox: Sandbox, shown: Any) -> None:  # noqa: ANN401 - objects and lists
    """Empty the links that come late, in a copy that is about to be shown."""
    for one in shown.get("data", ()) if shown.get("object") == "list" else (shown,):
        if isinstance(one, dict):
            for name in LATE.get(str(one.get("object")), ()):
                if one.get(name) is not None and _is_late(sandbox, one, name):
                    one[name] = None


def _is_late(sandbox: Sandbox, thing: Json, name: str) -> bool:
    asked = sandbox.state.hidden.get(thing["id"], {}).get("late")
    if asked is not None and name in asked["names"] and sandbox.instant() < asked["until"]:
        return True
    chaos = sandbox.state.chaos
    if not chaos.get("late_rate") or sandbox.instant() >= _since(sandbox, thing) + chaos["late_seconds"]:
        return False
    return sandbox.drawn(f"{thing['id']}:{name}") < float(chaos["late_rate"])


def _since(sandbox: Sandbox, thing: Json) -> float:
    """When the link came to be: an intent is older than its charge."""
    link = thing.get("latest_charge")
    return float(sandbox.get("charge", link)["created"] if isinstance(link, str) else thing["created"])
