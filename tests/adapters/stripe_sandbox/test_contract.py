"""Nothing is asked or answered that the installed SDK does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
import stripe
from stripe.events._event_classes import get_v2_event_class

from adapters.stripe_sandbox.contract.sdk import API_VERSION, exact, shape
from adapters.stripe_sandbox.contract.walker import check
from adapters.stripe_sandbox.errors import ApiError
from adapters.stripe_sandbox.testing import IBAN, KEY, SandboxServer, client_of
from tests.kit.stripe.sandbox_actions import certified, new_account, open_session, paid, submit, transfer

_CLASSES: dict[str, Any] = {
    "balance_transaction": stripe.BalanceTransaction,
    "bank_account": stripe.BankAccount,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "payout": stripe.Payout,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "transfer": stripe.Transfer,
    "transfer_reversal": stripe.TransferReversal,
    "v2.core.account": stripe.v2.core.Account,
}


@pytest.mark.parametrize(
    ("name", "given", "param"),
    [
        ("PaymentIntentCreateParams", {"amount": "1", "currency": "eur", "curency": "eur"}, "curency"),
        ("PaymentIntentCreateParams", {"currency": "eur"}, "amount"),
        ("PaymentIntentCreateParams", {"amount": "abc", "currency": "eur"}, "amount"),
        ("PaymentIntentCreateParams", {"amount": "1.5", "currency": "eur"}, "amount"),
        ("PaymentIntentCreateParams", {"amount": "1", "currency": "eur", "confirm": "yes"}, "confirm"),
        ("PaymentIntentCreateParams", {"amount": "1", "currency": "eur", "off_session": "maybe"}, "off_session"),
        ("PaymentIntentCreateParams", {"amount": "1", "currency": "eur", "capture_method": "autom"}, "capture_method"),
        ("PaymentIntentCreateParams", {"amount": "1", "currency": "eur", "api_key": "sk_test_x"}, "api_key"),
        ("RefundCreateParams", {"reason": "because"}, "reason"),
        ("RefundCreateParams", {"metadata": "text"}, "metadata"),
        ("BalanceTransactionListParams", {"created": {"since": "1"}}, "created[since]"),
        (
            "checkout.SessionCreateParams",
            {"line_items": {"0": {"quantity": "1", "price_data": {"unit_amount": "1"}}}},
            "line_items[0][price_data][currency]",
        ),
        ("checkout.SessionCreateParams", {"line_items": "everything"}, "line_items"),
        ("checkout.SessionCreateParams", {"ui_mode": "hosted"}, "ui_mode"),
    ],
)
def test_what_the_sdk_does_not_know_is_refused(name: str, given: dict[str, Any], param: str) -> None:
    with pytest.raises(ApiError) as refused:
        check(name, given, form=True)
    assert refused.value.body["error"]["param"] == param
    assert refused.value.status == 400


def test_a_form_becomes_what_the_types_want() -> None:
    given = {"amount": "12", "currency": "eur", "off_session": "true", "expand": {"0": "latest_charge"}}
    read = check("PaymentIntentCreateParams", given, form=True)
    assert read == {"amount": 12, "currency": "eur", "off_session": True, "expand": ["latest_charge"]}
    assert check("RefundCreateParams", {"metadata": ""}, form=True) == {"metadata": ""}
    assert check("EventListParams", {"created": {"gte": "5"}}, form=True) == {"created": {"gte": 5}}
    assert check("EventListParams", {"created": "5"}, form=True) == {"created": 5}


def test_json_has_its_types_already() -> None:
    recipient = {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": "true"}}}}
    with pytest.raises(ApiError) as refused:
        check("v2.core.AccountCreateParams", {"configuration": {"recipient": recipient}}, form=False)
    wanted = "configuration.recipient.capabilities.stripe_balance.stripe_transfers.requested"
    assert refused.value.body["error"]["param"] == wanted


def test_an_operation_without_parameters_takes_none() -> None:
    assert check(None, {}, form=True) == {}
    with pytest.raises(ApiError):
        check(None, {"a": "b"}, form=True)


def test_an_object_has_no_field_the_sdk_does_not_know() -> None:
    assert shape("Refund", amount=5)["amount"] == 5
    assert "deleted" not in shape("Customer")
    with pytest.raises(KeyError):
        exact("Refund", amont=5)


def test_the_sdk_hears_what_is_wrong(sandbox: SandboxServer) -> None:
    params: Any = {"amount": 5, "curency": "eur", "currency": "eur"}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe.v1.payment_intents.create(params)
    assert (refused.value.param, refused.value.code, refused.value.http_status) == ("curency", "parameter_unknown", 400)


def test_a_live_key_is_refused(sandbox: SandboxServer) -> None:
    for key in ("sk_live_x", "rk_live_x", "sk_test_other", "x"):
        answer = sandbox.control.get("/v1/balance", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 401
    assert sandbox.control.get("/v1/balance").status_code == 401
    assert sandbox.control.get("/v1/balance", auth=(KEY, "")).status_code == 200
    assert sandbox.control.get("/v1/balance", headers={"Authorization": "Basic ###"}).status_code == 401


def test_another_version_is_refused(sandbox: SandboxServer) -> None:
    assert sandbox.stripe.v1.balance.retrieve().livemode is False
    with pytest.raises(stripe.InvalidRequestError):
        client_of(sandbox.url, stripe_version="2024-06-20").v1.balance.retrieve()
    headers = {"Authorization": f"Bearer {KEY}", "Stripe-Version": API_VERSION}
    assert sandbox.control.get("/v1/balance", headers=headers).headers["Stripe-Version"] == API_VERSION


def test_an_unknown_path_an_unknown_object_and_a_foreign_account_are_told_apart(sandbox: SandboxServer) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    assert sandbox.control.get("/v1/invoices", headers=headers).status_code == 404
    with pytest.raises(stripe.InvalidRequestError) as missing:
        sandbox.stripe.v1.charges.retrieve("ch_nobody")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    options: Any = {"stripe_account": "acct_nobody"}
    with pytest.raises(stripe.PermissionError):
        sandbox.stripe.v1.balance.retrieve(None, options)
    options = {"stripe_account": new_account(sandbox)}
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.customers.create({}, options)


def test_what_belongs_to_another_account_is_not_there(sandbox: SandboxServer) -> None:
    charge = paid(sandbox)
    sandbox.pass_time(seconds=5)
    transaction = sandbox.stripe.v1.charges.retrieve(charge.id).balance_transaction
    options: Any = {"stripe_account": certified(sandbox)}
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.balance_transactions.retrieve(str(transaction), None, options)
    assert sandbox.stripe.v1.charges.list(None, options).data == []


@pytest.mark.parametrize("body", ["a[b=1", "a]=1", "a=1&a[b]=2", "a[b]=1&a=2", "[a]=1"])
def test_brackets_that_do_not_match_are_refused(sandbox: SandboxServer, body: str) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/x-www-form-urlencoded"}
    assert sandbox.control.post("/v1/customers", content=body, headers=headers).status_code == 400


@pytest.mark.parametrize("body", ["{", "[]", "1"])
def test_a_body_that_is_no_json_object_is_refused(sandbox: SandboxServer, body: str) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    for path in ("/v2/core/accounts", "/_sandbox/clock"):
        assert sandbox.control.post(path, content=body, headers=headers).status_code == 400


def test_metadata_has_limits(sandbox: SandboxServer) -> None:
    for metadata in ({"k" * 41: "v"}, {"k": "v" * 501}, {str(number): "v" for number in range(51)}):
        with pytest.raises(stripe.InvalidRequestError):
            sandbox.stripe.v1.customers.create({"metadata": metadata})
    assert sandbox.stripe.v1.customers.create({"metadata": {"k" * 40: "v" * 500}}).metadata is not None


def test_expansion_puts_objects_in_the_place_of_ids(sandbox: SandboxServer) -> None:
    charge = paid(sandbox, 2200)
    sandbox.pass_time(seconds=5)
    client = sandbox.stripe.v1
    intent: Any = client.payment_intents.retrieve(
        str(charge.payment_intent), {"expand": ["latest_charge.balance_transaction"]}
    )
    assert intent.latest_charge.balance_transaction.fee == 58
    listed: Any = client.charges.list({"expand": ["data.balance_transaction", "data.payment_intent"]})
    assert listed.data[0].payment_intent.id == intent.id
    assert isinstance(client.charges.retrieve(charge.id).balance_transaction, str)
    with pytest.raises(stripe.InvalidRequestError):
        client.charges.retrieve(charge.id, {"expand": ["metadata"]})
    with pytest.raises(stripe.InvalidRequestError):
        client.charges.retrieve(charge.id, {"expand": ["latest_charge"]})


def test_a_wrong_expansion_is_refused_before_anything_is_done(sandbox: SandboxServer) -> None:
    for path in ("refunds_made", "charge.payment_intent.latest_charge.balance_transaction.source"):
        with pytest.raises(stripe.InvalidRequestError):
            sandbox.stripe.v1.refunds.create({"charge": paid(sandbox).id, "expand": [path]})
    assert sandbox.sandbox.state.table("refund") == {}


def test_lists_go_page_by_page_newest_first(sandbox: SandboxServer) -> None:
    ids = [open_session(sandbox).id for _ in range(3)]
    for session in ids:
        sandbox.do(f"/checkout/{session}/card")
    charges = sandbox.stripe.v1.charges
    first = charges.list({"limit": 2})
    assert (len(first.data), first.has_more) == (2, True)
    rest = charges.list({"limit": 2, "starting_after": first.data[-1].id})
    assert (len(rest.data), rest.has_more) == (1, False)
    assert [one.id for one in charges.list({"limit": 1}).auto_paging_iter()] == [
        one.id for one in [*first.data, *rest.data]
    ]
    back = charges.list({"limit": 1, "ending_before": rest.data[0].id})
    assert ([one.id for one in back.data], back.has_more) == ([first.data[1].id], True)
    assert charges.list({"created": {"gt": 9_999_999_999}}).data == []
    for params in ({"limit": 0}, {"limit": 101}, {"starting_after": "ch_no"}):
        with pytest.raises(stripe.InvalidRequestError):
            charges.list(params)  # type: ignore[arg-type]


def test_every_object_ever_made_fits_the_classes_of_the_sdk(sandbox: SandboxServer) -> None:
    _make_everything(sandbox)
    objects = [one for table in sandbox.sandbox.state.objects.values() for one in table.values()]
    seen = {one["object"] for one in objects}
    assert seen >= _CLASSES.keys() - {"item"}
    assert [fault for one in objects for fault in _faults(one)] == []


def test_what_is_answered_without_being_kept_fits_too(sandbox: SandboxServer) -> None:
    account = new_account(sandbox)
    options: Any = {"stripe_account": account}
    use: Any = {"type": "account_onboarding", "account_onboarding": {"refresh_url": "https://coop.example/again"}}
    answers: list[tuple[Any, stripe.StripeObject]] = [
        (stripe.Balance, sandbox.stripe.v1.balance.retrieve(None, options)),
        (stripe.BalanceSettings, sandbox.stripe.v1.balance_settings.retrieve(None, options)),
        (
            stripe.v2.core.AccountLink,
            sandbox.stripe.v2.core.account_links.create({"account": account, "use_case": use}),
        ),
    ]
    assert [fault for kind, one in answers for fault in _faults(one.to_dict(), kind)] == []


def test_every_event_is_one_the_sdk_knows(sandbox: SandboxServer) -> None:
    _make_everything(sandbox)
    known = set(get_args(stripe.Event.__annotations__["type"]))
    assert {one["type"] for one in sandbox.sandbox.state.table("event").values()} - known == set()
    thin = {one["type"] for one in sandbox.sandbox.state.table("v2.core.event").values()}
    assert {kind for kind in thin if get_v2_event_class(kind) is stripe.StripeObject} == set()


def _faults(thing: Any, kind: Any = None) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """The fields, at any depth, that the classes of the SDK do not have."""
    if isinstance(thing, list):
        for one in thing:
            yield from _faults(one)
    if not isinstance(thing, dict):
        return
    kind = _CLASSES.get(str(thing.get("object")), kind)
    for name, value in thing.items():
        if kind is not None and name not in kind.__annotations__:
            yield f"{kind.__name__}.{name}"
        inner = getattr(kind, "_inner_class_types", {}).get(name)
        if isinstance(value, list) and inner is not None:
            for one in value:
                yield from _faults(one, inner)
        else:
            yield from _faults(value, inner)


def _make_everything(sandbox: SandboxServer) -> None:
    """Make at least one object of each kind, in each of its interesting states."""
    client, account = sandbox.stripe.v1, certified(sandbox)
    options: Any = {"stripe_account": account}
    customer = client.customers.create({"email": "parent@example.org"}).id
    charge = paid(sandbox, 2000, "instant", customer=customer)
    for card in ("declined", "always asks"):
        submit(sandbox, open_session(sandbox), card)
    kept = open_session(sandbox, mode="setup", currency="eur", line_items=[], customer=customer)
    submit(sandbox, kept, "no money")
    submit(sandbox, kept)
    open_session(sandbox, expires_at=int(sandbox.sandbox.now()) + 1800)
    moved = transfer(sandbox, charge, account, 1500)
    client.transfers.reversals.create(moved.id, {"amount": 500})
    disputed = paid(sandbox, 3000, "disputes")
    for card in ("refund fails", "refund pends"):
        client.refunds.create({"charge": paid(sandbox, 1000, card).id, "amount": 400})
    sandbox.pass_time(days=2)
    (dispute,) = client.disputes.list({"charge": disputed.id}).data
    client.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    payout: Any = {"amount": 100, "currency": "eur"}
    client.payouts.cancel(client.payouts.create(payout, options).id, None, options)
    client.payouts.create(payout, options)
    client.accounts.external_accounts.create(account, _bank("FR7920041010050500013M02600"), options)
    client.payouts.create(payout, options)
    sandbox.pass_time(months=1)
    for action in ("ask_revision", "give_document", "accept", "revoke", "refuse", "close"):
        sandbox.do(f"/accounts/{account}/certification", action=action)
    sandbox.stripe.v2.core.accounts.update(account, {"display_name": "Coop", "identity": {"country": "fr"}})


def _bank(iban: str = IBAN) -> Any:  # noqa: ANN401 - the SDK's TypedDict
    return {"external_account": {"object": "bank_account", "country": "FR", "currency": "eur", "account_number": iban}}
