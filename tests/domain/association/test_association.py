"""The association registers, sets its policy and publishes its charter."""

from datetime import UTC, datetime

import msgspec
import pytest

from domain.association.commands import ChangePolicy, PublishCharter, RegisterAssociation
from domain.errors import InvalidInput
from domain.events.association import AssociationRegistered, CharterPublished, CutOff, Policy, PolicyChanged
from domain.vocabulary.means import MEANS
from tests.kit.in_memory_ledger import InMemoryLedger

IDENTITY = {"name": " AD d’essai ", "slug": "ad06", "siren": "123456789", "demo": True}


def registered() -> InMemoryLedger:
    """An association with the default policy."""
    ledger = InMemoryLedger()
    ledger.do(RegisterAssociation, **IDENTITY)
    return ledger


def test_an_association_registers_under_its_slug() -> None:
    ledger = registered()
    (event,) = ledger.events
    assert isinstance(event, AssociationRegistered)
    assert event.name == "AD d’essai"
    assert (ledger.association.name, ledger.association.slug, ledger.association.demo) == ("AD d’essai", "ad06", True)
    assert ledger.association.policy == Policy()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"slug": "6ad"},
        {"slug": "AD06"},
        {"slug": "a"},
        {"slug": "a" * 41},
        {"slug": "ad06; drop"},
        {"siren": "12345678"},
        {"siren": "12345678X"},
    ],
)
def test_a_malformed_identity_is_refused(wrong: dict[str, str]) -> None:
    InMemoryLedger().refused(InvalidInput, RegisterAssociation, **{**IDENTITY, **wrong})


def test_a_policy_is_changed() -> None:
    ledger = registered()
    policy = Policy(means=MEANS, max_instalments=2)
    (event,) = ledger.do(ChangePolicy, policy=policy)
    assert isinstance(event, PolicyChanged)
    assert ledger.association.policy == policy


def test_a_policy_that_says_nothing_of_passkeys_demands_none_and_keeps_its_bytes() -> None:
    """Policies and requests that were stored before there were passkeys mean what they meant."""
    assert b"require_passkey" not in msgspec.json.encode(Policy())
    assert not Policy().demands_passkey
    for demanded in (True, False):
        stored = msgspec.json.encode(Policy(require_passkey=demanded))
        assert msgspec.json.decode(stored, type=Policy).demands_passkey is demanded


def test_the_same_policy_again_changes_nothing() -> None:
    assert registered().does_nothing(ChangePolicy, policy=Policy())


def test_the_narrowest_policy_is_accepted() -> None:
    narrowest = Policy(max_instalments=1, max_interval_months=1, anonymity_threshold=1)
    assert registered().do(ChangePolicy, policy=narrowest)


@pytest.mark.parametrize(
    "wrong",
    [
        {"means": ("cash",)},
        {"means": ("card", "bitcoin")},
        {"purposes": ()},
        {"max_instalments": 0},
        {"max_interval_months": 0},
        {"anonymity_threshold": 0},
    ],
)
def test_a_policy_without_meaning_is_refused(wrong: dict[str, object]) -> None:
    registered().refused(InvalidInput, ChangePolicy, policy=msgspec.structs.replace(Policy(), **wrong))


def test_the_versions_of_the_charter_are_numbered_from_1() -> None:
    ledger = registered()
    for version in (1, 2):
        (event,) = ledger.do(PublishCharter, text_sha256=f"{version:064x}")
        assert isinstance(event, CharterPublished)
        assert (event.version, ledger.association.charter_version) == (version, version)
        assert ledger.association.charter_sha256 == event.text_sha256
        assert ledger.does_nothing(PublishCharter, text_sha256=event.text_sha256), "the same words are no new version"


def test_a_policy_that_says_nothing_of_the_cut_off_keeps_the_cash_book_s_rule_and_its_bytes() -> None:
    assert b"cut_off" not in msgspec.json.encode(Policy())
    assert Policy().cuts_off is CutOff.ON_RECEIPT
    stored = msgspec.json.encode(Policy(cut_off=CutOff.BY_VALIDITY))
    assert msgspec.json.decode(stored, type=Policy).cuts_off is CutOff.BY_VALIDITY


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        ([], {2023: None, 2024: None, 2030: None}),
        ([("2025-08-31", "rattachement")], {2024: None, 2025: 2025, 2026: 2025}),
        ([("2025-09-01", "rattachement")], {2025: None, 2026: 2026}),
        ([("2024-10-01", "rattachement"), ("2026-10-01", "encaissement")], {2025: 2025, 2026: 2025, 2027: None}),
        ([("2024-10-01", "rattachement"), ("2024-11-01", "encaissement")], {2025: None}),
        (
            [("2024-10-01", "rattachement"), ("2025-10-01", "encaissement"), ("2026-10-01", "rattachement")],
            {2025: 2025, 2026: None, 2027: 2027},
        ),
        (
            [("2024-10-01", "rattachement"), ("2025-10-01", "encaissement"), ("2025-10-02", "rattachement")],
            {2025: 2025, 2026: 2025},
        ),
    ],
)
def test_a_rule_of_cut_off_holds_for_the_exercises_that_begin_after_its_day(
    changes: list[tuple[str, str]], since: dict[int, int | None]
) -> None:
    """A day is that of Paris: 31 August there, late in the evening, is before the exercise that begins at midnight."""
    ledger = registered()
    for day, rule in changes:
        at = datetime.fromisoformat(f"{day}T23:30:00+02:00").astimezone(UTC)
        ledger.do(ChangePolicy, policy=Policy(cut_off=CutOff(rule)), at=at)
    assert {year: ledger.association.deferring_since(year) for year in since} == since
