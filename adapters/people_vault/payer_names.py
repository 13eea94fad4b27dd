"""The accounting archive: who paid, by name alone, of families that asked to be forgotten (RGPD art. 17.3.b).

Papers are kept for ten years, and who paid must be provable as long (code de commerce, L123-22). What is needed for
that and no more is sealed here: no address, no telephone, no child. The keys are the archive's own, derived from the
association's: no key of a person's row opens a name of the archive, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection

from adapters.connections import Lender
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope, reseal_envelope, rewrap_key
from adapters.people_vault.crypto.keys import Keyring
from adapters.people_vault.crypto.sealing import open_sealed
from adapters.people_vault.storage import read_people

_USE: Final = b"accounting archive"
_KEEP: Final = """
    INSERT INTO vault.payer_names
        (contribution_id, coop_id, campaign_id, payer_id, association, kek_id, wrapped, nonce, sealed, expires_on)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (contribution_id) DO NOTHING
"""
_READ: Final = """
    SELECT contribution_id, coop_id, campaign_id, payer_id, kek_id, wrapped, nonce, sealed FROM vault.payer_names
    WHERE association = %s AND campaign_id = %s
"""
_ONE: Final = """
    SELECT contribution_id, coop_id, campaign_id, payer_id, kek_id, wrapped, nonce, sealed FROM vault.payer_names
    WHERE association IS NOT DISTINCT FROM %s AND contribution_id = %s FOR UPDATE
"""
_OLDER: Final = """
    SELECT contribution_id, coop_id, campaign_id, payer_id, kek_id, wrapped FROM vault.payer_names
    WHERE association = %s AND kek_id <> %s FOR UPDATE
"""
_REPLACE: Final = """
    UPDATE vault.payer_names SET kek_id = %s, wrapped = %s, nonce = %s, sealed = %s WHERE contribution_id = %s
"""


class ArchivePlace(NamedTuple):
    """Whose name stands on the papers of which contribution; a sealed name opens there and nowhere else."""

    contribution_id: UUID
    coop_id: UUID
    campaign_id: UUID
    payer_id: UUID


class ArchivedPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contribution on whose papers a name stands, and the last day (Paris) on which who paid must be provable."""

    contribution_id: UUID
    coop_id: UUID
    campaign_id: UUID
    expires_on: date


class PayerName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name of who paid, and nothing else of them."""

    first_name: str
    last_name: str

    def __repr__(self) -> str:
        """Say nothing: a name must not reach a log or a traceback."""
        return "PayerName(…)"


class PayerNameArchive:
    """One association's archive of payers' names, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; the archive's keys are derived from the association's."""
        self._pool = pool
        self._association_id = association_id
        self._people_keyring = keyring
        self._keyring = keyring.derived(_USE)

    def take_over(self, connection: Connection[Any], payer_id: UUID, papers: Iterable[ArchivedPaper]) -> None:
        """Copy the name of a payer who is about to be erased, in the transaction that erases; twice changes nothing.

        Each paper says until which day (Paris, included). Where the payer is gone already, nothing is kept.

        Raises:
            VaultUnreadable: altered, moved, or another key; VaultKeyMissing: its key is gone.

        """
        condition: LiteralString = " AND p.person_id = %(person)s FOR UPDATE"
        row = next(read_people(connection, self._association_id, condition, person=payer_id), None)
        if row is None:
            return
        payer = open_sealed(self._people_keyring, row.place, row.sealed).person
        plain = msgspec.json.encode(PayerName(payer.first_name, payer.last_name))
        for paper in papers:
            place = ArchivePlace(paper.contribution_id, paper.coop_id, paper.campaign_id, payer_id)
            envelope = close_envelope(self._keyring, plain, self._bound(place))
            connection.execute(_KEEP, (*place, self._association_id, *envelope, paper.expires_on))

    def of_campaign(self, campaign_id: UUID) -> dict[UUID, PayerName]:
        """Return the names that are archived for a campaign, by contribution.

        Raises:
            VaultUnreadable: altered, moved, or another key; VaultKeyMissing: its key is gone.

        """
        with self._pool.connection() as connection:
            rows = connection.execute(_READ, (self._association_id, campaign_id)).fetchall()
        return {row[0]: self._open(row) for row in rows}

    def holds(self, payer_id: UUID) -> bool:
        """Tell whether a name of a payer is archived, without opening it."""
        query = "SELECT 1 FROM vault.payer_names WHERE association = %s AND payer_id = %s LIMIT 1"
        with self._pool.connection() as connection:
            return connection.execute(query, (self._association_id, payer_id)).fetchone() is not None

    def erase_expired(self, today: date) -> int:
        """Destroy the names whose last day is before ``today`` (Paris), with their keys; return how many."""
        with self._pool.connection() as connection:
            query = "DELETE FROM vault.payer_names WHERE association = %s AND expires_on < %s"
            return connection.execute(query, (self._association_id, today)).rowcount

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many names."""
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(_OLDER, (self._association_id, self._keyring.current_id)).fetchall()
            for *place, kek_id, wrapped in rows:
                whose = ArchivePlace(*place)
                connection.execute(
                    "UPDATE vault.payer_names SET kek_id = %s, wrapped = %s WHERE contribution_id = %s",
                    (*rewrap_key(self._keyring, kek_id, wrapped, self._bound(whose)), whose.contribution_id),
                )
        return len(rows)

    def reseal(self) -> int:
        """Seal every name again under a key made now; return how many."""
        with self._pool.connection() as connection:
            query = "SELECT contribution_id FROM vault.payer_names WHERE association = %s ORDER BY contribution_id"
            ids = connection.execute(query, (self._association_id,)).fetchall()
        return sum(self._reseal_name(contribution_id) for (contribution_id,) in ids)

    def _reseal_name(self, contribution_id: UUID) -> int:
        """Seal one name again; 0 when it was destroyed meanwhile."""
        with self._pool.connection(autocommit=False) as connection:
            row = connection.execute(_ONE, (self._association_id, contribution_id)).fetchone()
            if row is None:
                return 0
            place, sealed = _split(row)
            fresh = reseal_envelope(self._keyring, sealed, self._bound(place))
            connection.execute(_REPLACE, (*fresh, contribution_id))
        return 1

    def _open(self, row: Iterable[Any]) -> PayerName:
        place, sealed = _split(row)
        return msgspec.json.decode(open_envelope(self._keyring, sealed, self._bound(place)), type=PayerName)

    def _bound(self, place: ArchivePlace) -> bytes:
        return "|".join(("v1", "payer-name", str(self._association_id), *map(str, place))).encode()


def _split(row: Iterable[Any]) -> tuple[ArchivePlace, Envelope]:
    """Read a row: whose name it is, and how it is sealed."""
    *place, kek_id, wrapped, nonce, sealed = row
    return ArchivePlace(*place), Envelope(kek_id, wrapped, nonce, sealed)
