"""Erasing whom somebody asked to forget: everything that the vault keeps of a subject, in one transaction.

Each erasure leaves its id in ``vault.erasures``: a repeated request brings nobody back, and the list that lies outside
the backups is compared with it before the service opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from adapters.connections import Lender
from adapters.exports.store import DROP_OF_PERSON
from adapters.people_vault import ArchivedPaper, PayerNameArchive


class ErasureKind(StrEnum):
    """What is erased."""

    PERSON = "person"
    """Someone in the vault, with the photo; files of their coop that members asked for go too: they may name them."""
    CONTRIBUTION = "contribution"
    """What a family typed for a contribution, and whose account it is linked to; the ledger keeps its own."""
    ACCOUNT = "account"
    """A family's account, with its sessions and links."""
    ARCHIVED_NAME = "archived-name"
    """The name of a payer in the accounting archive, before its day."""
    CONTACT = "contact"
    """A contact that a coop wrote down, with the classes and groups that it was in."""


class Erasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A person to be forgotten, by id, and since when (UTC).

    Of a payer, ``papers`` are those on which the name must stay provable: it moves to the accounting archive, alone.
    """

    association: UUID
    kind: ErasureKind
    subject_id: UUID
    erased_at: datetime
    papers: tuple[ArchivedPaper, ...] = ()


_REMEMBER: Final = """
    INSERT INTO vault.erasures (association, kind, subject_id, erased_at)
    VALUES (%(association)s, %(kind)s, %(subject)s, %(at)s) ON CONFLICT DO NOTHING
"""
_ERASE: Final = {
    ErasureKind.PERSON: (
        DROP_OF_PERSON,
        "DELETE FROM vault.keys WHERE association = %(association)s AND person_id = %(subject)s",
    ),
    ErasureKind.CONTRIBUTION: (
        "DELETE FROM vault.family_tokens WHERE association = %(association)s AND contribution_id = %(subject)s",
        "DELETE FROM vault.baskets WHERE association = %(association)s AND contribution_id = %(subject)s",
        (
            "DELETE FROM vault.account_contributions USING vault.accounts AS a WHERE a.association = %(association)s"
            " AND account_contributions.account_id = a.account_id AND contribution_id = %(subject)s"
        ),
    ),
    ErasureKind.ACCOUNT: (
        "DELETE FROM vault.accounts WHERE association = %(association)s AND account_id = %(subject)s",
    ),
    ErasureKind.ARCHIVED_NAME: (
        "DELETE FROM vault.payer_names WHERE association = %(association)s AND payer_id = %(subject)s",
    ),
    ErasureKind.CONTACT: (
        "DELETE FROM vault.contacts WHERE association = %(association)s AND contact_id = %(subject)s",
    ),
}


class ErasureStore:
    """The erasures of one association, over a pool of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, archive: PayerNameArchive) -> None:
        """Keep them; names that papers need move to the archive."""
        self._pool = pool
        self._association_id = association_id
        self._archive = archive

    def carry_out(self, erasures: Iterable[Erasure]) -> None:
        """Erase all or nothing; twice is once.

        Raises:
            VaultUnreadable: a name that papers need cannot be read; VaultKeyMissing: its key is gone. Nobody is erased.

        """
        with self._pool.connection(autocommit=False) as connection:
            for one in erasures:
                values = {
                    "association": self._association_id,
                    "kind": one.kind.value,
                    "subject": one.subject_id,
                    "at": one.erased_at,
                }
                if one.papers:
                    self._archive.take_over(connection, one.subject_id, one.papers)
                for statement in (_REMEMBER, *_ERASE[one.kind]):
                    connection.execute(statement, values)

    def unknown(self, erasures: Iterable[Erasure]) -> list[Erasure]:
        """Return those that this vault does not remember: it was restored from before them."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT kind, subject_id FROM vault.erasures WHERE association = %s", (self._association_id,)
            ).fetchall()
        known = {(kind, subject_id) for kind, subject_id in rows}
        return [one for one in erasures if (one.kind.value, one.subject_id) not in known]
