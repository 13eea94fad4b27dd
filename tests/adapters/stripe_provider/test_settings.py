"""Settings that could move the wrong money, or tell a secret, are refused."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from adapters.payments.errors import ProviderMisuse
from adapters.payments.port import Endpoint, PaymentProvider
from adapters.stripe_provider import API_VERSION, StripeProvider, StripeSettings
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.provider_requests import certified, settings_for


@pytest.mark.parametrize(
    ("key", "live"),
    [("sk_live_secret", False), ("rk_live_secret", False), ("sk_test_secret", True), ("rk_test_secret", True)],
)
def test_a_key_of_the_other_mode_is_refused_without_being_told(key: str, live: bool) -> None:  # noqa: FBT001 - a case
    with pytest.raises(ProviderMisuse, match="key of the other mode") as refused:
        StripeSettings(api_key=key, live=live)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "key", ["", "pk_test_public", "whsec_secret", "sk_test_", "sk_test_secret\n", " sk_test_secret", "sk_test_é"]
)
def test_what_is_no_secret_or_restricted_key_is_refused(key: str) -> None:
    with pytest.raises(ProviderMisuse, match="not a secret or restricted key"):
        StripeSettings(api_key=key, live=False)


def test_a_live_key_never_leaves_for_another_address() -> None:
    StripeSettings(api_key="sk_live_secret", live=True)
    with pytest.raises(ProviderMisuse, match="another address"):
        StripeSettings(api_key="sk_live_secret", live=True, base_url="http://127.0.0.1:8001")


def test_settings_show_neither_the_key_nor_the_secrets_of_the_endpoints() -> None:
    shown = repr(StripeSettings(api_key="sk_test_secret", live=False, webhook_secrets={Endpoint.CONNECT: ("whsec_s",)}))
    assert "sk_test" not in shown
    assert "whsec" not in shown


def test_the_adapter_is_a_payment_provider() -> None:
    provider: PaymentProvider = StripeProvider(settings_for("http://127.0.0.1:9"))
    missing = [name for name in vars(PaymentProvider) if not hasattr(provider, name)]
    assert [name for name in missing if not name.startswith("_")] == []


def test_the_version_of_the_api_is_the_one_the_sdk_was_made_for() -> None:
    assert API_VERSION == "2026-10-28.endive"


def test_the_switch_that_prints_bodies_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_LOG", "debug")
    with pytest.raises(ProviderMisuse, match="STRIPE_LOG"):
        StripeProvider(settings_for("http://127.0.0.1:9"))


def test_no_log_at_any_level_holds_the_key_an_address_or_a_body(
    provider: StripeProvider,
    sandbox: SandboxServer,
    caplog: pytest.LogCaptureFixture,
    capfd: Any,  # noqa: ANN401 - pytest's own
) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="stripe"):
        certified(provider, sandbox)
        with pytest.raises(ProviderMisuse):
            provider.payment("pi_coop@ecole.example")
    told = caplog.text + "".join(capfd.readouterr())
    assert "sk_test" not in told
    assert "ecole.example" not in told.replace("pi_coop%40ecole.example", "").replace("pi_coop@ecole.example", "")
    assert "JULES FERRY" not in told
