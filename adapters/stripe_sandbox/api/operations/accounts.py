"""Connected accounts, their links and bank accounts."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.api.calls import Call, Operation
from adapters.stripe_sandbox.api.lists import listed
from adapters.stripe_sandbox.connect.accounts import ACCOUNT, new_account, new_link, update_account
from adapters.stripe_sandbox.connect.bank_accounts import add_bank_account, bank_accounts, remove_bank_account
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.sandbox import refuse

# Parts of an account that are null unless a request includes them; the value is how ``include`` names them.
_PARTS: Final = ("defaults", "future_requirements", "identity", "requirements")
_CONFIGURATIONS: Final = ("customer", "merchant", "recipient")


def _shown(call: Call, account: Json) -> Json:
    """Return an account with the parts that ``include`` names; all others are null."""
    included = call.params.get("include") or []
    shown = account | {part: account[part] if part in included else None for part in _PARTS}
    wanted = [name for name in _CONFIGURATIONS if f"configuration.{name}" in included]
    held = account["configuration"]
    shown["configuration"] = {name: held[name] if name in wanted else None for name in held} if wanted else None
    return shown


def _create(call: Call) -> Json:
    return _shown(call, new_account(call.sandbox, call.params))


def _retrieve(call: Call) -> Json:
    return _shown(call, call.sandbox.get(ACCOUNT, call.path["id"]))


def _list(call: Call) -> Json:
    """Return a page of the accounts that were not closed; the second version's lists show no parts of them."""
    accounts = [one for one in call.sandbox.state.table(ACCOUNT).values() if not one["closed"]]
    start, limit = int(call.params.get("page", 0)), call.params.get("limit", 10)
    found, more = accounts[start : start + limit], start + limit < len(accounts)
    following = f"{call.url}?limit={limit}&page={start + limit}" if more else None
    return {"data": [_shown(call, one) for one in found], "next_page_url": following, "previous_page_url": None}


def _update(call: Call) -> Json:
    return _shown(call, update_account(call.sandbox, call.sandbox.get(ACCOUNT, call.path["id"]), call.params))


def _link(call: Call) -> Json:
    return new_link(call.sandbox, call.params)


def _add_bank_account(call: Call) -> Json:
    given = call.params["external_account"]
    if not isinstance(given, dict) or given.get("object") != "bank_account":
        raise refuse("The sandbox takes bank accounts with object=bank_account only.", param="external_account")
    more = given | {"metadata": call.params.get("metadata")}
    return add_bank_account(
        call.sandbox, call.path["account"], given["account_number"], given.get("account_holder_name"), more
    )


def _list_bank_accounts(call: Call) -> Json:
    call.sandbox.get(ACCOUNT, call.path["account"])
    return listed(call, "bank_account", "object", items=bank_accounts(call.sandbox, call.path["account"]))


def _remove_bank_account(call: Call) -> Json:
    return remove_bank_account(call.sandbox, call.path["account"], call.path["id"])


OPERATIONS: Final = (
    Operation("POST", "/v2/core/accounts", "v2.core.AccountCreateParams", _create),
    Operation("GET", "/v2/core/accounts", "v2.core.AccountListParams", _list),
    Operation("GET", "/v2/core/accounts/{id}", "v2.core.AccountRetrieveParams", _retrieve),
    Operation("POST", "/v2/core/accounts/{id}", "v2.core.AccountUpdateParams", _update),
    Operation("POST", "/v2/core/account_links", "v2.core.AccountLinkCreateParams", _link),
    Operation(
        "POST",
        "/v1/accounts/{account}/external_accounts",
        "AccountExternalAccountCreateParams",
        _add_bank_account,
        on_account=True,
    ),
    Operation(
        "GET",
        "/v1/accounts/{account}/external_accounts",
        "AccountExternalAccountListParams",
        _list_bank_accounts,
        on_account=True,
    ),
    Operation(
        "DELETE",
        "/v1/accounts/{account}/external_accounts/{id}",
        "AccountExternalAccountDeleteParams",
        _remove_bank_account,
        on_account=True,
    ),
)
