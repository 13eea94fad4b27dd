"""A passkey is of one site, answers one challenge and says that its holder was recognised; else it is refused."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.member_accounts import Member, MemberProfile
from service.members.errors import PasskeyRefused
from service.members.webauthn_site import WebAuthnSite, credential_id_of
from tests.kit.members.software_passkey import SoftwarePasskey

ORIGIN: Final = "https://coop.example"
SITE: Final = WebAuthnSite("coop.example", ORIGIN)
NOW: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
MEMBER: Final = Member(uuid4(), MemberProfile("Laurence", "MARDEGAN", "l@ecole.example"), NOW)
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary().map(lambda raw: raw.hex()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://coop.example", ("coop.example", "https://coop.example")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
        ("http://192.168.1.20", None),
        ("", None),
    ],
)
def test_passkeys_are_for_names_since_browsers_refuse_ip_addresses(address: str, site: tuple[str, str] | None) -> None:
    assert WebAuthnSite.at(address) == site


def test_a_passkey_is_made_and_then_signs() -> None:
    passkey, challenge = SoftwarePasskey(ORIGIN), os.urandom(32)
    made = SITE.registered(passkey.make(SITE.registration(MEMBER, [], challenge)), challenge, MEMBER, NOW)
    assert (made.credential_id, made.member_id, made.attachment) == (
        passkey.credential_id,
        MEMBER.member_id,
        "platform",
    )
    other = os.urandom(32)
    answer = passkey.sign(SITE.authentication([made], other))
    assert credential_id_of(answer) == made.credential_id
    assert SITE.signed(answer, other, made) == 1


def test_a_browser_is_asked_for_a_passkey_that_recognises_its_holder_and_is_not_there_yet() -> None:
    passkey, challenge = SoftwarePasskey(ORIGIN), os.urandom(32)
    made = SITE.registered(passkey.make(SITE.registration(MEMBER, [], challenge)), challenge, MEMBER, NOW)
    options = SITE.registration(MEMBER, [made], challenge)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"
    assert len(options["excludeCredentials"]) == 1
    assert SITE.authentication([], challenge)["userVerification"] == "required"


@pytest.mark.parametrize(
    "wrong",
    [
        SoftwarePasskey("https://coop.example.evil.example"),
        SoftwarePasskey("http://coop.example"),
        SoftwarePasskey(ORIGIN, verified=False),
    ],
    ids=["another origin", "not encrypted", "nobody recognised"],
)
def test_another_site_or_an_unknown_holder_is_refused(wrong: SoftwarePasskey) -> None:
    challenge = os.urandom(32)
    with pytest.raises(PasskeyRefused):
        SITE.registered(wrong.make(SITE.registration(MEMBER, [], challenge)), challenge, MEMBER, NOW)
    right = SoftwarePasskey(ORIGIN, credential_id=wrong.credential_id, key=wrong.key)
    made = SITE.registered(right.make(SITE.registration(MEMBER, [], challenge)), challenge, MEMBER, NOW)
    with pytest.raises(PasskeyRefused):
        SITE.signed(wrong.sign(SITE.authentication([made], challenge)), challenge, made)


def test_another_challenge_another_key_and_a_copy_of_the_key_are_refused() -> None:
    passkey, challenge = SoftwarePasskey(ORIGIN), os.urandom(32)
    made = SITE.registered(passkey.make(SITE.registration(MEMBER, [], challenge)), challenge, MEMBER, NOW)
    options = SITE.authentication([made], challenge)
    with pytest.raises(PasskeyRefused):
        SITE.signed(passkey.sign(options), os.urandom(32), made)
    forger = SoftwarePasskey(ORIGIN, credential_id=passkey.credential_id)
    with pytest.raises(PasskeyRefused):
        SITE.signed(forger.sign(options), challenge, made)
    with pytest.raises(PasskeyRefused):
        SITE.signed(passkey.sign(options), challenge, made._replace(sign_count=9))


@settings(max_examples=150, deadline=None)
@given(answer=st.dictionaries(st.sampled_from(["id", "rawId", "type", "response", "x"]), JSON, max_size=5))
def test_whatever_a_browser_sends_is_refused_and_crashes_nothing(answer: dict[str, Any]) -> None:
    with pytest.raises(PasskeyRefused):
        SITE.registered(answer, bytes(32), MEMBER, NOW)


@settings(max_examples=150, deadline=None)
@given(
    place=st.sampled_from(["clientDataJSON", "attestationObject"]), typed=st.text(max_size=40) | st.binary().map(str)
)
def test_a_real_answer_with_a_part_of_something_else_is_refused_and_crashes_nothing(place: str, typed: str) -> None:
    answer = SoftwarePasskey(ORIGIN).make(SITE.registration(MEMBER, [], bytes(32)))
    answer["response"][place] = typed
    with pytest.raises(PasskeyRefused):
        SITE.registered(answer, bytes(32), MEMBER, NOW)
