"""Which ledger is to be verified, how the auditor reaches it, and which heads of its chain documents bear."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import psycopg

from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import associations
from domain.errors import InvalidInput, LedgerError, NotFound

if TYPE_CHECKING:
    from adapters.log.ledger import Ledger

_HEAD: Final = re.compile("(?P<hash>[0-9a-f]{64})@(?P<position>[0-9]{1,18})")


class AuditPlace(NamedTuple):
    """Where the ledger to verify is, as the auditor's role reaches it; ``database`` is where the registry is."""

    dsn: str
    database: str
    slug: str
    association_id: UUID

    @property
    def read_schema(self) -> str:
        """Where its read models are."""
        return f"{self.slug}_read"


class AuditorNotAdmitted(LedgerError):
    """The database does not let the auditor in."""

    status = 503
    code = "auditor-not-admitted"
    sentence = (
        "La base de données ne laisse pas entrer l’auditeur\u00a0: vérifiez son adresse et COOPLEDGER_AUDITOR_PASSWORD."
    )


def place_of(ledger: Ledger) -> AuditPlace:
    """Return where an open ledger is."""
    return AuditPlace(ledger.auditor_dsn, ledger.auditor_registry_dsn, ledger.slug, ledger.association_id)


def find_place(database_url: str, slug: str) -> AuditPlace:
    """Find an association's ledger in the registry of a database, as the auditor.

    Raises:
        NotFound: no such association.
        AuditorNotAdmitted: the database does not let the auditor in.

    """
    database = conninfo_for(database_url, DatabaseRole.AUDITOR)
    try:
        with psycopg.connect(database, autocommit=True) as connection:
            entry = next((one for one in associations(connection) if one.slug == slug), None)
    except psycopg.OperationalError as error:
        raise AuditorNotAdmitted(cause=type(error).__name__) from error
    if entry is None:
        raise NotFound(association=slug)
    dsn = database if entry.dsn is None else conninfo_for(entry.dsn, DatabaseRole.AUDITOR)
    return AuditPlace(dsn, database, slug, entry.association_id)


class PrintedHead(NamedTuple):
    """What a document of this ledger bears: the position of its last event and the hash of the chain there."""

    position: int
    hash: str


def printed_head(text: str) -> PrintedHead:
    """Read a head as documents print it: ``<64 hexadecimal digits>@<position>``.

    Raises:
        PrintedHeadInvalid: it is not one.

    """
    found = _HEAD.fullmatch(text.strip().lower())
    if found is None:
        raise PrintedHeadInvalid(given=text)
    return PrintedHead(int(found["position"]), found["hash"])


class PrintedHeadInvalid(InvalidInput):
    """A head that is not the hash of an event and its position."""

    code = "printed-head-invalid"
    sentence = "Une empreinte s’écrit en 64 chiffres hexadécimaux, suivis de @ et de la position de l’événement."
