"""Inviting a person to work with an association, and changing where their letters go: the vault, then the ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
import psycopg

from adapters.member_accounts import MemberProfile
from adapters.people_vault import Person
from domain.aggregate import Stamp
from domain.association.members import ChangeMemberAddress, InviteMember
from domain.association.ties import TIE_LIFE
from domain.errors import AlreadyExists, LedgerError, NotFound
from service import people
from service.runtime.open_ledger import OpenLedger


def invite(
    opened: OpenLedger, member_id: UUID, profile: MemberProfile, stamp: Stamp, *, key: str | None = None
) -> UUID:
    """Invite a person under a new id; return that of the member whose address it is already, invited once more.

    Rights are given apart: an invitation alone opens nothing. Under ``key`` it is told once.
    """
    stores = opened.members.members
    added = stores.invite(member_id, profile, stamp.at)
    invited = member_id if added else stores.id_of(profile.email)
    if invited is None:
        raise AlreadyExists(member=member_id)
    command = InviteMember(stream_id=opened.ledger.association_id, stamp=stamp, member_id=invited)
    try:
        opened.ledger.bus.submit(command, key=None if key is None else f"{key}:{invited}").result()
    except LedgerError:
        if added:
            stores.erase(member_id)
        raise
    return invited


def change_address(opened: OpenLedger, member_id: UUID, email: str, stamp: Stamp) -> None:
    """Change the address of a member's letters; its sessions and links end, since another mailbox may hold them.

    The address before is kept as long as the change ties who made it to the member: letters about where money goes
    reach it too. The copy beside the people of a coop, which its other letters go to, follows.

    Raises:
        NotFound: no such member; AlreadyExists: the address is another member's.

    """
    stores = opened.members
    member = stores.members.by_id(member_id)
    if member is None:
        raise NotFound(member=member_id)
    before, after = member.profile, msgspec.structs.replace(member.profile, email=email)
    try:
        stores.members.change(member_id, after, former_until=stamp.at + TIE_LIFE)
    except psycopg.errors.UniqueViolation as error:
        raise AlreadyExists(member=member_id) from error
    command = ChangeMemberAddress(stream_id=opened.ledger.association_id, stamp=stamp, member_id=member_id)
    try:
        opened.ledger.bus.submit(command).result()
    except LedgerError:
        stores.members.change(member_id, before)
        raise
    stores.sessions.end_all(member_id, stamp.at)
    stores.links.revoke(member_id)
    if opened.vault.get(member_id) is not None:
        opened.vault.update(member_id, _person(after))


def keep_mandate_holder(opened: OpenLedger, coop_id: UUID, member_id: UUID, at: datetime) -> None:
    """Keep a member beside the people of a coop, since the coop's letters go to its mandate holders."""
    member = opened.members.members.by_id(member_id)
    if member is not None and opened.vault.get(member_id) is None:
        people.keep_payer(opened.vault, coop_id, member_id, _person(member.profile), at)


def _person(profile: MemberProfile) -> Person:
    return Person(profile.first_name, profile.last_name, profile.email)
