"""The contacts of one association's coops: sealed one by one, found by a keyed digest of their address.

The same address is one contact of a coop, whatever its case; two coops know nothing of each other's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final, LiteralString
from uuid import UUID, uuid4

import msgspec
from psycopg import Connection

from adapters.connections import Lender, arrays
from adapters.contact_vault.errors import ContactExists
from adapters.contact_vault.profile import ClassOfYear, Contact, ContactProfile
from adapters.contact_vault.sealed_rows import SealedRows, SealedTable
from adapters.people_vault.crypto.envelope import Envelope
from adapters.people_vault.crypto.keys import Keyring
from domain.texts.addresses import address_form

_READ: Final[LiteralString] = """
    SELECT c.contact_id, c.coop_id, c.kek_id, c.wrapped, c.nonce, c.sealed FROM vault.contacts AS c
    WHERE c.association = %(association)s
"""
_ADD: Final = """
    INSERT INTO vault.contacts (contact_id, association, coop_id, email_digest, kek_id, wrapped, nonce, sealed,
                                expires_on)
    SELECT id, %(association)s, %(coop)s, digest, kek_id, wrapped, nonce, sealed, %(until)s
    FROM unnest(%(ids)s::uuid[], %(digests)s::bytea[], %(kek_ids)s::text[], %(wrapped)s::bytea[], %(nonces)s::bytea[],
                %(sealed)s::bytea[]) AS new (id, digest, kek_id, wrapped, nonce, sealed)
    ON CONFLICT (association, coop_id, email_digest)
    DO UPDATE SET expires_on = greatest(vault.contacts.expires_on, excluded.expires_on)
    RETURNING email_digest, contact_id
"""
_CHANGE: Final = """
    UPDATE vault.contacts SET email_digest = %(digest)s, kek_id = %(kek_id)s, wrapped = %(wrapped)s,
           nonce = %(nonce)s, sealed = %(sealed)s, expires_on = %(until)s
    WHERE contact_id = %(contact)s AND association = %(association)s AND coop_id = %(coop)s
      AND NOT EXISTS (SELECT FROM vault.contacts AS other WHERE other.association = %(association)s
                      AND other.coop_id = %(coop)s AND other.email_digest = %(digest)s
                      AND other.contact_id <> %(contact)s)
"""
_JOIN_CLASS: Final = """
    INSERT INTO vault.contact_classes (contact_id, school_year, class_code)
    SELECT c.contact_id, %(year)s, %(code)s FROM vault.contacts AS c
    WHERE c.association = %(association)s AND c.coop_id = %(coop)s AND c.contact_id = ANY(%(ids)s)
    ON CONFLICT DO NOTHING
"""
_CLASSES: Final = """
    SELECT k.contact_id, k.school_year, k.class_code FROM vault.contact_classes AS k
    WHERE k.contact_id = ANY(%s)
"""
_GROUPS: Final = "SELECT m.contact_id, m.group_id FROM vault.contact_group_members AS m WHERE m.contact_id = ANY(%s)"
_TABLE: Final = SealedTable("contacts", "contact_id", "contact")


class ContactVault:
    """One association's contacts, over a pool of connections of the role ``coopledger_vault``.

    Errors of every reading: VaultUnreadable (altered, moved, or another key) and VaultKeyMissing.
    """

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring, secret: Callable[[str], bytes]) -> None:
        """Keep them; ``secret`` gives the association's secret of a name, made when first asked for."""
        self._pool = pool
        self._association_id = association_id
        self._rows = SealedRows(pool, association_id, keyring, _TABLE)
        self._secret = secret

    def add(self, coop_id: UUID, profiles: Sequence[ContactProfile], until: date) -> list[UUID]:
        """Keep contacts of a coop until a day, included; return the id of each, in their order.

        Whose address the coop has already stays as it is known, and is kept as long as the others. An address may
        occur once only among ``profiles``.
        """
        ids = [uuid4() for _ in profiles]
        digests = [self.digest(one.email) for one in profiles]
        sealed = [self._seal(key, coop_id, one) for key, one in zip(ids, profiles, strict=True)]
        columns = {
            "association": self._association_id,
            "coop": coop_id,
            "until": until,
            "ids": arrays.uuids(ids),
            "digests": arrays.byteas(digests),
            "kek_ids": arrays.texts(one.kek_id for one in sealed),
            "wrapped": arrays.byteas(one.wrapped for one in sealed),
            "nonces": arrays.byteas(one.nonce for one in sealed),
            "sealed": arrays.byteas(one.sealed for one in sealed),
        }
        with self._pool.connection() as connection:
            kept = {bytes(digest): contact_id for digest, contact_id in connection.execute(_ADD, columns)}
        return [kept[digest] for digest in digests]

    def change(self, contact_id: UUID, coop_id: UUID, profile: ContactProfile, until: date) -> bool:
        """Replace what is known of a contact; False when the coop has none of that id.

        Raises:
            ContactExists: the address is another contact's of the coop.

        """
        values = {
            **self._seal(contact_id, coop_id, profile)._asdict(),
            "digest": self.digest(profile.email),
            "contact": contact_id,
            "association": self._association_id,
            "coop": coop_id,
            "until": until,
        }
        with self._pool.connection() as connection:
            changed = connection.execute(_CHANGE, values).rowcount == 1
        if not changed and self.find(coop_id, contact_id) is not None:
            raise ContactExists(contact=contact_id)
        return changed

    def find(self, coop_id: UUID, contact_id: UUID) -> Contact | None:
        """Return a contact of a coop, or None when there is none, or none any more."""
        found = self._read(" AND c.coop_id = %(coop)s AND c.contact_id = %(contact)s", coop=coop_id, contact=contact_id)
        return found[0] if found else None

    def of_coop(self, coop_id: UUID) -> list[Contact]:
        """Return all contacts of a coop, in no order."""
        return self._read(" AND c.coop_id = %(coop)s", coop=coop_id)

    def count(self, coop_id: UUID) -> int:
        """Return how many contacts a coop has."""
        query = "SELECT count(*) FROM vault.contacts WHERE association = %s AND coop_id = %s"
        with self._pool.connection() as connection:
            ((number,),) = connection.execute(query, (self._association_id, coop_id)).fetchall()
        return int(number)

    def by_addresses(self, coop_id: UUID, emails: Iterable[str]) -> dict[str, Contact]:
        """Return the contacts of a coop that have one of some addresses, by the address as it was given."""
        asked = {self.digest(email): email for email in emails}
        query = " AND c.coop_id = %(coop)s AND c.email_digest = ANY(%(digests)s)"
        found = self._read(query, coop=coop_id, digests=list(asked))
        return {asked[self.digest(one.profile.email)]: one for one in found}

    def in_class(self, coop_id: UUID, place: ClassOfYear) -> list[Contact]:
        """Return the contacts of a coop that have a child in a class of a school year."""
        return self._read(
            " AND c.coop_id = %(coop)s AND EXISTS (SELECT FROM vault.contact_classes AS k WHERE"
            " k.contact_id = c.contact_id AND k.school_year = %(year)s AND k.class_code = %(code)s)",
            coop=coop_id,
            year=place.school_year,
            code=place.class_code,
        )

    def in_group(self, coop_id: UUID, group_id: UUID) -> list[Contact]:
        """Return the contacts of a coop that are in one of its own groups."""
        return self._read(
            " AND c.coop_id = %(coop)s AND EXISTS (SELECT FROM vault.contact_group_members AS m"
            " JOIN vault.contact_groups AS g USING (group_id) WHERE m.contact_id = c.contact_id"
            " AND g.group_id = %(group)s AND g.coop_id = %(coop)s)",
            coop=coop_id,
            group=group_id,
        )

    def add_to_class(self, coop_id: UUID, contact_ids: Iterable[UUID], place: ClassOfYear) -> None:
        """Say that contacts of a coop have a child in a class of a school year."""
        values = {"association": self._association_id, "coop": coop_id, "ids": list(contact_ids)}
        with self._pool.connection() as connection:
            connection.execute(_JOIN_CLASS, {**values, "year": place.school_year, "code": place.class_code})

    def set_classes(self, coop_id: UUID, contact_id: UUID, year: int, codes: Iterable[str]) -> None:
        """Say in which classes of a school year a contact of a coop has children; other years stay as they are."""
        values = {"association": self._association_id, "coop": coop_id, "ids": [contact_id], "year": year}
        with self._pool.connection(autocommit=False) as connection:
            connection.execute(
                "DELETE FROM vault.contact_classes AS k USING vault.contacts AS c WHERE k.contact_id = c.contact_id"
                " AND c.association = %(association)s AND c.coop_id = %(coop)s AND c.contact_id = ANY(%(ids)s)"
                " AND k.school_year = %(year)s",
                values,
            )
            for code in codes:
                connection.execute(_JOIN_CLASS, {**values, "code": code})

    def ids_of_address(self, email: str) -> list[UUID]:
        """Return the contacts of an address in all coops of the association: what is to be forgotten with a family."""
        query = "SELECT contact_id FROM vault.contacts WHERE association = %s AND email_digest = %s"
        digest = self.digest(email)  # Its secret may have to be read first, over a connection of its own.
        with self._pool.connection() as connection:
            rows = connection.execute(query, (self._association_id, digest)).fetchall()
        return [contact_id for (contact_id,) in rows]

    def erase_expired(self, today: date) -> int:
        """Erase the contacts whose last day is before ``today`` (Paris); return how many."""
        query = "DELETE FROM vault.contacts WHERE association = %s AND expires_on < %s"
        with self._pool.connection() as connection:
            return connection.execute(query, (self._association_id, today)).rowcount

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many contacts."""
        return self._rows.rewrap()

    def reseal(self) -> int:
        """Seal every contact again under a key made now; return how many."""
        return self._rows.reseal()

    def digest(self, email: str) -> bytes:
        """Return the keyed digest by which an address is found, whatever its case."""
        return hmac.new(self._secret("contacts"), address_form(email).encode(), hashlib.sha256).digest()

    def _read(self, condition: LiteralString, **values: object) -> list[Contact]:
        """Read contacts with the classes and groups that they are in; ``condition`` continues the WHERE clause."""
        with self._pool.connection() as connection:
            known = {**values, "association": self._association_id}
            rows = connection.execute(_READ + condition, known).fetchall()
            ids = [contact_id for contact_id, *_ in rows]
            classes, groups = _classes(connection, ids), _groups(connection, ids)
        return [
            Contact(row[0], self._open(*row), frozenset(classes.get(row[0], ())), frozenset(groups.get(row[0], ())))
            for row in rows
        ]

    def _seal(self, contact_id: UUID, coop_id: UUID, profile: ContactProfile) -> Envelope:
        return self._rows.close(contact_id, coop_id, msgspec.json.encode(profile))

    def _open(self, contact_id: UUID, coop_id: UUID, *sealed: Any) -> ContactProfile:  # noqa: ANN401 - an envelope
        return msgspec.json.decode(self._rows.open(contact_id, coop_id, Envelope(*sealed)), type=ContactProfile)


def _classes(connection: Connection, ids: list[UUID]) -> dict[UUID, list[ClassOfYear]]:
    found: defaultdict[UUID, list[ClassOfYear]] = defaultdict(list)
    for contact_id, year, code in connection.execute(_CLASSES, (ids,)):
        found[contact_id].append(ClassOfYear(year, code))
    return found


def _groups(connection: Connection, ids: list[UUID]) -> dict[UUID, list[UUID]]:
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for contact_id, group_id in connection.execute(_GROUPS, (ids,)):
        found[contact_id].append(group_id)
    return found
