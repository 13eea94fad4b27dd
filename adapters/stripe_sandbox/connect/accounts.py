"""Connected accounts of the second version of the API, with the recipient configuration."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from adapters.stripe_sandbox.addresses import onboarding_path
from adapters.stripe_sandbox.connect.certification import NOT_STARTED, apply
from adapters.stripe_sandbox.contract.sdk import shape
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit_thin
from adapters.stripe_sandbox.metadata import merged
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

ACCOUNT: Final = "v2.core.account"
_LINK_LIFE: Final = 15 * 60
LINK: Final = "sandbox.account_link"  # Stripe's own account links have no id
_UPDATABLE: Final = ("contact_email", "contact_phone", "display_name", "dashboard")


class _Rule(NamedTuple):
    """A combination Stripe refuses, and the parameter it names."""

    broken: bool
    message: str
    param: str


def new_account(sandbox: Sandbox, params: Json) -> Json:
    """Create a connected account.

    Raises:
        ApiError: a combination that Stripe refuses for a platform that bears losses and fees.
    """
    _check(params)
    recipient = (params.get("configuration") or {}).get("recipient")
    responsibilities = (params.get("defaults") or {}).get("responsibilities") or {}
    account = shape(
        "v2.core.Account",
        id=sandbox.new_id("acct"),
        object=ACCOUNT,
        applied_configurations=["recipient"] if recipient is not None else [],
        closed=False,
        configuration={"customer": None, "merchant": None, "recipient": _recipient(recipient)},
        contact_email=params.get("contact_email"),
        contact_phone=params.get("contact_phone"),
        created=sandbox.iso_now(),
        dashboard=params.get("dashboard"),
        defaults={
            "currency": (params.get("defaults") or {}).get("currency", "eur"),
            "locales": (params.get("defaults") or {}).get("locales"),
            "profile": None,
            "responsibilities": {"requirements_collector": "stripe", **responsibilities},
        },
        display_name=params.get("display_name"),
        identity=_identity(params.get("identity") or {}),
        livemode=False,
        metadata=merged({}, params.get("metadata")),
        requirements={"alternatives": [], "entries": [], "summary": {"minimum_deadline": None}},
    )
    hidden: Json = {"state": NOT_STARTED, "deadline": None, "bank": None, "settings": {}}
    sandbox.add(account, hidden=hidden)
    apply(sandbox, account, quiet=True)
    emit_thin(sandbox, "v2.core.account.created", account["id"])
    return account


def update_account(sandbox: Sandbox, account: Json, params: Json) -> Json:
    """Change an account: names, metadata (an empty value removes a key), capabilities asked for."""
    for name in _UPDATABLE:
        if name in params:
            account[name] = params[name]
    account["metadata"] = merged(account["metadata"], params.get("metadata"))
    if params.get("identity"):
        account["identity"] |= _identity(account["identity"] | params["identity"])
        emit_thin(sandbox, "v2.core.account[identity].updated", account["id"])
    wanted = (params.get("configuration") or {}).get("recipient")
    if wanted is not None:
        if account["configuration"]["recipient"] is None:
            account["configuration"]["recipient"] = _recipient(wanted)
            account["applied_configurations"] = ["recipient"]
        emit_thin(sandbox, "v2.core.account[configuration.recipient].updated", account["id"])
        apply(sandbox, account)
    emit_thin(sandbox, "v2.core.account.updated", account["id"])
    return account


def new_link(sandbox: Sandbox, params: Json) -> Json:
    """Create the address of the certification page of an account, good for 15 minutes.

    Raises:
        ApiError: there is no such account, or the use case has no options.
    """
    sandbox.get(ACCOUNT, params["account"])
    use = params["use_case"]
    options = use.get(use["type"])
    if options is None:
        raise refuse(f"Missing required param: use_case.{use['type']}.", param=f"use_case.{use['type']}")
    expires = sandbox.now() + _LINK_LIFE
    kept = {
        "id": sandbox.new_id("link"),
        "object": LINK,
        "account": params["account"],
        "expires_at": expires,
        "return_url": options.get("return_url"),
        "refresh_url": options["refresh_url"],
        "returned": False,
    }
    sandbox.add(kept)
    return shape(
        "v2.core.AccountLink",
        account=params["account"],
        created=sandbox.iso_now(),
        expires_at=datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        livemode=False,
        object="v2.core.account_link",
        url=sandbox.settings.base_url + onboarding_path(kept["id"]),
        use_case={"account_onboarding": None, "account_update": None, **use},
    )


def return_from(sandbox: Sandbox, link: Json) -> str:
    """Close an account link and say where its person goes on; Stripe tells the platform."""
    if not link["returned"]:
        link["returned"] = True
        told = {"account_id": link["account"], "configurations": ["recipient"], "use_case": "account_onboarding"}
        emit_thin(sandbox, "v2.core.account_link.returned", link["account"], told)
    return str(link["return_url"] or link["refresh_url"])


def _check(params: Json) -> None:
    responsibilities = (params.get("defaults") or {}).get("responsibilities") or {}
    collectors = (responsibilities.get("fees_collector"), responsibilities.get("losses_collector"))
    rules = (
        _Rule(
            params.get("dashboard") == "express" and collectors != ("application", "application"),
            "Accounts with the express dashboard need fees_collector and losses_collector to be application.",
            "defaults.responsibilities",
        ),
        _Rule(
            (params.get("identity") or {}).get("country", "fr").lower() != "fr",
            "The sandbox knows accounts in France only.",
            "identity.country",
        ),
        _Rule(
            bool((params.get("configuration") or {}).get("merchant")),
            "The sandbox has the recipient configuration only.",
            "configuration.merchant",
        ),
    )
    for rule in rules:
        if rule.broken:
            raise refuse(rule.message, param=rule.param)


def _recipient(wanted: Json | None) -> Json | None:
    """Return the recipient configuration; payouts come with transfers."""
    if wanted is None:
        return None
    balance = ((wanted.get("capabilities") or {}).get("stripe_balance")) or {}
    asked = (balance.get("stripe_transfers") or {}).get("requested", False)
    waiting: Json = {"status": "restricted", "status_details": []}
    both = {"payouts": dict(waiting), "stripe_transfers": dict(waiting)} if asked else None
    return {"applied": True, "capabilities": {"bank_accounts": None, "cards": None, "stripe_balance": both}}


def _identity(given: Json) -> Json:
    return {
        "attestations": given.get("attestations"),
        "business_details": given.get("business_details"),
        "country": given.get("country"),
        "entity_type": given.get("entity_type"),
        "individual": given.get("individual"),
    }
