"""Every variable of the environment: where the databases are, which keys are used, who is reached outside.

Those read here are the fields below. Adapters read some secrets themselves, so that they pass through no other code;
`READ_BY_ADAPTERS` says which. A variable that is empty counts as one that is not there. Whatever is secret may be given
as a file instead, ``COOPLEDGER_…_FILE`` (service.bootstrap.secret_files).
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
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

    model_config = SettingsConfigDict(env_prefix="COOPLEDGER_", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(
        default=None,
        description="where Postgres is, as libpq writes it (`host=… dbname=…` or `postgresql://…`), without a user and "
        "a password: each part adds those of its own role; without it an embedded server runs below "
        "`COOPLEDGER_DATA_DIR`",
    )
    data_dir: Path = Field(
        default=PROJECT / "var",
        description="the folder of what lies beside the database: the list of erasures, e-mails that no server takes, "
        "the embedded server",
    )
    host: str = Field(default="127.0.0.1", description="the address that `coopledger web` listens at")
    port: int = Field(default=8000, ge=0, le=65535, description="the port that `coopledger web` listens at")
    log_level: str = Field(default="INFO", description="the least that is logged: `DEBUG`, `INFO`, `WARNING`, `ERROR`")
    secure_cookies: bool = Field(default=True, description="`false` where browsers come without TLS: for trials alone")
    public_url: str | None = Field(
        default=None,
        description="where people reach the service, for example `https://coop.example`: the only name it answers to, "
        "and where links of e-mails lead",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(),
        description="addresses and networks of your own proxies, separated by commas: whom they name as the visitor is "
        "believed",
    )
    metrics_port: int | None = Field(
        default=None,
        ge=1,
        le=65_535,
        description="where this process answers monitoring on 127.0.0.1, in Prometheus' format; nowhere unless given",
    )
    network_burst: int = Field(default=1_000, ge=1, description="requests that one network may send at once")
    network_per_second: float = Field(
        default=30.0, gt=0, description="requests that one network may send in a second after them"
    )
    erasure_list: Path | None = Field(
        default=None,
        description="the file of those erased on request, outside of the database; else `erasures.jsonl` in "
        "`COOPLEDGER_DATA_DIR`",
    )
    smtp_host: str = Field(
        default="", description="the server that takes e-mails away; without one they are laid down in a folder"
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="the port of the server that takes e-mails away")
    smtp_user: str = Field(default="", description="who signs in at that server; without it nobody does")
    smtp_password: SecretStr | None = Field(default=None, description="the password of who signs in at that server")
    smtp_sender: str = Field(
        default="",
        validate_default=True,
        description="the address that e-mails come from and bounces return to: needed where there is a server",
    )
    smtp_security: SmtpSecurity = Field(
        default=SmtpSecurity.STARTTLS,
        description="how e-mails are encrypted: `starttls`, or `tls` from the first byte (port 465)",
    )
    phone_regions: str = Field(
        default="",
        pattern=r"^([a-z][a-z0-9_]{1,39}=[A-Z]{2},?)*$",
        description="the region whose telephone numbers an association dials, where it is not FR: ad974=RE,ad988=NC",
    )

    @field_validator("smtp_sender")
    @classmethod
    def _is_told_with_a_server(cls, sender: str, given: ValidationInfo) -> str:
        """Refuse a server without a sender: no e-mail could leave."""
        if given.data.get("smtp_host") and not sender:
            raise ValueError("a server needs a sender")
        return sender

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

    model_config = SettingsConfigDict(
        env_prefix="COOPLEDGER_STRIPE_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    key: SecretStr | None = Field(
        default=None, description="the secret key, for tests or a live one; without it nothing is paid by card"
    )
    url: str | None = Field(default=None, description="another address of its API: a sandbox's, never with a live key")
    live: bool = Field(default=False, description="`true` with a live key: real money, real associations")
    calls: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="how many calls a second one account takes from each process, where the provider raised its "
        "public limit for you (100, for tests 25) or several processes share it",
    )
    platform_secrets: SecretStr = Field(
        default=SecretStr(""),
        description="signing secrets of the endpoint of the platform's events, by commas",
    )
    connect_secrets: SecretStr = Field(
        default=SecretStr(""), description="signing secrets of the endpoint of connected accounts' events, by commas"
    )
    accounts_secrets: SecretStr = Field(
        default=SecretStr(""), description="signing secrets of the endpoint of thin events of accounts (v2), by commas"
    )


class GoogleSettings(BaseSettings):
    """The installation's client at Google, or at another provider of the same protocol."""

    model_config = SettingsConfigDict(
        env_prefix="COOPLEDGER_GOOGLE_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    client_id: str = Field(
        default="", description="the installation's client; without one no « Continuer avec Google » is offered"
    )
    client_secret: SecretStr = Field(default=SecretStr(""), description="the secret of that client")
    issuer: str = Field(
        default="https://accounts.google.com", description="another provider of the same protocol, by its issuer"
    )


POSTGRES_PASSWORD: Final = "COOPLEDGER_POSTGRES_PASSWORD"  # noqa: S105 - the name of a variable
READ_BY_ADAPTERS: Final = {
    POSTGRES_PASSWORD: "the password of the database's administrator, for `migrate`, `association open` and backups, "
    "where `COOPLEDGER_DATABASE_URL` says none",
    "COOPLEDGER_APP_PASSWORD": "the password of the role that reads, and writes by the append function alone",
    "COOPLEDGER_PROJECTOR_PASSWORD": "the password of the role that keeps the read models",
    "COOPLEDGER_VAULT_PASSWORD": "the password of the role that reads and writes people, and nothing else",
    "COOPLEDGER_WORKER_PASSWORD": "the password of the role that keeps what is to be done",
    "COOPLEDGER_AUDITOR_PASSWORD": "the password of the role that verifies; without one nobody does",
    "COOPLEDGER_VAULT_KEY": "base64 of 32 bytes, which wraps the key of every person: without it no name is readable "
    "again, so keep it apart from the backups; during a change the new one, a comma, the old one. "
    "`COOPLEDGER_VAULT_KEY_AD06` is that of one association that has its own",
}
"""Secrets that adapters.postgres and adapters.people_vault read, and the administrator's; all may be given as files."""
OF_THE_MACHINE: Final = {
    "COOPLEDGER_PG_BIN": "a folder of Postgres programs (`pg_dump`, `pg_restore`, for the embedded server `postgres`) "
    "instead of those of the package or of the system",
}
"""What adapters.local_postgres_binaries reads."""
