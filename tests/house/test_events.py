"""Every event says what it is, keeps its stored form for ever and is listed for the reader of the log."""

import inspect
import re

import pytest

from domain.events import EVENT_TYPES, Event, decode, encode
from domain.events.upcasting import UPCASTERS
from tests.house.sources import ROOT

TOPIC = re.compile(r"[a-z]+\.[a-z_]+\.[1-9]\d*")
GOLDEN = ROOT / "tests" / "golden" / "events"

every_event = pytest.mark.parametrize("event", EVENT_TYPES, ids=lambda event: event.__name__)


@every_event
def test_an_event_begins_with_a_sentence_and_says_what_it_posts(event: type[Event]) -> None:
    lines = inspect.cleandoc(event.__doc__ or "").splitlines()
    assert lines
    assert re.fullmatch(r"[A-Z].*\.", lines[0])
    assert any(line.startswith("Posts:") for line in lines)


@every_event
def test_an_event_has_a_french_name_and_a_versioned_topic(event: type[Event]) -> None:
    assert event.LABEL.strip()
    assert TOPIC.fullmatch(event.TOPIC)


@every_event
def test_an_event_reads_and_writes_its_golden_file_byte_for_byte(event: type[Event]) -> None:
    stored = (GOLDEN / f"{event.TOPIC}.json").read_bytes()
    read = decode(event.TOPIC, stored)
    assert type(read) is event
    assert encode(read) == stored


@every_event
def test_an_event_has_a_row_in_the_documentation(event: type[Event]) -> None:
    rows = (ROOT / "docs" / "events.md").read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if row.startswith("|") and f"`{event.TOPIC}`" in row]


def test_no_two_events_share_a_topic_or_a_french_name() -> None:
    assert len({event.TOPIC for event in EVENT_TYPES}) == len(EVENT_TYPES)
    assert len({event.LABEL for event in EVENT_TYPES}) == len(EVENT_TYPES)


def test_a_retired_topic_is_still_read() -> None:
    for topic in UPCASTERS:
        decode(topic, (GOLDEN / f"{topic}.json").read_bytes())


def test_every_golden_file_belongs_to_a_topic() -> None:
    topics = {event.TOPIC for event in EVENT_TYPES} | set(UPCASTERS)
    assert {path.stem for path in GOLDEN.glob("*.json")} - topics == set()
