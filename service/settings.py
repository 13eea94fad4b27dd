"""What the environment decides: where the databases are, which keys are used, how loud the log is."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings read from ``COOPLEDGER_…`` variables; secrets never have a default.

    Without ``COOPLEDGER_DATABASE_URL`` an embedded Postgres is run below ``data_dir``.
    """

    model_config = SettingsConfigDict(env_prefix="COOPLEDGER_", extra="ignore", frozen=True)

    database_url: SecretStr | None = None
    data_dir: Path = PROJECT / "var"
    vault_key: SecretStr | None = Field(default=None, description="base64 of 32 bytes, from which keys are derived")
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"
    secure_cookies: bool = True
