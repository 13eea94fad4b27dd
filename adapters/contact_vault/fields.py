"""The fields that coops add to their records of people: one sealed document for each coop, changed as a whole.

Names of fields are free text, so they lie here and in no event: the log knows a field by its id alone.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from adapters.connections import Lender
from adapters.contact_vault.errors import PersonFieldsChanged
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope, reseal_envelope, rewrap_key
from adapters.people_vault.crypto.keys import Keyring
from domain.people.person_fields import PersonFields

_READ: Final = """
    SELECT version, kek_id, wrapped, nonce, sealed FROM vault.person_fields
    WHERE association = %s AND coop_id = %s
"""
_BEGIN: Final = """
    INSERT INTO vault.person_fields (coop_id, association, version, kek_id, wrapped, nonce, sealed)
    VALUES (%(coop)s, %(association)s, 1, %(kek_id)s, %(wrapped)s, %(nonce)s, %(sealed)s) ON CONFLICT DO NOTHING
"""
_CHANGE: Final = """
    UPDATE vault.person_fields SET version = version + 1, kek_id = %(kek_id)s, wrapped = %(wrapped)s,
           nonce = %(nonce)s, sealed = %(sealed)s
    WHERE coop_id = %(coop)s AND association = %(association)s AND version = %(version)s
"""
_ALL: Final = """
    SELECT coop_id, kek_id, wrapped, nonce, sealed FROM vault.person_fields WHERE association = %s FOR UPDATE
"""
_REPLACE: Final = """
    UPDATE vault.person_fields SET kek_id = %s, wrapped = %s, nonce = %s, sealed = %s WHERE coop_id = %s
"""


class PersonFieldVault:
    """One association's fields, over a pool of connections of the role ``coopledger_vault``.

    Errors of every reading: VaultUnreadable (altered, moved, or another key) and VaultKeyMissing.
    """

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring

    def read(self, coop_id: UUID) -> PersonFields:
        """Return the fields of a coop, none where it never added one."""
        with self._pool.connection() as connection:
            row = connection.execute(_READ, (self._association_id, coop_id)).fetchone()
        if row is None:
            return PersonFields()
        version, *sealed = row
        plain = open_envelope(self._keyring, Envelope(*sealed), self._bound(coop_id))
        return msgspec.structs.replace(msgspec.json.decode(plain, type=PersonFields), version=version)

    def change(self, coop_id: UUID, fields: PersonFields) -> None:
        """Replace the fields of a coop, which were read as ``fields.version``.

        Raises:
            PersonFieldsChanged: they were changed since.

        """
        sealed = close_envelope(self._keyring, msgspec.json.encode(fields), self._bound(coop_id))
        values = {"coop": coop_id, "association": self._association_id, "version": fields.version, **sealed._asdict()}
        with self._pool.connection() as connection:
            if connection.execute(_CHANGE if fields.version else _BEGIN, values).rowcount == 0:
                raise PersonFieldsChanged(coop=coop_id, version=fields.version)

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many documents."""
        changed = 0
        with self._pool.connection(autocommit=False) as connection:
            for coop_id, kek_id, wrapped, *_ in connection.execute(_ALL, (self._association_id,)).fetchall():
                if kek_id != self._keyring.current_id:
                    fresh = rewrap_key(self._keyring, kek_id, wrapped, self._bound(coop_id))
                    connection.execute(
                        "UPDATE vault.person_fields SET kek_id = %s, wrapped = %s WHERE coop_id = %s",
                        (*fresh, coop_id),
                    )
                    changed += 1
        return changed

    def reseal(self) -> int:
        """Seal every document again under a key made now; return how many."""
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(_ALL, (self._association_id,)).fetchall()
            for coop_id, *sealed in rows:
                fresh = reseal_envelope(self._keyring, Envelope(*sealed), self._bound(coop_id))
                connection.execute(_REPLACE, (*fresh, coop_id))
        return len(rows)

    def _bound(self, coop_id: UUID) -> bytes:
        return f"v1|person-fields|{self._association_id}|{coop_id}".encode()
