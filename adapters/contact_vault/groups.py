"""The groups that coops make of their contacts: the name is free text and sealed, who is in it is ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from adapters.connections import Lender
from adapters.contact_vault.sealed_rows import SealedRows, SealedTable
from adapters.people_vault.crypto.envelope import Envelope
from adapters.people_vault.crypto.keys import Keyring

_READ: Final[LiteralString] = """
    SELECT g.group_id, g.coop_id, g.kek_id, g.wrapped, g.nonce, g.sealed FROM vault.contact_groups AS g
    WHERE g.association = %(association)s
"""
_KEEP: Final = """
    INSERT INTO vault.contact_groups AS g (group_id, association, coop_id, kek_id, wrapped, nonce, sealed, expires_on)
    VALUES (%(group)s, %(association)s, %(coop)s, %(kek_id)s, %(wrapped)s, %(nonce)s, %(sealed)s, %(until)s)
    ON CONFLICT (group_id) DO UPDATE SET kek_id = excluded.kek_id, wrapped = excluded.wrapped, nonce = excluded.nonce,
        sealed = excluded.sealed, expires_on = excluded.expires_on
    WHERE g.association = excluded.association AND g.coop_id = excluded.coop_id
"""
_JOIN: Final = """
    INSERT INTO vault.contact_group_members (group_id, contact_id)
    SELECT g.group_id, c.contact_id FROM vault.contact_groups AS g JOIN vault.contacts AS c USING (association, coop_id)
    WHERE g.association = %(association)s AND g.coop_id = %(coop)s AND g.group_id = %(group)s
      AND c.contact_id = ANY(%(ids)s)
    ON CONFLICT DO NOTHING
"""
_LEAVE: Final = """
    DELETE FROM vault.contact_group_members AS m USING vault.contact_groups AS g
    WHERE m.group_id = g.group_id AND g.association = %(association)s AND g.coop_id = %(coop)s
      AND g.group_id = %(group)s AND m.contact_id = ANY(%(ids)s)
"""
_EXPIRED: Final = """
    DELETE FROM vault.contact_groups AS g WHERE g.association = %s AND g.expires_on < %s
       AND NOT EXISTS (SELECT FROM vault.contact_group_members AS m WHERE m.group_id = g.group_id)
"""
_TABLE: Final = SealedTable("contact_groups", "group_id", "contact-group")


class ContactGroup(NamedTuple):
    """A group that a coop made, and how many contacts are in it."""

    group_id: UUID
    name: str
    members: int = 0


class ContactGroups:
    """One association's groups, over a pool of connections of the role ``coopledger_vault``.

    Errors of every reading: VaultUnreadable (altered, moved, or another key) and VaultKeyMissing.
    """

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._rows = SealedRows(pool, association_id, keyring, _TABLE)

    def keep(self, group_id: UUID, coop_id: UUID, name: str, until: date) -> None:
        """Keep a group of a coop, or give it another name."""
        sealed = self._rows.close(group_id, coop_id, name.encode())
        values = {**self._about(coop_id, group_id), **sealed._asdict(), "until": until}
        with self._pool.connection() as connection:
            connection.execute(_KEEP, values)

    def add_members(self, group_id: UUID, coop_id: UUID, contact_ids: Iterable[UUID]) -> None:
        """Add contacts of the same coop to a group of it."""
        with self._pool.connection() as connection:
            connection.execute(_JOIN, {**self._about(coop_id, group_id), "ids": list(contact_ids)})

    def remove_members(self, group_id: UUID, coop_id: UUID, contact_ids: Iterable[UUID]) -> None:
        """Take contacts out of a group of a coop; they stay contacts."""
        with self._pool.connection() as connection:
            connection.execute(_LEAVE, {**self._about(coop_id, group_id), "ids": list(contact_ids)})

    def of_coop(self, coop_id: UUID) -> list[ContactGroup]:
        """Return the groups of a coop, in no order."""
        counts = """
            SELECT g.group_id, count(*) FROM vault.contact_groups AS g JOIN vault.contact_group_members USING (group_id)
            WHERE g.association = %s AND g.coop_id = %s GROUP BY g.group_id
        """
        with self._pool.connection() as connection:
            known = {"association": self._association_id, "coop": coop_id}
            rows = connection.execute(_READ + " AND g.coop_id = %(coop)s", known).fetchall()
            members: dict[UUID, int] = dict(connection.execute(counts, (self._association_id, coop_id)).fetchall())
        return [ContactGroup(row[0], self._open(*row), members.get(row[0], 0)) for row in rows]

    def remove(self, group_id: UUID, coop_id: UUID) -> bool:
        """Erase a group of a coop, its contacts stay; False when there was none."""
        query = "DELETE FROM vault.contact_groups WHERE group_id = %s AND association = %s AND coop_id = %s"
        with self._pool.connection() as connection:
            return connection.execute(query, (group_id, self._association_id, coop_id)).rowcount == 1

    def erase_expired(self, today: date) -> int:
        """Erase the groups that no contact is in and whose last day is before ``today`` (Paris); return how many."""
        with self._pool.connection() as connection:
            return connection.execute(_EXPIRED, (self._association_id, today)).rowcount

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many groups."""
        return self._rows.rewrap()

    def reseal(self) -> int:
        """Seal every name again under a key made now; return how many."""
        return self._rows.reseal()

    def _about(self, coop_id: UUID, group_id: UUID) -> dict[str, UUID]:
        return {"association": self._association_id, "coop": coop_id, "group": group_id}

    def _open(self, group_id: UUID, coop_id: UUID, *sealed: Any) -> str:  # noqa: ANN401 - the columns of an envelope
        return self._rows.open(group_id, coop_id, Envelope(*sealed)).decode()
