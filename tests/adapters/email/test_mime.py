"""What may be an e-mail: plain addresses, headers of one line; and what its bytes hold."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.email import EmailInvalid, Undeliverable, check_address
from adapters.email.mime import message_bytes
from domain.calendar import PARIS
from tests.kit.example_emails import FAMILY, LETTER, SENDER, letter, part, read, sender, subject

AT = datetime(2024, 10, 27, 2, 30, tzinfo=PARIS, fold=1)
BREAKS = ["\r\nBcc: x@example.org", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("tail", BREAKS, ids=repr)
@pytest.mark.parametrize("field", ["to", "reply_to", "subject", "sender_name"])
def test_a_line_break_in_a_header_is_refused(field: str, tail: str) -> None:
    with pytest.raises(EmailInvalid) as refused:
        letter(**{field: getattr(LETTER, field) + tail})
    assert isinstance(refused.value, Undeliverable)
    assert "example" not in str(refused.value)


@pytest.mark.parametrize("field", ["to", "subject", "key"])
def test_a_letter_without_address_subject_or_key_is_refused(field: str) -> None:
    with pytest.raises(EmailInvalid):
        letter(**{field: ""})


@pytest.mark.parametrize(
    "address",
    [
        "marie",
        "marie@",
        "@example.org",
        "marie@example",
        "marie@@example.org",
        "marie@exa mple.org",
        "marie galante@example.org",
        "marie@example.org, julien@example.org",
        "Marie <marie@example.org>",
        "<marie@example.org>",
        "marie@example.org>",
        '"marie galante"@example.org',
        ".marie@example.org",
        "marie..galante@example.org",
        "marie@-example.org",
        "marie@example..org",
        "marie@[127.0.0.1]",
        "mariée@example.org",
        " marie@example.org",
        "marie@example.org ",
        f"{'m' * 65}@example.org",
        f"marie@{'e' * 64}.org",
        f"marie@{'é' * 60}.org",
        f"marie@{'e' * 60}.{'e' * 60}.{'e' * 60}.{'e' * 60}.example.org",
    ],
)
def test_what_is_not_one_plain_address_is_refused_without_being_told(address: str) -> None:
    with pytest.raises(EmailInvalid) as refused:
        check_address(address)
    assert "marie" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("marie.galante+coop@mail.example.org", "marie.galante+coop@mail.example.org"),
        ("o'neil@example.museum", "o'neil@example.museum"),
        ("marie@école-d-été.example", "marie@xn--cole-d-t-90ahb.example"),
    ],
)
def test_an_ordinary_address_is_carried_in_ascii(address: str, carried: str) -> None:
    assert check_address(address) == carried


def test_the_message_id_comes_from_the_key_alone_and_does_not_show_it() -> None:
    first = read(message_bytes(LETTER, SENDER, AT))["Message-ID"]
    same = read(message_bytes(letter(text="Autre texte", to="autre@example.org"), SENDER, AT))["Message-ID"]
    other = read(message_bytes(letter(key="confirmation/3f2a90b7c2"), SENDER, AT))["Message-ID"]
    assert first == same
    assert first != other
    assert "3f2a90b7c1" not in first
    assert first.endswith("@coopledger.example>")


def test_the_same_letter_at_the_same_instant_is_the_same_bytes() -> None:
    assert message_bytes(LETTER, SENDER, AT) == message_bytes(LETTER, SENDER, AT)


def test_the_date_is_that_of_paris_in_winter_and_in_summer() -> None:
    assert read(message_bytes(LETTER, SENDER, AT))["Date"] == "Sun, 27 Oct 2024 02:30:00 +0100"
    assert read(message_bytes(LETTER, SENDER, AT.replace(fold=0)))["Date"] == "Sun, 27 Oct 2024 02:30:00 +0200"


def test_without_an_address_for_answers_none_is_written() -> None:
    assert read(message_bytes(letter(reply_to=""), SENDER, AT))["Reply-To"] is None


def test_a_message_is_ascii_in_lines_that_every_server_carries() -> None:
    long = letter(text="œuvre " * 400, html="é" * 3000, subject="É" * 200, sender_name="Coopérative, " * 20 + "Œ")
    content = message_bytes(long, SENDER, AT)
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")


_LINE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=120)
_WORDS = (
    "l’école",
    "Jules",
    "«\u00a0Les",
    "Écureuils\u00a0»",
    "reçu\u00a0:",
    '"a"',
    "(CE2,",
    "<b>",
    "—",
    "é" * 40,
    "a" * 70,
)
_NAME = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join)


@settings(deadline=None)
@given(name=_NAME, title=_NAME, lines=st.lists(_LINE))
def test_whatever_a_coop_is_called_and_a_letter_says_it_arrives_so(name: str, title: str, lines: list[str]) -> None:
    sent = letter(sender_name=name, subject=title, text="\n".join([*lines, "Fin\n"]))
    content = message_bytes(sent, SENDER, AT)
    assert part(read(content), "plain") == sent.text
    assert (subject(content), sender(content)) == (title, (name, SENDER))


@settings(deadline=None)
@given(name=_LINE, title=_LINE.filter(lambda text: text != ""))
def test_no_name_and_no_subject_adds_a_header_or_a_recipient(name: str, title: str) -> None:
    message = read(message_bytes(letter(sender_name=name, subject=title), SENDER, AT))
    assert [one.addr_spec for one in message["From"].addresses] == [SENDER]
    assert [one.addr_spec for one in message["To"].addresses] == [FAMILY]
    assert message.keys() == read(message_bytes(LETTER, SENDER, AT)).keys()
