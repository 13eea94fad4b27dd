"""A passkey is of one site, answers one challenge and says that its holder was recognised; else it is refused."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor, parse_cbor

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


def attested(fmt: str, statement: object, key: object = None, cut: int | None = None) -> bytes:
    """An attestation as a hostile browser would write it: of any format, about any key, cut anywhere."""
    made = SoftwarePasskey(ORIGIN).make(SITE.registration(MEMBER, [], bytes(32)))
    data = cast("bytes", parse_cbor(base64url_to_bytes(made["response"]["attestationObject"]))["authData"])
    if key is not None:
        data = data[: 37 + 16 + 2 + 32] + encode_cbor(key)
    return encode_cbor({"fmt": fmt, "attStmt": statement, "authData": data[:cut]})


FORMATS: Final = ("packed", "tpm", "android-key", "android-safetynet", "apple", "fido-u2f", "none", "unheard-of")
STATEMENTS: Final[tuple[object, ...]] = (
    {"x5c": [b"a"], "sig": b"a", "alg": -7, "ver": "2.0", "certInfo": b"a", "pubArea": b"a", "response": b"a.b.c"},
    {"x5c": "a", "sig": 1, "alg": "x"},
    [],
    1,
)
KEYS: Final[tuple[object, ...]] = (
    {},
    {1: 2, 3: -7},
    {1: 2, 3: -7, -1: 1, -2: b"a", -3: b"b"},
    {1: 2, 3: -7, -1: 99, -2: bytes(32), -3: bytes(32)},
    {1: 1, 3: -8, -1: 6, -2: b"a"},
    {1: 3, 3: -257, -1: b"\xff" * 100_000, -2: b"\x01\x00\x01"},
    5,
    [1],
)
BOMBS: Final = {
    "arrays in arrays": b"\x81" * 300_000,
    "maps in maps": b"\xa1\x01" * 150_000,
    "bytes without end": b"\x5b" + b"\x7f" * 8,
    "an array without end": b"\x9b\x00\x00\x00\x00\x7f\xff\xff\xff",
    "pieces without end": b"\x5f" + b"\x41a" * 200_000,
    "a number of a megabit": b"\xc2\x5a\x00\x02\x00\x00" + b"\xff" * 131_072,
    "a division by zero": b"\xd8\x1e\x82\x01\x00",
}
HOSTILE: Final = {
    **{f"{fmt} {n}": attested(fmt, one) for fmt in FORMATS for n, one in enumerate(STATEMENTS) if fmt != "none"},
    **{f"key {n}": attested("none", {}, key) for n, key in enumerate(KEYS)},
    **{f"cut at {cut}": attested("none", {}, cut=cut) for cut in (0, 1, 36, 37, 40, 53, 60, 90)},
    **BOMBS,
}


@pytest.mark.parametrize("attestation", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bytes_of_a_device_are_refused_at_once_and_crash_nothing(attestation: bytes) -> None:
    answer = SoftwarePasskey(ORIGIN).make(SITE.registration(MEMBER, [], bytes(32)))
    answer["response"]["attestationObject"] = bytes_to_base64url(attestation)
    begun = time.process_time()
    with pytest.raises(PasskeyRefused):
        SITE.registered(answer, bytes(32), MEMBER, NOW)
    assert time.process_time() - begun < 1
