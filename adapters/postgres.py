"""The roles of the database and their connection strings; every part of the service connects as the least of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_HERE: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})
"""Hosts that no network lies before, with those that are a folder: a socket's."""


class DatabaseRole(StrEnum):
    """A role of the database, named for what it may do."""

    OWNER = "coopledger_owner"
    """Owns the log and its functions; it cannot sign in."""
    APP = "coopledger_app"
    """Reads everything but the vault, writes only by calling the append function."""
    PROJECTOR = "coopledger_projector"
    """Reads the log, owns the read models."""
    VAULT = "coopledger_vault"
    """Reads and writes people, nothing else."""
    WORKER = "coopledger_worker"
    """Keeps what workers have to do, nothing else."""
    AUDITOR = "coopledger_auditor"
    """Reads logs and read models and makes temporary tables; it changes nothing, and sees neither people nor tasks."""


SIGNING_IN: Final = (
    DatabaseRole.APP,
    DatabaseRole.PROJECTOR,
    DatabaseRole.VAULT,
    DatabaseRole.WORKER,
    DatabaseRole.AUDITOR,
)
"""The roles that connect."""

_LIVELINESS: Final = {
    # A server that vanished without a word is noticed in seconds, not after the kernel's quarter of an hour.
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}


def password_of(role: DatabaseRole, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return a role's password, ``COOPLEDGER_APP_PASSWORD`` and the like; none on the embedded socket."""
    return environment.get(f"{role.value.upper()}_PASSWORD") or None


def conninfo_for(base: str, role: DatabaseRole, environment: Mapping[str, str] = os.environ) -> str:
    """Return the connection string of a role on the database of ``base`` (an administrator's, or any other's)."""
    password = password_of(role, environment)
    given = conninfo_to_dict(encrypted(base, environment))
    parts = {name: str(value) for name, value in given.items() if name != "password"}
    ours = {"user": role.value, "application_name": role.value}
    return make_conninfo(**{**_LIVELINESS, **parts, **ours}, password=password)


def encrypted(base: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return a connection string that asks for TLS when a network lies between us and the database.

    What is said already stands: ``sslmode`` in the string, or ``PGSSLMODE``. To check the server's name as well, say
    ``sslmode=verify-full`` and ``sslrootcert``.
    """
    parts = conninfo_to_dict(base)
    hosts = str(parts.get("host") or parts.get("hostaddr") or environment.get("PGHOST", "")).split(",")
    if "sslmode" in parts or "PGSSLMODE" in environment or all(host in _HERE or host[0] in "/@" for host in hosts):
        return base
    return make_conninfo(base, sslmode="require")
