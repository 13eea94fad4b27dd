"""Giving a person the mandate of a coop by name and address: invited as a member, named in the ledger, written to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from adapters.jobs import Outbox
from adapters.member_accounts import MemberProfile
from domain.aggregate import Stamp
from domain.coop.mandates import GrantMandate
from service.emails.member_emails import NOTHING_MORE, MemberEmail, invited_to, request_member_email
from service.members.invitations import invite, keep_mandate_holder
from service.runtime.open_ledger import OpenLedger


class Appointment(NamedTuple):
    """Who is to hold the mandate of a coop between two Paris days; the ids are new ones, for what is not there yet."""

    coop_id: UUID
    member_id: UUID
    mandate_id: UUID
    profile: MemberProfile
    valid_from: date
    valid_to: date


def appoint(opened: OpenLedger, outbox: Outbox, asked: Appointment, stamp: Stamp, key: str) -> int | None:
    """Invite a person, give the mandate and have the letter leave; under the same key all of it happens once.

    Returns the position of the log at which it is known. The letter is the last of it: its link opens nothing before
    there is a mandate.
    """
    invited = invite(opened, asked.member_id, asked.profile, _of_association(stamp), key=f"{key}:invitation")
    keep_mandate_holder(opened, asked.coop_id, invited, stamp.at)
    grant = GrantMandate(
        stream_id=asked.coop_id,
        stamp=stamp,
        mandate_id=asked.mandate_id,
        holder_id=invited,
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
    )
    (outcome,) = opened.ledger.bus.submit(grant, key=f"{key}:mandate").result()
    if not outcome.replayed:
        write_to(opened, outbox, invited, stamp, invited_to(asked.coop_id, stamp.by))
    return outcome.last_position


def invite_again(opened: OpenLedger, outbox: Outbox, member_id: UUID, stamp: Stamp, key: str) -> bool:
    """Have another letter leave to a member who was invited; False where there is no such member any more."""
    member = opened.members.members.by_id(member_id)
    if member is None:
        return False
    invite(opened, member_id, member.profile, _of_association(stamp), key=key)
    write_to(opened, outbox, member_id, stamp)
    return True


def write_to(
    opened: OpenLedger, outbox: Outbox, member_id: UUID, stamp: Stamp, about: Mapping[str, str] = NOTHING_MORE
) -> None:
    """Have the invitation leave, with what it is to; once in two minutes, however often it is asked for."""
    request_member_email(outbox, opened.ledger.slug, member_id, MemberEmail.INVITATION, stamp.at, about=about)


def _of_association(stamp: Stamp) -> Stamp:
    """Who and when, for what is the association's own: its members."""
    return Stamp(at=stamp.at, by=stamp.by)
