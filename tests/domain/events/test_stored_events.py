"""Events are bytes for ever: the golden files hold them, and the documentation lists them."""

import inspect
import re
from pathlib import Path
from typing import Final

import msgspec
import pytest

from domain.errors import LedgerCorrupt
from domain.events import EVENT_TYPES, Event, decode, encode
from domain.events.bank import CashCounted
from domain.events.base import InstalmentTerms
from domain.events.campaign import CampaignSuspended, PaymentOptionsSet
from domain.events.contribution import ProviderFeeCharged
from domain.events.upcasting import UPCASTERS
from domain.money import MAX_CENTS
from tests.kit.example_events import EXAMPLES, RETIRED

TESTS: Final = Path(__file__).resolve().parents[2]
GOLDEN: Final = TESTS / "golden" / "events"
DOCUMENTATION: Final = TESTS.parent / "docs" / "events.md"

every_event = pytest.mark.parametrize("event", EVENT_TYPES, ids=lambda event: event.__name__)


def row_of(event: type[Event]) -> str:
    """The row of the documentation for an event: its topic, its French name, what it says, what it posts."""
    says, _, posts = inspect.cleandoc(event.__doc__ or "").partition("Posts:")
    cells = (f"`{event.TOPIC}`", event.LABEL, says, posts)
    return "| " + " | ".join(" ".join(cell.split()) for cell in cells) + " |"


def at_version_1(*, count: int) -> bytes:
    """The payment options as version 1 stored them."""
    fields = msgspec.json.decode(RETIRED["campaign.payment_options_set.1"])
    return msgspec.json.encode({**fields, "instalment_count": count}, order="sorted")


@every_event
def test_the_golden_file_of_an_event_holds_its_example(event: type[Event]) -> None:
    assert (GOLDEN / f"{event.TOPIC}.json").read_bytes() == encode(EXAMPLES[event])


@every_event
def test_an_event_is_read_back_as_it_was_written(event: type[Event]) -> None:
    assert decode(event.TOPIC, encode(EXAMPLES[event])) == EXAMPLES[event]


@every_event
def test_the_bytes_of_an_event_are_compact_and_sorted(event: type[Event]) -> None:
    stored = encode(EXAMPLES[event])
    assert msgspec.json.encode(msgspec.json.decode(stored), order="sorted") == stored


@every_event
def test_an_event_has_its_business_instant_in_utc(event: type[Event]) -> None:
    offset = EXAMPLES[event].happened_at.utcoffset()
    assert offset is not None
    assert not offset


@every_event
def test_an_event_with_a_field_too_many_is_refused(event: type[Event]) -> None:
    stored = encode(EXAMPLES[event])
    with pytest.raises(LedgerCorrupt):
        decode(event.TOPIC, stored[:-1] + b',"zz":1}')


def test_an_event_tells_what_it_is_about_when_it_is_about_something() -> None:
    about = {event: example.subject_id for event, example in EXAMPLES.items()}
    assert about[CampaignSuspended] is None
    for event, example in EXAMPLES.items():
        assert about[event] == (getattr(example, event.SUBJECT) if event.SUBJECT else None)


def test_the_golden_files_of_retired_topics_hold_what_was_once_stored() -> None:
    assert set(RETIRED) == set(UPCASTERS)
    for topic, stored in RETIRED.items():
        assert (GOLDEN / f"{topic}.json").read_bytes() == stored


def test_payment_options_of_version_1_without_instalments_name_none() -> None:
    read = decode("campaign.payment_options_set.1", at_version_1(count=0))
    assert isinstance(read, PaymentOptionsSet)
    assert read.instalments is None
    assert (read.means, read.message) == (("card",), "Merci !")
    assert b'"instalments":null' in encode(read)


def test_payment_options_of_version_1_keep_their_instalments() -> None:
    read = decode("campaign.payment_options_set.1", at_version_1(count=3))
    assert isinstance(read, PaymentOptionsSet)
    assert read.instalments == InstalmentTerms(count=3, interval_months=1)


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(LedgerCorrupt, match="ledger-corrupt"):
        decode("campaign.forgotten.1", b"{}")


def test_bytes_that_are_not_the_event_are_refused() -> None:
    with pytest.raises(LedgerCorrupt):
        decode("campaign.suspended.1", b'{"at":"yesterday","by":"actor-1"}')


def test_an_amount_below_zero_is_refused_where_it_is_read() -> None:
    stored = (GOLDEN / "campaign.cash_received.1.json").read_bytes()
    with pytest.raises(LedgerCorrupt):
        decode("campaign.cash_received.1", re.sub(rb'"cents":\d+', b'"cents":-1', stored, count=1))


@pytest.mark.parametrize("cents", [0, MAX_CENTS])
def test_an_amount_of_nothing_or_of_the_bound_is_read_back(cents: int) -> None:
    fee = msgspec.structs.replace(EXAMPLES[ProviderFeeCharged], cents=cents)
    assert decode(fee.TOPIC, encode(fee)) == fee


@pytest.mark.parametrize("balance", [-MAX_CENTS, MAX_CENTS])
def test_a_balance_of_either_bound_is_read_back(balance: int) -> None:
    count = msgspec.structs.replace(EXAMPLES[CashCounted], expected=balance)
    assert decode(count.TOPIC, encode(count)) == count


def test_every_event_has_an_example_and_every_example_an_event() -> None:
    assert set(EXAMPLES) == set(EVENT_TYPES)


def test_the_documentation_lists_the_events_as_the_code_says_them() -> None:
    rows = [line for line in DOCUMENTATION.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    current = [row for row in rows if not any(f"`{topic}`" in row for topic in UPCASTERS)]
    assert current == [row_of(event) for event in EVENT_TYPES]


def test_the_documentation_names_every_retired_topic_and_what_it_became() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    for topic, stored in RETIRED.items():
        assert f"| `{topic}` | `{decode(topic, stored).TOPIC}` |" in text
