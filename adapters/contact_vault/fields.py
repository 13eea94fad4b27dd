"""The fields that coops add to their records of people: one sealed document for each coop, changed as a whole.

Names of fields are free text, so they lie here and in no event: the log knows a field by its id alone.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from adapters.connections import Lender
from adapters.contact_vault.errors import PersonFieldsChanged
from adapters.contact_vault.sealed_rows import SealedRows, SealedTable
from adapters.people_vault.crypto.envelope import Envelope
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
_TABLE: Final = SealedTable("person_fields", "coop_id", "person-fields")


class PersonFieldVault:
    """One association's fields, over a pool of connections of the role ``coopledger_vault``.

    Errors of every reading: VaultUnreadable (altered, moved, or another key) and VaultKeyMissing.
    """

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._rows = SealedRows(pool, association_id, keyring, _TABLE)

    def read(self, coop_id: UUID) -> PersonFields:
        """Return the fields of a coop, none where it never added one."""
        with self._pool.connection() as connection:
            row = connection.execute(_READ, (self._association_id, coop_id)).fetchone()
        if row is None:
            return PersonFields()
        version, *sealed = row
        plain = self._rows.open(coop_id, coop_id, Envelope(*sealed))
        return msgspec.structs.replace(msgspec.json.decode(plain, type=PersonFields), version=version)

    def change(self, coop_id: UUID, fields: PersonFields) -> None:
        """Replace the fields of a coop, which were read as ``fields.version``.

        Raises:
            PersonFieldsChanged: they were changed since.

        """
        sealed = self._rows.close(coop_id, coop_id, msgspec.json.encode(fields))
        values = {"coop": coop_id, "association": self._association_id, "version": fields.version, **sealed._asdict()}
        with self._pool.connection() as connection:
            if connection.execute(_CHANGE if fields.version else _BEGIN, values).rowcount == 0:
                raise PersonFieldsChanged(coop=coop_id, version=fields.version)

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many documents."""
        return self._rows.rewrap()

    def reseal(self) -> int:
        """Seal every document again under a key made now; return how many."""
        return self._rows.reseal()
