"""An account from its first step to its certification, its revision and its end; the platform hears of each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from adapters.stripe_sandbox.interactions import onboarding
from adapters.stripe_sandbox.testing import IBAN, SECRETS, SandboxServer, heard_from
from tests.kit.stripe.sandbox_actions import certified, new_account
from tests.kit.waiting import wait_until

_ALL: Any = ["configuration.recipient", "requirements", "identity", "defaults", "future_requirements"]
_CHANGED = "v2.core.account[configuration.recipient].capability_status_updated"
_RETURN = "https://coop.example/retour"


def _capabilities(sandbox: SandboxServer, account: str) -> tuple[str, str]:
    found = sandbox.stripe.v2.core.accounts.retrieve(account, {"include": ["configuration.recipient"]})
    assert found.configuration is not None
    assert found.configuration.recipient is not None
    balance: Any = found.configuration.recipient.capabilities.stripe_balance  # type: ignore[union-attr]
    return balance.stripe_transfers.status, balance.payouts.status


def _certify(sandbox: SandboxServer, account: str, action: str) -> str:
    return str(sandbox.do(f"/accounts/{account}/certification", action=action)["state"])


def _open_link(sandbox: SandboxServer, account: str) -> str:
    use: Any = {
        "type": "account_onboarding",
        "account_onboarding": {"refresh_url": "https://coop.example/encore", "return_url": _RETURN},
    }
    return sandbox.stripe.v2.core.account_links.create({"account": account, "use_case": use}).url


def test_a_new_account_may_do_nothing_and_says_what_it_lacks(sandbox: SandboxServer) -> None:
    account = new_account(sandbox)
    assert _capabilities(sandbox, account) == ("restricted", "restricted")
    found: Any = sandbox.stripe.v2.core.accounts.retrieve(account, {"include": _ALL})
    asked = [entry.description for entry in found.requirements.entries]
    assert asked == ["external_account", "identity.business_details.documents.proof_of_registration"]
    assert found.requirements.summary.minimum_deadline.status == "past_due"
    assert found.defaults.responsibilities.losses_collector == "application"
    assert found.identity.entity_type == "non_profit"


def test_parts_that_are_not_included_are_null(sandbox: SandboxServer) -> None:
    found = sandbox.stripe.v2.core.accounts.retrieve(new_account(sandbox))
    assert (found.configuration, found.requirements, found.identity, found.defaults) == (None, None, None, None)
    assert found.display_name == "Coop Jules Ferry"


def test_the_states_follow_one_another(sandbox: SandboxServer) -> None:
    account = new_account(sandbox)
    bank = sandbox.do(f"/accounts/{account}/bank_account", iban="FR14 2004 1010 0505 0001 3M02 606", holder="COOP")
    assert bank["outcome"] == "BankAccountGiven"
    assert _certify(sandbox, account, "give_document") == "in_review"
    assert _capabilities(sandbox, account) == ("pending", "pending")
    assert _certify(sandbox, account, "accept") == "verified"
    assert _capabilities(sandbox, account) == ("active", "active")
    assert _certify(sandbox, account, "ask_revision") == "to_complete"
    assert _capabilities(sandbox, account) == ("active", "active")
    assert _certify(sandbox, account, "revoke") == "suspended"
    assert _capabilities(sandbox, account) == ("restricted", "restricted")
    assert _certify(sandbox, account, "refuse") == "rejected"
    assert _capabilities(sandbox, account) == ("rejected", "rejected")
    assert _certify(sandbox, account, "close") == "closed"
    assert sandbox.stripe.v2.core.accounts.retrieve(account).closed


def test_without_a_bank_account_money_comes_in_but_not_out(sandbox: SandboxServer) -> None:
    account = new_account(sandbox)
    assert _certify(sandbox, account, "give_document") == "in_progress"
    assert _certify(sandbox, account, "accept") == "verified"
    assert _capabilities(sandbox, account) == ("active", "restricted")
    sandbox.do(f"/accounts/{account}/bank_account", iban=IBAN, holder="COOP")
    assert _capabilities(sandbox, account) == ("active", "active")


def test_a_revision_that_is_not_answered_suspends(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    page = sandbox.do(f"/accounts/{account}/certification", action="ask_revision")
    deadline = datetime.fromisoformat(page["deadline"])
    assert 59 < (deadline - datetime.fromtimestamp(sandbox.sandbox.now(), UTC)).days + 1 <= 61
    sandbox.pass_time(days=61)
    assert _capabilities(sandbox, account) == ("restricted", "restricted")


def test_a_revision_that_was_answered_does_not(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    _certify(sandbox, account, "ask_revision")
    _certify(sandbox, account, "give_document")
    _certify(sandbox, account, "accept")
    sandbox.pass_time(days=61)
    assert _capabilities(sandbox, account) == ("active", "active")


def test_a_decision_that_makes_no_sense_is_refused(sandbox: SandboxServer) -> None:
    account = new_account(sandbox)
    for action in ("accept", "revoke", "ask_revision", "dance"):
        answer = sandbox.control.post(f"/_sandbox/accounts/{account}/certification", json={"action": action})
        assert answer.status_code == 400, action
    assert onboarding.possible("not_started") == ("give_document", "refuse", "close")
    assert onboarding.possible("closed") == ()
    assert (
        sandbox.control.post("/_sandbox/accounts/acct_no/certification", json={"action": "accept"}).status_code == 404
    )


def test_a_wrong_bank_account_is_told_in_words_the_page_knows(sandbox: SandboxServer) -> None:
    account = new_account(sandbox)
    for iban, holder, code in (
        ("FR00", "COOP", "account_number_invalid"),
        ("DE89370400440532013000", "COOP", "bank_account_unusable"),
        (IBAN, " ", "holder_missing"),
    ):
        answer = sandbox.do(f"/accounts/{account}/bank_account", iban=iban, holder=holder)
        assert answer == {"outcome": "BankAccountRefused", "code": code}


def test_a_link_leads_to_its_account_for_a_quarter_of_an_hour(sandbox: SandboxServer) -> None:
    account = new_account(sandbox)
    url = _open_link(sandbox, account)
    link_id = url.rsplit("/", 1)[-1]
    page = onboarding.find_onboarding(sandbox.sandbox, link_id)
    assert (page.account.account_id, page.expired, page.return_url) == (account, False, _RETURN)
    sandbox.pass_time(seconds=901)
    assert onboarding.find_onboarding(sandbox.sandbox, link_id).expired


def test_combinations_that_stripe_blocks_are_refused(sandbox: SandboxServer) -> None:
    stripes: Any = {"responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"}}
    params: list[Any] = [
        {"dashboard": "express", "defaults": stripes},
        {"identity": {"country": "de"}},
        {"configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}}},
    ]
    for one in params:
        with pytest.raises(stripe.InvalidRequestError):
            sandbox.stripe.v2.core.accounts.create(one)


def test_an_account_can_be_changed(sandbox: SandboxServer) -> None:
    created = sandbox.stripe.v2.core.accounts.create({"display_name": "Coop", "metadata": {"a": "1", "b": "2"}})
    asked: Any = {
        "display_name": "Coop Ferry",
        "metadata": {"a": "3", "b": ""},
        "configuration": {
            "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}},
        },
        "include": ["configuration.recipient"],
    }
    changed = sandbox.stripe.v2.core.accounts.update(created.id, asked)
    assert changed.display_name == "Coop Ferry"
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"a": "3"}
    assert _capabilities(sandbox, created.id) == ("restricted", "restricted")


def test_the_platform_hears_of_it_in_thin_events(sandbox: SandboxServer) -> None:
    with heard_from(sandbox, "accounts") as heard:
        account = certified(sandbox)
        onboarding.leave_onboarding(sandbox.sandbox, _open_link(sandbox, account).rsplit("/", 1)[-1])
        wait_until(lambda: "v2.core.account_link.returned" in heard.types())
        for body, signature in zip(heard.bodies, heard.signatures, strict=True):
            note = sandbox.stripe.parse_event_notification(body, signature, SECRETS["accounts"])
            assert note.type == json.loads(body)["type"]
            assert b'"data"' not in body
        event = next(one for one in heard.events() if one["type"] == _CHANGED)
        full: Any = sandbox.stripe.v2.core.events.retrieve(event["id"])
        assert full.data.updated_capability == "stripe_balance.stripe_transfers"
        assert full.related_object.id == account
        returned: Any = sandbox.stripe.v2.core.events.retrieve(heard.events()[-1]["id"])
        assert returned.data.account_id == account
        with pytest.raises(ValueError):
            sandbox.stripe.construct_event(heard.bodies[0], heard.signatures[0], SECRETS["accounts"])
