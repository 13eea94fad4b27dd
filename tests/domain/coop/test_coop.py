"""A coop is registered with its identity, its classes, its mandates, its charter and its certification."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from domain.coop.certification import RecordCertificationRevoked, RecordCertified, RequestCertification
from domain.coop.mandates import AcceptCharter, CharterUnknown, GrantMandate, RevokeMandate
from domain.coop.registration import ChangeCoopDetails, DefineSchoolClasses, RegisterCoop, SetPaymentMeans
from domain.errors import (
    AlreadyExists,
    ClassInvalid,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    OwnRight,
    PolicyForbids,
)
from domain.events.association import Policy
from domain.events.base import SchoolClass
from domain.events.coop import (
    CertificationRequested,
    CertificationRevoked,
    Certified,
    CharterAccepted,
    CoopDetailsChanged,
    MandateGranted,
    MandateRevoked,
    PaymentMeansSet,
    SchoolClassesDefined,
)
from tests.kit import example
from tests.kit.example import SAID
from tests.kit.example_events import OF_COOP
from tests.kit.in_memory_ledger import InMemoryLedger, registered

MANDATE = {
    "mandate_id": example.MANDATE,
    "holder_id": example.HOLDER,
    "valid_from": date(2024, 6, 1),
    "valid_to": date(2024, 6, 30),
}


def mandated() -> InMemoryLedger:
    """A coop whose mandate runs in June 2024."""
    ledger = registered()
    ledger.do(GrantMandate, **MANDATE)
    return ledger


def test_nobody_gives_a_mandate_to_themselves() -> None:
    registered().refused(OwnRight, GrantMandate, **{**MANDATE, "by": str(example.HOLDER)})


def test_a_coop_is_its_own_coop() -> None:
    ledger = registered()
    assert (ledger.coop.coop_id, ledger.coop.details, ledger.coop.demo) == (example.COOP, OF_COOP, True)


@pytest.mark.parametrize("part", ["name", "school", "town", "affiliation_number"])
def test_an_identity_with_an_empty_part_is_refused(part: str) -> None:
    incomplete = msgspec.structs.replace(OF_COOP, **{part: " "})
    InMemoryLedger().refused(
        InvalidInput, RegisterCoop, association_id=example.ASSOCIATION, details=incomplete, demo=True
    )
    registered().refused(InvalidInput, ChangeCoopDetails, details=incomplete)


def test_an_identity_is_corrected() -> None:
    ledger = registered()
    moved = msgspec.structs.replace(OF_COOP, town="Nice")
    (event,) = ledger.do(ChangeCoopDetails, details=moved)
    assert isinstance(event, CoopDetailsChanged)
    assert ledger.coop.details == moved


def test_the_same_identity_again_changes_nothing() -> None:
    assert registered().does_nothing(ChangeCoopDetails, details=OF_COOP)


def test_classes_that_are_one_are_listed_once_under_their_first_name() -> None:
    ledger = registered()
    (event,) = ledger.do(DefineSchoolClasses, school_year=2024, labels=("Cpa", "CP a", " CE2 – CM1 "))
    assert isinstance(event, SchoolClassesDefined)
    assert [(item.code, item.label) for item in event.classes] == [("CPA", "Cpa"), ("CE2-CM1", "CE2 – CM1")]
    assert ledger.coop.classes == {2024: ("CPA", "CE2-CM1")}


def test_the_same_classes_again_change_nothing_for_that_year_only() -> None:
    ledger = registered()
    ledger.do(DefineSchoolClasses, school_year=2024, labels=("CP", "CE1"))
    assert ledger.does_nothing(DefineSchoolClasses, school_year=2024, labels=("CP", "CE1"))
    assert ledger.do(DefineSchoolClasses, school_year=2025, labels=("CP", "CE1"))
    assert ledger.do(DefineSchoolClasses, school_year=2024, labels=("CE1", "CP"))


def test_another_name_for_the_same_class_is_kept() -> None:
    ledger = registered()
    ledger.do(DefineSchoolClasses, school_year=2024, labels=("Cpa",))
    (event,) = ledger.do(DefineSchoolClasses, school_year=2024, labels=("CP A",))
    assert isinstance(event, SchoolClassesDefined)
    assert event.classes[0].label == "CP A"
    assert ledger.does_nothing(DefineSchoolClasses, school_year=2024, labels=("CP A",))


def test_a_list_without_a_class_is_refused() -> None:
    registered().refused(InvalidInput, DefineSchoolClasses, school_year=2024, labels=())
    registered().refused(ClassInvalid, DefineSchoolClasses, school_year=2024, labels=("CP", "?"))


def test_a_list_names_no_teacher() -> None:
    for label in ("Mme Sophie DUPONT", "CP Mme Durand", "Classe de Martin"):
        registered().refused(ClassInvalid, DefineSchoolClasses, school_year=2024, labels=("CP", label))


def test_a_class_that_an_older_list_has_keeps_its_code() -> None:
    ledger = registered()
    older = (SchoolClass(code="CM1-A", label="CM1-A"), SchoolClass(code="LESLUTINS", label="Les lutins"))
    ledger.coop.evolve(SchoolClassesDefined(**SAID, school_year=2024, classes=older))
    (event,) = ledger.do(DefineSchoolClasses, school_year=2024, labels=("CM1 A", "CM1 B"))
    assert isinstance(event, SchoolClassesDefined)
    assert [(item.code, item.label) for item in event.classes] == [("CM1-A", "CM1 A"), ("CM1B", "CM1 B")]


def test_a_mandate_counts_on_its_first_and_last_day_and_for_its_holder_only() -> None:
    ledger = mandated()
    assert isinstance(ledger.events[-1], MandateGranted)
    days = (date(2024, 5, 31), date(2024, 6, 1), date(2024, 6, 30), date(2024, 7, 1))
    assert [ledger.coop.has_mandate(example.HOLDER, day) for day in days] == [False, True, True, False]
    assert not ledger.coop.has_mandate(example.PAYER, date(2024, 6, 15))


def test_a_mandate_is_granted_once() -> None:
    mandated().refused(AlreadyExists, GrantMandate, **MANDATE)


def test_a_mandate_that_ends_before_it_begins_is_refused() -> None:
    registered().refused(InvalidInput, GrantMandate, **{**MANDATE, "valid_to": date(2024, 5, 31)})


def test_a_mandate_of_one_day_is_granted() -> None:
    assert registered().do(GrantMandate, **{**MANDATE, "valid_to": MANDATE["valid_from"]})


def test_a_mandate_is_withdrawn_once() -> None:
    ledger = mandated()
    (event,) = ledger.do(RevokeMandate, mandate_id=example.MANDATE, reason="moved")
    assert isinstance(event, MandateRevoked)
    assert not ledger.coop.has_mandate(example.HOLDER, date(2024, 6, 15))
    ledger.refused(NotFound, RevokeMandate, mandate_id=example.MANDATE, reason="moved")


def test_the_charter_is_accepted_under_a_mandate() -> None:
    ledger = mandated()
    (event,) = ledger.do(AcceptCharter, published_charter=3, version=2, mandate_id=example.MANDATE)
    assert isinstance(event, CharterAccepted)
    assert ledger.coop.charter_accepted == 2
    assert ledger.does_nothing(AcceptCharter, published_charter=3, version=2, mandate_id=example.MANDATE)


@pytest.mark.parametrize(
    "instant", [datetime(2024, 5, 31, 21, 59, tzinfo=UTC), datetime(2024, 6, 30, 22, 0, tzinfo=UTC)]
)
def test_the_charter_is_not_accepted_outside_the_days_of_the_mandate_in_paris(instant: datetime) -> None:
    mandated().refused(
        NotAllowed, AcceptCharter, at=instant, published_charter=3, version=1, mandate_id=example.MANDATE
    )


@pytest.mark.parametrize(
    "instant", [datetime(2024, 5, 31, 22, 0, tzinfo=UTC), datetime(2024, 6, 30, 21, 59, tzinfo=UTC)]
)
def test_the_charter_is_accepted_on_the_first_and_the_last_day_of_the_mandate(instant: datetime) -> None:
    assert mandated().do(AcceptCharter, at=instant, published_charter=3, version=1, mandate_id=example.MANDATE)


def test_the_charter_is_not_accepted_without_a_mandate() -> None:
    registered().refused(NotFound, AcceptCharter, published_charter=3, version=1, mandate_id=example.MANDATE)


@pytest.mark.parametrize(("version", "published"), [(100, 0), (1, 0), (0, 0), (0, 3), (-1, 3), (4, 3)])
def test_a_charter_that_was_not_published_is_not_accepted(version: int, published: int) -> None:
    refusal = mandated().refused(
        CharterUnknown, AcceptCharter, version=version, mandate_id=example.MANDATE, published_charter=published
    )
    assert f"pas publié de version {version} " in refusal.french


def test_a_text_that_never_was_stands_in_the_way_of_none_that_is() -> None:
    """An earlier version of the service let mandate holders accept what there was not."""
    ledger = mandated()
    ledger.do(AcceptCharter, version=100, mandate_id=example.MANDATE, published_charter=100)
    (event,) = ledger.do(AcceptCharter, version=3, mandate_id=example.MANDATE, published_charter=3)
    assert isinstance(event, CharterAccepted)
    assert ledger.coop.charter_accepted == 3


def test_an_older_charter_than_the_accepted_one_is_refused() -> None:
    ledger = mandated()
    ledger.do(AcceptCharter, published_charter=3, version=2, mandate_id=example.MANDATE)
    ledger.refused(Conflict, AcceptCharter, published_charter=3, version=1, mandate_id=example.MANDATE)


def test_a_file_is_sent_to_the_provider_once() -> None:
    ledger = registered()
    (event,) = ledger.do(RequestCertification, provider_account="acct_900")
    assert isinstance(event, CertificationRequested)
    assert ledger.does_nothing(RequestCertification, provider_account="acct_900")


def test_another_account_takes_the_place_of_a_wrong_one_until_one_is_certified() -> None:
    ledger = registered()
    ledger.do(RequestCertification, provider_account="acct_typo")
    assert ledger.do(RequestCertification, provider_account="acct_900")
    assert ledger.coop.provider_account == "acct_900"
    ledger.do(RecordCertified, provider_account="acct_900")
    ledger.refused(Conflict, RequestCertification, provider_account="acct_901")


def test_an_account_is_certified_once() -> None:
    ledger = registered()
    ledger.do(RequestCertification, provider_account="acct_900")
    (event,) = ledger.do(RecordCertified, provider_account="acct_900")
    assert isinstance(event, Certified)
    assert ledger.coop.certified
    assert ledger.does_nothing(RecordCertified, provider_account="acct_900")


def test_a_certification_is_lost_and_gained_again() -> None:
    ledger = registered()
    assert ledger.does_nothing(RecordCertificationRevoked, reason="document_expired")
    ledger.do(RecordCertified, provider_account="acct_900")
    (event,) = ledger.do(RecordCertificationRevoked, reason="document_expired")
    assert isinstance(event, CertificationRevoked)
    assert not ledger.coop.certified
    assert ledger.do(RecordCertified, provider_account="acct_900")


def test_an_account_can_be_certified_without_our_asking() -> None:
    ledger = registered()
    ledger.do(RecordCertified, provider_account="acct_900")
    assert (ledger.coop.certified, ledger.coop.provider_account) == (True, "acct_900")


def test_the_provider_is_right_about_which_account_is_certified() -> None:
    ledger = registered()
    ledger.do(RequestCertification, provider_account="acct_900")
    assert ledger.do(RecordCertified, provider_account="acct_901")
    assert (ledger.coop.certified, ledger.coop.provider_account) == (True, "acct_901")
    assert ledger.do(RecordCertified, provider_account="acct_902")
    assert (ledger.coop.certified, ledger.coop.provider_account) == (True, "acct_902")


def test_cards_alone_are_offered_until_the_coop_chooses_more() -> None:
    ledger, policy = registered(), Policy(means=("card", "cash"))
    assert ledger.coop.policy_within(policy).means == ("card",)
    assert ledger.does_nothing(SetPaymentMeans, means=("card",), policy=policy)
    (event,) = ledger.do(SetPaymentMeans, means=("cash", "card"), policy=policy)
    assert isinstance(event, PaymentMeansSet)
    assert event.means == ledger.coop.policy_within(policy).means == ("card", "cash")


def test_a_coop_offers_nothing_that_its_association_has_closed() -> None:
    ledger = registered()
    ledger.do(SetPaymentMeans, means=("card", "cash"), policy=Policy(means=("card", "cash")))
    assert ledger.coop.policy_within(Policy()).means == ("card",)
    ledger.refused(PolicyForbids, SetPaymentMeans, means=("card", "cheque"), policy=Policy(means=("card", "cash")))


@pytest.mark.parametrize("means", [(), ("cash",), ("card", "gold"), ("card", "card")])
def test_means_without_cards_unknown_ones_and_doubles_are_refused(means: tuple[str, ...]) -> None:
    registered().refused(InvalidInput, SetPaymentMeans, means=means, policy=Policy(means=("card", "cash")))
