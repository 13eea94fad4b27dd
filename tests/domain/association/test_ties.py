"""Who may act for whom, as the association's log tells it."""

from __future__ import annotations

from datetime import timedelta

from domain.association.commands import RegisterAssociation
from domain.association.members import ChangeMemberAddress, InviteMember
from domain.association.ties import are_independent
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger

ADA, BEA, CLEO = (example.uid(number) for number in (61, 62, 63))
OPERATOR = "operator"


def ledger_of_three() -> InMemoryLedger:
    """An association with three members whom its operator invited."""
    ledger = InMemoryLedger()
    ledger.do(RegisterAssociation, name="OCCE 06", slug="ad06", siren="123456782", demo=True)
    for member in (ADA, BEA, CLEO):
        ledger.do(InviteMember, by=OPERATOR, member_id=member)
    return ledger


def independent(ledger: InMemoryLedger, first: object, second: object) -> bool:
    """Whether two members count as two today."""
    return are_independent(str(first), str(second), ledger.association.ties, example.NOW - timedelta(days=30))


def test_members_whom_the_operator_invited_are_two() -> None:
    assert independent(ledger_of_three(), ADA, BEA)


def test_whoever_invites_or_sends_another_invitation_is_not_a_second_person() -> None:
    ledger = ledger_of_three()
    ledger.do(InviteMember, by=str(ADA), member_id=BEA)
    assert not independent(ledger, ADA, BEA)
    assert independent(ledger, ADA, CLEO)


def test_whoever_changes_an_address_is_not_a_second_person() -> None:
    ledger = ledger_of_three()
    ledger.do(ChangeMemberAddress, by=str(CLEO), member_id=BEA)
    assert not independent(ledger, BEA, CLEO)
    assert independent(ledger, ADA, BEA)


def test_changing_ones_own_address_ties_to_nobody() -> None:
    ledger = ledger_of_three()
    ledger.do(ChangeMemberAddress, by=str(BEA), member_id=BEA)
    assert independent(ledger, ADA, BEA)
    assert not independent(ledger, BEA, BEA)
