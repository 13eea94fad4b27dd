"""A command finds its stream, of its own coop and at the version it was decided on, or it is refused."""

import inspect

import pytest

from domain import errors
from domain.aggregate import Command, FundsCommand, State
from domain.association.commands import PublishCharter
from domain.association.state import Association
from domain.campaign.publication import ArchiveCampaign, SuspendCampaign
from domain.campaign.settings import DraftCampaign
from domain.campaign.state import Campaign
from domain.coop.registration import ChangeCoopDetails, RegisterCoop
from domain.coop.state import Coop
from domain.errors import AlreadyExists, LedgerCorrupt, LedgerError, NotFound, StaleVersion
from domain.events import EVENT_TYPES
from domain.events.association import CharterPublished
from domain.events.campaign import CampaignDetails
from domain.funds import CoopFunds
from domain.recorded_event import RecordedEvent
from tests.kit import example
from tests.kit.example_events import EXAMPLES, OF_COOP
from tests.kit.in_memory_ledger import CARD_ONLY, InMemoryLedger, drafted, published, registered

DRAFT = {
    "details": CampaignDetails(title="Sorties"),
    "purpose": "contribution-volontaire",
    "school_year": 2024,
    "demo": True,
    "policy": CARD_ONLY,
}
ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, LedgerError)]


def test_a_stream_that_does_not_exist_is_not_found() -> None:
    InMemoryLedger().refused(NotFound, SuspendCampaign)


def test_a_stream_is_begun_once() -> None:
    registered().refused(AlreadyExists, RegisterCoop, association_id=example.ASSOCIATION, details=OF_COOP, demo=True)


def test_a_decision_taken_on_an_older_version_is_refused() -> None:
    ledger = published()
    assert ledger.campaign.version == 3
    ledger.refused(StaleVersion, SuspendCampaign, expected_version=2)
    assert ledger.do(SuspendCampaign, expected_version=3)


def test_a_stream_can_be_expected_not_to_exist_yet() -> None:
    ledger = registered()
    ledger.refused(StaleVersion, DraftCampaign, coop_id=example.COOP, expected_version=1, **DRAFT)
    assert ledger.do(DraftCampaign, coop_id=example.COOP, expected_version=0, **DRAFT)


def test_a_foreign_coop_s_stream_is_as_if_it_did_not_exist() -> None:
    ledger = drafted()
    ledger.refused(NotFound, ArchiveCampaign, scope=example.uid(901))
    ledger.refused(NotFound, ChangeCoopDetails, scope=example.uid(901), details=OF_COOP)
    assert ledger.do(ArchiveCampaign, scope=example.COOP)


def test_a_campaign_is_not_begun_in_a_foreign_coop() -> None:
    ledger = registered()
    ledger.refused(NotFound, DraftCampaign, coop_id=example.COOP, scope=example.uid(901), **DRAFT)
    assert ledger.do(DraftCampaign, coop_id=example.COOP, scope=example.COOP, **DRAFT)


def test_a_coop_is_registered_by_nobody_who_is_held_to_another() -> None:
    given = {"association_id": example.ASSOCIATION, "details": OF_COOP, "demo": True}
    InMemoryLedger().refused(NotFound, RegisterCoop, scope=example.uid(901), **given)


def test_an_event_of_another_aggregate_is_corruption() -> None:
    with pytest.raises(LedgerCorrupt, match=r"coop\.registered"):
        Campaign(example.CAMPAIGN).evolve(registered().events[0])


def test_every_event_belongs_to_exactly_one_aggregate() -> None:
    owners = [kind for state in (Association, Coop, Campaign) for kind in state.HANDLERS]
    assert sorted(kind.TOPIC for kind in owners) == sorted(kind.TOPIC for kind in EVENT_TYPES)


def test_a_state_is_what_its_events_add_up_to() -> None:
    charters = [EXAMPLES[CharterPublished], EXAMPLES[CharterPublished]]
    state = Association.from_events(example.ASSOCIATION, charters)
    assert (state.version, state.charter_version) == (2, 2)


def test_a_fact_of_the_log_knows_its_place_and_its_coop() -> None:
    event = registered().events[0]
    row = RecordedEvent(
        position=7, stream_id=example.COOP, version=1, coop_id=example.COOP, recorded_at=example.NOW, event=event
    )
    assert row == (7, example.COOP, 1, example.COOP, example.NOW, event)


def test_a_command_that_decides_nothing_is_a_fault_of_ours() -> None:
    with pytest.raises(LedgerCorrupt):
        Command[State](stream_id=example.COOP, stamp=example.STAMP).decide(Coop(example.COOP))
    with pytest.raises(LedgerCorrupt):
        FundsCommand[State](stream_id=example.COOP, stamp=example.STAMP).decide_with_funds(
            Coop(example.COOP), CoopFunds()
        )


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_has_a_status_a_code_and_a_french_sentence(kind: type[LedgerError]) -> None:
    assert 400 <= kind.status < 600
    assert kind.code == kind.code.lower().replace("_", "-")
    assert kind.sentence.endswith(".")


def test_no_two_errors_share_a_code() -> None:
    assert len({kind.code for kind in ERRORS}) == len(ERRORS)


def test_an_error_keeps_its_values_for_the_log() -> None:
    assert str(NotFound(payout=3)) == "not-found: payout=3"
    assert str(NotFound()) == "not-found"
    assert NotFound(payout=3).values == {"payout": 3}


def test_the_charter_is_the_association_s_to_publish() -> None:
    ledger = InMemoryLedger()
    ledger.refused(NotFound, PublishCharter, text_sha256=example.DIGEST)
