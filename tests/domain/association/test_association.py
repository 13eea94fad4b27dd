"""The association registers, sets its policy and publishes its charter."""

import msgspec
import pytest

from domain.association.commands import MEANS, ChangePolicy, PublishCharter, RegisterAssociation
from domain.errors import InvalidInput
from domain.events.association import AssociationRegistered, CharterPublished, Policy, PolicyChanged
from tests.kit import example
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
        (event,) = ledger.do(PublishCharter, text_sha256=example.DIGEST)
        assert isinstance(event, CharterPublished)
        assert (event.version, ledger.association.charter_version) == (version, version)
