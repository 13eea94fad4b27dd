"""Certification: the states an account goes through, and what each means for its capabilities and requirements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal

from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit_thin
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

CertificationState = Literal[
    "not_started", "in_progress", "in_review", "verified", "to_complete", "suspended", "rejected", "closed"
]
CertificationAction = Literal["give_document", "accept", "refuse", "ask_revision", "revoke", "close"]

NOT_STARTED: Final[CertificationState] = "not_started"
_REVISION_DAYS: Final = 60  # how long a review waits for what it asks
_DAY: Final = 86_400

# From which states an action is possible, and where it leads; giving a document goes to review only with a bank.
_MOVES: Final[dict[str, tuple[frozenset[str], CertificationState]]] = {
    "accept": (frozenset({"in_review", "to_complete", "suspended", "in_progress"}), "verified"),
    "refuse": (frozenset({"not_started", "in_progress", "in_review", "to_complete", "suspended"}), "rejected"),
    "ask_revision": (frozenset({"in_review", "verified"}), "to_complete"),
    "revoke": (frozenset({"verified", "to_complete"}), "suspended"),
    "close": (
        frozenset({"not_started", "in_progress", "in_review", "verified", "to_complete", "suspended", "rejected"}),
        "closed",
    ),
}

_STATUS: Final[dict[str, tuple[str, str | None, str | None]]] = {
    "not_started": ("restricted", "requirements_past_due", "provide_info"),
    "in_progress": ("restricted", "requirements_past_due", "provide_info"),
    "in_review": ("pending", "requirements_pending_verification", "no_resolution"),
    "verified": ("active", None, None),
    "to_complete": ("active", None, None),
    "suspended": ("restricted", "requirements_past_due", "provide_info"),
    "rejected": ("rejected", "rejected_incomplete_verification", "contact_stripe"),
    "closed": ("restricted", "restricted_other", "contact_stripe"),
}
_DOCUMENT: Final = "identity.business_details.documents.proof_of_registration"
_BANK: Final = "external_account"


def state_of(sandbox: Sandbox, account: Json) -> CertificationState:
    """Return how far the certification of an account is."""
    state: CertificationState = sandbox.state.hidden[account["id"]]["state"]
    return state


def certify(sandbox: Sandbox, account: Json, action: CertificationAction) -> CertificationState:
    """Carry out a decision about an account, and tell the platform what changed.

    Raises:
        ApiError: the action makes no sense in the present state.
    """
    hidden = sandbox.state.hidden[account["id"]]
    if action == "give_document":
        _give_document(hidden)
    else:
        allowed, reached = _MOVES[action]
        if hidden["state"] not in allowed:
            raise refuse(f"An account that is {hidden['state']} cannot {action}.", code="certification_impossible")
        hidden["state"] = reached
    hidden["deadline"] = None
    if hidden["state"] == "to_complete":
        hidden["deadline"] = sandbox.now() + _REVISION_DAYS * _DAY
        sandbox.plan("revision_lapse", hidden["deadline"], id=account["id"])
    if action == "close":
        account["closed"] = True
    apply(sandbox, account)
    if action == "close":
        emit_thin(sandbox, "v2.core.account.closed", account["id"])
    return state_of(sandbox, account)


def possible(state: CertificationState) -> tuple[CertificationAction, ...]:
    """Return the actions that make sense in a state."""
    actions: tuple[CertificationAction, ...] = ("accept", "refuse", "ask_revision", "revoke", "close")
    found = tuple(action for action in actions if state in _MOVES[action][0])
    return found if state in {"rejected", "closed"} else ("give_document", *found)


def lapse(sandbox: Sandbox, due: Json) -> None:
    """Suspend an account whose revision was not answered in time."""
    hidden = sandbox.state.hidden[due["id"]]
    if hidden["state"] == "to_complete" and hidden["deadline"] == due["at"]:
        hidden["state"], hidden["deadline"] = "suspended", None
        apply(sandbox, sandbox.get("v2.core.account", due["id"]))


def apply(sandbox: Sandbox, account: Json, *, quiet: bool = False) -> None:
    """Bring capabilities and requirements of an account in line with its state; ``quiet`` sends no event."""
    hidden = sandbox.state.hidden[account["id"]]
    requirements = _requirements(hidden)
    if requirements != account["requirements"]:
        account["requirements"] = requirements
        if not quiet:
            emit_thin(sandbox, "v2.core.account[requirements].updated", account["id"])
    recipient = account["configuration"]["recipient"]
    balance = recipient["capabilities"]["stripe_balance"] if recipient else None
    if balance is None:
        return
    for name in ("stripe_transfers", "payouts"):
        wanted = _capability(hidden, name)
        if wanted == balance[name]:
            continue
        balance[name] = wanted
        if not quiet:
            kind = "v2.core.account[configuration.recipient].capability_status_updated"
            emit_thin(sandbox, kind, account["id"], {"updated_capability": f"stripe_balance.{name}"})


def may(account: Json, capability: Literal["stripe_transfers", "payouts"]) -> bool:
    """Tell whether a capability of an account is active."""
    recipient = account["configuration"]["recipient"] or {"capabilities": {}}
    balance = recipient["capabilities"].get("stripe_balance") or {}
    return bool((balance.get(capability) or {}).get("status") == "active")


def _give_document(hidden: Json) -> None:
    if hidden["state"] in {"rejected", "closed"}:
        raise refuse(f"An account that is {hidden['state']} takes no document.", code="certification_impossible")
    hidden["document"] = True
    if hidden["state"] != "verified":
        hidden["state"] = "in_review" if hidden["bank"] else "in_progress"


def _capability(hidden: Json, name: str) -> Json:
    status, code, resolution = _STATUS[hidden["state"]]
    if name == "payouts" and status == "active" and not hidden["bank"]:
        status, code, resolution = "restricted", "requirements_past_due", "provide_info"
    details = [{"code": code, "resolution": resolution}] if code else []
    return {"status": status, "status_details": details}


def _requirements(hidden: Json) -> Json:
    state = hidden["state"]
    entries = []
    if state in {"not_started", "in_progress", "suspended", "to_complete"}:
        if not hidden["bank"]:
            entries.append(_entry(_BANK, ["payouts"], "user", "past_due"))
        if state in {"suspended", "to_complete"} or not hidden.get("document"):
            urgency = "currently_due" if state == "to_complete" else "past_due"
            entries.append(_entry(_DOCUMENT, ["payouts", "stripe_transfers"], "user", urgency))
    elif state == "in_review":
        entries.append(_entry(_DOCUMENT, ["payouts", "stripe_transfers"], "stripe", "currently_due"))
    elif state == "verified" and not hidden["bank"]:
        entries.append(_entry(_BANK, ["payouts"], "user", "past_due"))
    deadline: Json | None = None
    if entries:
        urgent = (
            "past_due" if any(one["minimum_deadline"]["status"] == "past_due" for one in entries) else "currently_due"
        )
        deadline = {"status": urgent, "time": _iso(hidden["deadline"])}
    return {"alternatives": [], "entries": entries, "summary": {"minimum_deadline": deadline}}


def _entry(description: str, capabilities: list[str], waits_for: str, urgency: str) -> Json:
    restricted = [
        {"capability": f"stripe_balance.{name}", "configuration": "recipient", "deadline": {"status": urgency}}
        for name in capabilities
    ]
    return {
        "awaiting_action_from": waits_for,
        "description": description,
        "errors": [],
        "impact": {"restricts_capabilities": restricted},
        "minimum_deadline": {"status": urgency},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }


def _iso(instant: float | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
