"""A coop's account: opened for transfers and manual payouts, certified at the provider, paid out to its IBAN."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import httpx2
import pytest

from adapters.payments.errors import ProviderMisuse
from adapters.payments.patience import waiting_at_most
from adapters.payments.values import Capability
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import IBAN, SandboxServer
from tests.kit.stripe.provider_requests import BACK, COOP, NEW_ACCOUNT, THANKS, certified, new_account, new_key, now

OTHER_IBAN: Final = "FR7630006000011234567890189"


def settings_of(sandbox: SandboxServer, account: str) -> Any:  # noqa: ANN401 - the SDK's object
    """Return the settings of an account's payments as the provider keeps them."""
    return sandbox.stripe.v1.balance_settings.retrieve(None, {"stripe_account": account}).payments


def test_a_new_account_names_its_ledger_and_coop_and_may_do_nothing_yet(provider: StripeProvider) -> None:
    status = provider.create_account(NEW_ACCOUNT, key=new_key())
    assert (status.ledger, status.coop_id, status.closed) == ("ad06", COOP, False)
    assert (status.transfers, status.payouts) == (Capability.RESTRICTED, Capability.RESTRICTED)
    assert not status.certified
    assert status.requirements
    assert (status.bank_accounts, status.payout_account) == ({}, None)
    assert provider.account(status.account) == status


def test_a_new_account_is_a_recipient_whose_fees_and_losses_are_the_platforms(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    account = new_account(provider)
    parts: Any = ["configuration.recipient", "defaults", "identity"]
    found = sandbox.stripe.v2.core.accounts.retrieve(account, {"include": parts})
    assert (found.dashboard, found.applied_configurations) == ("express", ["recipient"])
    assert found.defaults is not None
    assert found.identity is not None
    bears = found.defaults.responsibilities
    assert (bears.fees_collector, bears.losses_collector) == ("application", "application")
    assert (found.identity.country, found.identity.entity_type) == ("fr", "non_profit")


def test_a_new_account_pays_out_only_when_asked_and_its_bank_is_never_debited(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    payments = settings_of(sandbox, new_account(provider))
    assert payments.payouts.schedule.interval == "manual"
    assert payments.debit_negative_balances is False


def test_the_same_key_opens_one_account_and_finishes_what_was_interrupted(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    key = new_key()
    sandbox.do("/failures", kind="429", path="/v1/balance_settings")
    with waiting_at_most(0.5), pytest.raises(Exception, match="provider-unavailable"):
        provider.create_account(NEW_ACCOUNT, key=key)
    status = provider.create_account(NEW_ACCOUNT, key=key)
    assert provider.create_account(NEW_ACCOUNT, key=key) == status
    assert len(sandbox.sandbox.state.table("v2.core.account")) == 1
    assert settings_of(sandbox, status.account).debit_negative_balances is False


def test_an_account_asked_for_again_is_found_when_its_key_is_forgotten(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    for coop_id in (uuid4() for _ in range(120)):  # more than a page of others
        sandbox.stripe.v2.core.accounts.create({"metadata": {"ledger": "ad06", "coop_id": str(coop_id)}})
    opened = provider.create_account(NEW_ACCOUNT, key=new_key(), again=True)
    assert len(sandbox.sandbox.state.table("v2.core.account")) == 121
    sandbox.pass_time(days=3)
    assert provider.create_account(NEW_ACCOUNT, key=new_key(), again=True) == opened
    assert len(sandbox.sandbox.state.table("v2.core.account")) == 121
    assert settings_of(sandbox, opened.account).debit_negative_balances is False


def test_a_certified_account_may_receive_and_pay_out_to_the_iban_it_was_given(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    coop = certified(provider, sandbox)
    status = provider.account(coop.account)
    assert status.certified
    assert status.requirements == ()
    assert status.bank_accounts == {coop.bank: IBAN[-4:]}
    assert status.payout_account == coop.bank


def test_a_second_iban_is_the_one_to_pay_out_to_and_the_first_is_kept(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    coop = certified(provider, sandbox)
    second = provider.add_bank_account(coop.account, OTHER_IBAN, "COOP JULES FERRY", key=new_key())
    status = provider.account(coop.account)
    assert status.bank_accounts == {coop.bank: IBAN[-4:], second: OTHER_IBAN[-4:]}
    assert status.payout_account == second


def test_an_iban_that_is_none_is_an_error_of_ours_that_does_not_tell_it(provider: StripeProvider) -> None:
    account = new_account(provider)
    with pytest.raises(ProviderMisuse) as refused:
        provider.add_bank_account(account, "FR7630006000011234567890188", "COOP JULES FERRY", key=new_key())
    assert refused.value.values["status"] == "account_number_invalid"
    assert "30006" not in str(refused.value)
    assert "FERRY" not in str(refused.value)


@pytest.mark.parametrize(
    ("action", "capability"),
    [("revoke", Capability.RESTRICTED), ("refuse", Capability.REJECTED), ("ask_revision", Capability.ACTIVE)],
)
def test_a_certification_may_be_taken_back(
    provider: StripeProvider, sandbox: SandboxServer, action: str, capability: Capability
) -> None:
    account = certified(provider, sandbox).account
    if action == "refuse":
        sandbox.do(f"/accounts/{account}/certification", action="revoke")
    sandbox.do(f"/accounts/{account}/certification", action=action)
    assert provider.account(account).transfers is capability


def test_a_review_says_what_is_missing_and_until_when(provider: StripeProvider, sandbox: SandboxServer) -> None:
    account = certified(provider, sandbox).account
    sandbox.do(f"/accounts/{account}/certification", action="ask_revision")
    status = provider.account(account)
    assert status.due is not None
    assert timedelta(days=59) < status.due - now(sandbox) <= timedelta(days=60)
    assert status.requirements


def test_a_document_under_review_leaves_the_capabilities_pending(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    account = new_account(provider)
    provider.add_bank_account(account, IBAN, "COOP JULES FERRY", key=new_key())
    sandbox.do(f"/accounts/{account}/certification", action="give_document")
    assert provider.account(account).transfers is Capability.PENDING


def test_a_closed_account_is_certified_for_nothing(provider: StripeProvider, sandbox: SandboxServer) -> None:
    account = certified(provider, sandbox).account
    sandbox.do(f"/accounts/{account}/certification", action="close")
    status = provider.account(account)
    assert status.closed
    assert not status.certified


def test_an_account_made_by_hand_belongs_to_no_ledger_and_asked_for_nothing(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    bare = sandbox.stripe.v2.core.accounts.create({"display_name": "Essai"})
    status = provider.account(bare.id)
    assert (status.ledger, status.coop_id) == (None, None)
    assert (status.transfers, status.payouts) == (Capability.UNREQUESTED, Capability.UNREQUESTED)


def test_the_onboarding_link_leads_to_a_page_of_the_provider(provider: StripeProvider, sandbox: SandboxServer) -> None:
    link = provider.onboarding_link(new_account(provider), return_url=THANKS, refresh_url=BACK)
    assert link.startswith(sandbox.url)
    assert httpx2.get(link).status_code == 200


def test_an_account_nobody_opened_is_an_error_of_ours(provider: StripeProvider) -> None:
    with pytest.raises(ProviderMisuse) as refused:
        provider.account("acct_none")
    assert refused.value.values["status"] == "resource_missing"
