"""Every variable of the environment: where the databases are, which keys are used, who is reached outside.

Those read here are the fields below. Adapters read some secrets themselves, so that they pass through no other code:

* ``COOPLEDGER_APP_PASSWORD``, ``COOPLEDGER_PROJECTOR_PASSWORD``, ``COOPLEDGER_VAULT_PASSWORD``,
  ``COOPLEDGER_WORKER_PASSWORD`` and ``COOPLEDGER_AUDITOR_PASSWORD``: the passwords of the database's roles
  (adapters.postgres);
* ``COOPLEDGER_VAULT_KEY``, or one for each association, ``COOPLEDGER_VAULT_KEY_<SLUG>``: the keys of the people vaults
  (adapters.people_vault.crypto.keys);
* ``COOPLEDGER_PG_BIN``: another folder of Postgres binaries for the embedded server (adapters.local_postgres_binaries).
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from adapters.email import SmtpSecurity
from adapters.fields import FRANCE

PROJECT = Path(__file__).resolve().parent.parent


def _listed(given: object) -> object:
    """The members of a list separated by commas."""
    return tuple(filter(None, map(str.strip, given.split(",")))) if isinstance(given, str) else given


class Settings(BaseSettings):
    """Settings read from ``COOPLEDGER_…`` variables; secrets never have a default.

    Without ``COOPLEDGER_DATABASE_URL`` an embedded Postgres is run below ``data_dir``; without
    ``COOPLEDGER_SMTP_HOST`` e-mails are laid down in ``data_dir/outbox`` instead of being sent.
    """

    model_config = SettingsConfigDict(env_prefix="COOPLEDGER_", extra="ignore", frozen=True)

    database_url: SecretStr | None = None
    data_dir: Path = PROJECT / "var"
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"
    secure_cookies: bool = True
    public_url: str | None = Field(default=None, description="where people reach the service, as letters say it")
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(),
        description="addresses and networks of our own proxies, separated by commas: whom they name is believed",
    )
    metrics_port: int | None = Field(
        default=None,
        ge=1,
        le=65_535,
        description="where this process answers monitoring on 127.0.0.1, in Prometheus' format; nowhere unless given",
    )
    network_burst: int = Field(default=1_000, ge=1, description="requests that one network may send at once")
    network_per_second: float = Field(default=30.0, gt=0, description="and how many a second after them")
    erasure_list: Path | None = Field(
        default=None, description="the file of those erased on request, outside of all backups; else in ``data_dir``"
    )
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_sender: str = Field(default="", description="the address that letters come from and bounces return to")
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    phone_regions: str = Field(
        default="",
        pattern=r"^([a-z][a-z0-9_]{1,39}=[A-Z]{2},?)*$",
        description="the region whose telephone numbers an association dials, where it is not FR: ad974=RE,ad988=NC",
    )

    def phone_region(self, slug: str) -> str:
        """Return the region (ISO 3166-1) whose telephone numbers an association dials without a country code."""
        named = dict(pair.split("=") for pair in self.phone_regions.split(",") if pair)
        return named.get(slug, FRANCE)

    @property
    def erasures(self) -> Path:
        """Where the list of erasures lies, which is compared with the vault before anything opens."""
        return self.erasure_list or self.data_dir / "erasures.jsonl"

    @property
    def address(self) -> str:
        """Where people reach the service, without a slash at the end.

        On this machine it is ``localhost``: browsers make no passkeys for an IP address.
        """
        host = "localhost" if self.host in ("127.0.0.1", "::1") else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


class PaymentSettings(BaseSettings):
    """Settings read from ``COOPLEDGER_STRIPE_…`` variables; without a key nothing can be paid by card here.

    ``url`` is the sandbox's address; without it calls go to the provider itself. Secrets of webhook events are lists
    separated by commas: the old and the new one during a rotation.
    """

    model_config = SettingsConfigDict(env_prefix="COOPLEDGER_STRIPE_", extra="ignore", frozen=True)

    key: SecretStr | None = None
    url: str | None = None
    live: bool = False
    platform_secrets: SecretStr = Field(default=SecretStr(""), description="secrets of the platform endpoint")
    connect_secrets: SecretStr = Field(default=SecretStr(""), description="secrets of the connect endpoint")
    accounts_secrets: SecretStr = Field(default=SecretStr(""), description="secrets of the v2 accounts endpoint")


class GoogleSettings(BaseSettings):
    """The installation's client at Google, or at another provider of the same protocol."""

    model_config = SettingsConfigDict(env_prefix="COOPLEDGER_GOOGLE_", extra="ignore", frozen=True)

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    issuer: str = "https://accounts.google.com"
