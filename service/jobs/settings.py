"""How the payment provider is reached: everything from the environment, no secret has a default."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.payments.port import Endpoint
from adapters.stripe_provider import StripeSettings


class PaymentSettings(BaseSettings):
    """Settings read from ``COOPLEDGER_STRIPE_…`` variables; without a key nothing can be paid by card here.

    ``url`` is the sandbox's address; without it calls go to the provider itself. Secrets of notifications are lists
    separated by commas: the old and the new one during a rotation.
    """

    model_config = SettingsConfigDict(env_prefix="COOPLEDGER_STRIPE_", extra="ignore", frozen=True)

    key: SecretStr | None = None
    url: str | None = None
    live: bool = False
    platform_secrets: SecretStr = Field(default=SecretStr(""), description="secrets of the platform endpoint")
    connect_secrets: SecretStr = Field(default=SecretStr(""), description="secrets of the connect endpoint")
    accounts_secrets: SecretStr = Field(default=SecretStr(""), description="secrets of the v2 accounts endpoint")

    def for_adapter(self) -> StripeSettings | None:
        """What the adapter needs; None without a key."""
        if self.key is None or not self.key.get_secret_value():
            return None
        secrets = {
            Endpoint.PLATFORM: self.platform_secrets,
            Endpoint.CONNECT: self.connect_secrets,
            Endpoint.ACCOUNTS: self.accounts_secrets,
        }
        return StripeSettings(
            api_key=self.key.get_secret_value(),
            live=self.live,
            base_url=self.url,
            webhook_secrets={endpoint: _listed(secrets_of) for endpoint, secrets_of in secrets.items()},
        )


def _listed(secrets: SecretStr) -> tuple[str, ...]:
    """The secrets of a list separated by commas."""
    return tuple(filter(None, secrets.get_secret_value().split(",")))
