"""The lists that reminders go through, in the vault: contacts by id, addresses by keyed digest, never by themselves.

Nothing here is read for a page: only the worker asks whom a letter may go to, and what it learns stays in these rows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Final, LiteralString, NamedTuple
from uuid import UUID, uuid4

from adapters.connections import Lender, arrays

_SECRET: Final = "reminders"  # noqa: S105 - the name of the secret in the vault
_MOST_LINKED: Final = 20
"""Contributions that are remembered for one letter's link: a family contributes once or twice."""
_ADD: Final = """
    WITH list AS (
        INSERT INTO vault.reminder_lists (list_id, association, campaign_id, class_code, contacts, families, expires_on)
        VALUES (%(list)s, %(association)s, %(campaign)s, %(code)s, %(number)s, %(families)s, %(until)s)
        ON CONFLICT (association, campaign_id, class_code) DO NOTHING RETURNING list_id
    )
    INSERT INTO vault.reminder_contacts (list_id, place, contact_id, email_digest, token_sha256)
    SELECT list_id, place, contact, digest, token FROM list,
        unnest(%(contacts)s::uuid[], %(digests)s::bytea[], %(tokens)s::bytea[])
            WITH ORDINALITY AS new (contact, digest, token, place)
"""
_FIND: Final[LiteralString] = """
    SELECT l.list_id, c.place, l.campaign_id, c.contact_id, c.email_digest, c.last_number, c.contributions
    FROM vault.reminder_lists AS l JOIN vault.reminder_contacts AS c USING (list_id)
    WHERE l.association = %(association)s
"""
_LETTERS: Final = """
    SELECT c.list_id, c.place, c.last_number, c.letters, c.last_on
    FROM vault.reminder_contacts AS c JOIN vault.reminder_lists AS l USING (list_id)
    WHERE l.association = %s AND l.campaign_id = %s AND c.email_digest = %s ORDER BY c.list_id, c.place FOR UPDATE OF c
"""
_CLAIM: Final = """
    UPDATE vault.reminder_contacts SET last_number = %s, letters = letters + 1, last_on = %s
    WHERE list_id = %s AND place = %s
"""
_GIVE_BACK: Final = """
    UPDATE vault.reminder_contacts SET last_number = %s, letters = letters - 1, last_on = %s
    WHERE list_id = %s AND place = %s
"""
_LINK: Final = """
    UPDATE vault.reminder_contacts AS c SET contributions = array_append(contributions, %(contribution)s)
    FROM vault.reminder_lists AS l WHERE l.list_id = c.list_id AND l.association = %(association)s
      AND l.campaign_id = %(campaign)s AND c.token_sha256 = %(token)s
      AND NOT contributions @> ARRAY[%(contribution)s]::uuid[] AND cardinality(contributions) < %(most)s
"""
_STOP: Final = """
    INSERT INTO vault.reminder_stops (association, coop_id, email_digest, expires_on) VALUES (%s, %s, %s, %s)
    ON CONFLICT (association, coop_id, email_digest) DO UPDATE SET expires_on = excluded.expires_on
"""


class FixedContact(NamedTuple):
    """A contact as it stands on a list: its id, and the keyed digest of the address that it had."""

    contact_id: UUID
    digest: bytes


class ListSize(NamedTuple):
    """How many contacts a list has, and how many families these are."""

    contacts: int
    families: int


class ListedContact(NamedTuple):
    """One place of a list: whose it is, the last reminder that a letter left for, contributions by its link."""

    list_id: UUID
    place: int
    campaign_id: UUID
    contact_id: UUID
    digest: bytes
    last_number: int
    contributions: tuple[UUID, ...]


class Claim(NamedTuple):
    """A letter that is about to leave, and what its place said before."""

    list_id: UUID
    place: int
    before_number: int
    before_on: date | None


class ReminderVault:
    """One association's lists of reminders, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, secret: Callable[[str], bytes]) -> None:
        """Keep them; ``secret`` gives the association's secret of a name, made when first asked for."""
        self._pool = pool
        self._association_id = association_id
        self._secret = secret

    def fix(
        self, campaign_id: UUID, class_code: str, contacts: Sequence[FixedContact], families: int, until: date
    ) -> None:
        """Fix the list of a class for a campaign until a day, included; one that is fixed already stays as it is.

        Places are drawn, so that no number of a place says whose it is.
        """
        drawn, list_id = list(contacts), uuid4()
        secrets.SystemRandom().shuffle(drawn)
        tokens = [_digest(self.token(list_id, one.contact_id)) for one in drawn]
        values = {
            "list": list_id,
            "association": self._association_id,
            "campaign": campaign_id,
            "code": class_code,
            "number": len(drawn),
            "families": families,
            "until": until,
            "contacts": arrays.uuids(one.contact_id for one in drawn),
            "digests": arrays.byteas(one.digest for one in drawn),
            "tokens": arrays.byteas(tokens),
        }
        with self._pool.connection() as connection:
            connection.execute(_ADD, values)

    def size(self, campaign_id: UUID, class_code: str) -> ListSize | None:
        """Return how many contacts and families a class's list had when it was fixed; None before that."""
        query = (
            "SELECT contacts, families FROM vault.reminder_lists"
            " WHERE association = %s AND campaign_id = %s AND class_code = %s"
        )
        with self._pool.connection() as connection:
            row = connection.execute(query, (self._association_id, campaign_id, class_code)).fetchone()
        return None if row is None else ListSize(*row)

    def at(self, campaign_id: UUID, class_code: str, place: int) -> ListedContact | None:
        """Return who stands at a place of a class's list; None where no contact does, or not any more."""
        return self._find(
            " AND l.campaign_id = %(campaign)s AND l.class_code = %(code)s AND c.place = %(place)s",
            campaign=campaign_id,
            code=class_code,
            place=place,
        )

    def by_token(self, token: str) -> ListedContact | None:
        """Return whose letters hold a token; None where none of ours does."""
        return self._find(" AND c.token_sha256 = %(token)s", token=_digest(token))

    def token(self, list_id: UUID, contact_id: UUID) -> str:
        """Return the token of a contact's letters: the same in all of them, made anew for each."""
        made = hmac.new(self._secret(_SECRET), f"{list_id}\n{contact_id}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()

    def claim(self, listed: ListedContact, number: int, asked_on: date, most: int, apart: timedelta) -> Claim | None:
        """Take the right to send a contact the letter of a reminder; None where it may have none.

        At most one letter leaves for a reminder, whatever is tried again, and an address that stands on the lists of
        several classes gets ``most`` letters of a campaign, for reminders asked for some days ``apart``. It is counted
        before it leaves.
        """
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(_LETTERS, (self._association_id, listed.campaign_id, listed.digest)).fetchall()
            mine = next((row for row in rows if row[:2] == (listed.list_id, listed.place)), None)
            latest = max((row[4] for row in rows if row[4] is not None), default=None)
            if mine is None or mine[2] >= number or sum(row[3] for row in rows) >= most:
                return None
            if latest is not None and latest + apart > asked_on:
                return None
            connection.execute(_CLAIM, (number, asked_on, listed.list_id, listed.place))
        return Claim(listed.list_id, listed.place, mine[2], mine[4])

    def give_back(self, claim: Claim) -> None:
        """Give the right back: the letter certainly did not leave."""
        with self._pool.connection() as connection:
            connection.execute(_GIVE_BACK, (claim.before_number, claim.before_on, claim.list_id, claim.place))

    def link(self, campaign_id: UUID, token: str, contribution_id: UUID) -> None:
        """Remember that a contribution was placed by the link of a letter; a token of none changes nothing."""
        values = {
            "association": self._association_id,
            "campaign": campaign_id,
            "token": _digest(token),
            "contribution": contribution_id,
            "most": _MOST_LINKED,
        }
        with self._pool.connection() as connection:
            connection.execute(_LINK, values)

    def stop(self, coop_id: UUID, digest: bytes, until: date) -> None:
        """Have a coop remind an address no more until a day, included; twice is once."""
        with self._pool.connection() as connection:
            connection.execute(_STOP, (self._association_id, coop_id, digest, until))

    def stopped(self, coop_id: UUID, digests: Collection[bytes]) -> frozenset[bytes]:
        """Return which of some addresses want no reminders of a coop."""
        query = (
            "SELECT email_digest FROM vault.reminder_stops"
            " WHERE association = %s AND coop_id = %s AND email_digest = ANY(%s)"
        )
        with self._pool.connection() as connection:
            rows = connection.execute(query, (self._association_id, coop_id, list(digests))).fetchall()
        return frozenset(bytes(digest) for (digest,) in rows)

    def erase_expired(self, today: date) -> int:
        """Erase the lists and the wishes whose last day is before ``today`` (Paris); return how many lists.

        Wishes are not counted: their number would tell that letters had left.
        """
        with self._pool.connection() as connection:
            connection.execute(
                "DELETE FROM vault.reminder_stops WHERE association = %s AND expires_on < %s",
                (self._association_id, today),
            )
            return connection.execute(
                "DELETE FROM vault.reminder_lists WHERE association = %s AND expires_on < %s",
                (self._association_id, today),
            ).rowcount

    def _find(self, condition: LiteralString, **values: object) -> ListedContact | None:
        values["association"] = self._association_id
        with self._pool.connection() as connection:
            row = connection.execute(_FIND + condition, values).fetchone()
        if row is None:
            return None
        list_id, place, campaign_id, contact_id, digest, last_number, contributions = row
        return ListedContact(list_id, place, campaign_id, contact_id, bytes(digest), last_number, tuple(contributions))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
