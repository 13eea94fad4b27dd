"""What two people decide together needs two: another person, in time, who could not act for the first."""

from datetime import timedelta

import pytest

from domain.association.approvals import APPROVAL_LIFE, GiveApproval, first_of_two
from domain.association.members import InviteMember
from domain.association.state import Association
from domain.errors import SecondPersonNeeded
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger

ASKED = {"decision": "ApproveAdjustment", "digest": example.DIGEST}
ANNE, BRUNO = str(example.uid(1)), str(example.uid(2))


def asked(by: str = ANNE) -> InMemoryLedger:
    """A ledger in which one person asked for a decision."""
    ledger = InMemoryLedger()
    ledger.association.version = 1
    ledger.do(GiveApproval, **ASKED, by=by)
    return ledger


def first(
    association: Association, by: str, later: timedelta = timedelta(0), digest: str = example.DIGEST
) -> str | None:
    """Who else approved the same."""
    return first_of_two(association, digest, by, example.NOW + later)


def test_the_second_is_another_person_who_asks_for_the_same_in_time() -> None:
    association = asked().association
    assert first(association, BRUNO) == ANNE
    assert first(association, ANNE) is None
    assert first(association, BRUNO, digest="0" * 64) is None
    assert first(association, BRUNO, APPROVAL_LIFE) == ANNE
    assert first(association, BRUNO, APPROVAL_LIFE + timedelta(seconds=1)) is None


def test_the_first_says_it_once_while_it_waits_and_again_when_it_no_longer_does() -> None:
    ledger = asked()
    assert ledger.does_nothing(GiveApproval, **ASKED, by=ANNE)
    later = example.NOW + APPROVAL_LIFE + timedelta(seconds=1)
    assert ledger.do(GiveApproval, **ASKED, by=ANNE, at=later)


def test_whom_one_of_them_invited_is_no_second_person() -> None:
    ledger = asked()
    ledger.do(InviteMember, member_id=example.uid(1), by="operator")
    ledger.do(InviteMember, member_id=example.uid(2), by=ANNE)
    with pytest.raises(SecondPersonNeeded):
        first(ledger.association, BRUNO)
