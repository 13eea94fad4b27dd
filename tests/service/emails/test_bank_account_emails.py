"""E-mails about where the coop's money goes: to the office too, and wherever its members' letters went before."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

import pytest

from adapters.member_accounts import MemberProfile
from adapters.stripe_sandbox.testing import IBAN
from domain.aggregate import Stamp
from domain.association.members import InviteMember
from domain.association.roles import RevokeRole
from domain.association.ties import TIE_LIFE
from domain.coop.bank_accounts import ConfirmBankAccount, WithdrawBankAccount
from domain.errors import NotFound
from domain.rights.roles import MemberRole
from service.members.invitations import change_address, keep_mandate_holder
from service.runtime.open_ledger import OpenLedger
from tests.kit.email_world import EmailWorld, ReceivedEmails
from tests.kit.members.access import give_mandate, give_role
from tests.kit.service_world import SLUG

TREASURER: Final = "tresoriere@occe.example"
STAFF: Final = "bureau@occe.example"
THIEF: Final = "voleur@ailleurs.example"


def opened(world: EmailWorld) -> OpenLedger:
    """The association's ledger and its members."""
    return world.runtime.ledger(SLUG)


def join(world: EmailWorld, role: MemberRole, email: str) -> tuple[UUID, UUID]:
    """Have a new member with a role and an address; return the member and the role."""
    member_id, role_id = give_role(opened(world).ledger, role, world.coop_id if role is MemberRole.TEACHER else None)
    assert opened(world).members.members.invite(member_id, MemberProfile("Ursule", "VERMEIL", email), world.now())
    return member_id, role_id


def invite(world: EmailWorld, member_id: UUID) -> None:
    """Have the log know a member, whose address may then be changed."""
    world.do(InviteMember, opened(world).ledger.association_id, member_id=member_id)


def move(world: EmailWorld, member_id: UUID, email: str, by: str = "thief") -> None:
    """Change where a member's letters go."""
    change_address(opened(world), member_id, email, Stamp(at=world.now(), by=by))


def told(emails: ReceivedEmails) -> list[tuple[str, str]]:
    """Who got which of these e-mails, sorted."""
    return sorted((to, about.partition(" :")[0]) for to, about in emails.subjects() if "IBAN" in about)


def test_the_office_is_told_of_each_step_and_nobody_else_of_the_association(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    join(world, MemberRole.STAFF, STAFF)
    join(world, MemberRole.TREASURER, TREASURER)
    join(world, MemberRole.AUDITOR, "audit@occe.example")
    join(world, MemberRole.TEACHER, "maitresse@ecole.example")
    _, withdrawn = join(world, MemberRole.STAFF, "partie@occe.example")
    world.do(RevokeRole, opened(world).ledger.association_id, role_id=withdrawn, reason="departure")
    account = world.register_bank_account(IBAN)
    other = world.register_bank_account("FR7630006000011234567890189")
    world.do(ConfirmBankAccount, world.coop_id, by="second person", bank_account_id=account, payee_check="match")
    world.do(WithdrawBankAccount, world.coop_id, bank_account_id=other)
    world.settle(seconds=3)
    steps = ["Changement d’IBAN retiré", *["Changement d’IBAN à confirmer"] * 2, "IBAN confirmé"]
    assert told(emails) == [(to, step) for to in (STAFF, TREASURER) for step in steps]


def test_who_changes_an_address_before_an_iban_hides_no_letter(world: EmailWorld, emails: ReceivedEmails) -> None:
    treasurer, _ = join(world, MemberRole.TREASURER, TREASURER)
    invite(world, treasurer)
    move(world, treasurer, "etape@ailleurs.example")
    move(world, treasurer, THIEF)
    world.register_bank_account(IBAN)
    world.settle(seconds=3)
    assert [to for to, _ in told(emails)] == ["etape@ailleurs.example", TREASURER, THIEF]
    assert [row for row in world.tasks() if TREASURER in str(row) or THIEF in str(row)] == []
    assert len(set(emails.ids())) == 3


def test_who_changes_an_address_between_an_iban_and_its_letter_hides_no_letter(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    treasurer, _ = join(world, MemberRole.TREASURER, TREASURER)
    invite(world, treasurer)
    world.register_bank_account(IBAN)
    move(world, treasurer, THIEF)
    world.settle(seconds=3)
    assert [to for to, _ in told(emails)] == [TREASURER, THIEF]


def test_a_mandate_holder_whose_address_was_changed_is_told_at_both(world: EmailWorld, emails: ReceivedEmails) -> None:
    holder, _ = give_mandate(opened(world).ledger, world.coop_id)
    profile = MemberProfile("Laurence", "MARDEGAN", "mandataire@ecole.example")
    opened(world).members.members.invite(holder, profile, world.now())
    keep_mandate_holder(opened(world), world.coop_id, holder, world.now())
    invite(world, holder)
    move(world, holder, THIEF)
    world.register_bank_account(IBAN)
    world.settle(seconds=3)
    assert [to for to, _ in told(emails)] == ["mandataire@ecole.example", THIEF]


def test_an_address_that_several_share_is_written_to_once(world: EmailWorld, emails: ReceivedEmails) -> None:
    holder, _ = give_mandate(opened(world).ledger, world.coop_id)
    profile = MemberProfile("Laurence", "MARDEGAN", "Bureau@OCCE.example")
    opened(world).members.members.invite(holder, profile, world.now())
    keep_mandate_holder(opened(world), world.coop_id, holder, world.now())
    treasurer, _ = join(world, MemberRole.TREASURER, TREASURER)
    invite(world, treasurer)
    invite(world, holder)
    move(world, holder, "mandataire@ecole.example")
    move(world, treasurer, STAFF)
    world.register_bank_account(IBAN)
    world.settle(seconds=3)
    assert [to for to, _ in told(emails)] == [STAFF, "mandataire@ecole.example", TREASURER]


def test_a_former_address_is_forgotten_after_thirty_days(world: EmailWorld, emails: ReceivedEmails) -> None:
    treasurer, _ = join(world, MemberRole.TREASURER, TREASURER)
    invite(world, treasurer)
    move(world, treasurer, "nouvelle@occe.example")
    world.settle(days=TIE_LIFE.days)
    world.register_bank_account(IBAN)
    world.settle(seconds=3)
    assert [to for to, _ in told(emails)] == ["nouvelle@occe.example"]


def test_a_change_that_the_log_refuses_leaves_no_address_behind(world: EmailWorld, emails: ReceivedEmails) -> None:
    treasurer, _ = join(world, MemberRole.TREASURER, TREASURER)
    with pytest.raises(NotFound):  # the log knows of no invitation
        move(world, treasurer, THIEF)
    with pytest.raises(NotFound):
        move(world, uuid4(), THIEF)
    world.register_bank_account(IBAN)
    world.settle(seconds=3)
    assert [to for to, _ in told(emails)] == [TREASURER]
