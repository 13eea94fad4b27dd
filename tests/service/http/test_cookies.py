"""Cookies: one for each association, closed to scripts, other hosts and other sites; what they hold is not altered."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from fastapi import Request
from fastapi.responses import Response

from service.http.cookies import Cookie, clear_cookie, cookie_name, read_cookie, set_cookie, signed, unsigned
from service.settings import Settings
from tests.house.sources import ROOT, files_in


def request(*, secure: bool, cookies: str = "") -> Request:
    """A request to an installation with or without an encrypted connection."""
    runtime = SimpleNamespace(settings=Settings(secure_cookies=secure))
    app = SimpleNamespace(state=SimpleNamespace(runtime=runtime))
    headers = [(b"cookie", cookies.encode())] if cookies else []
    return Request({"type": "http", "headers": headers, "app": app})


def attributes(answer: Response) -> set[str]:
    """The attributes of the only cookie that an answer sets, without its name and value."""
    (cookie,) = answer.headers.getlist("set-cookie")
    return set(cookie.split("; ")[1:])


@pytest.mark.parametrize("cookie", Cookie)
def test_a_cookie_is_held_to_its_host_and_closed_to_scripts_and_to_other_sites(cookie: Cookie) -> None:
    answer = Response()
    set_cookie(request(secure=True), answer, cookie, "ad06", "secret")
    name = cookie_name(cookie, "ad06", secure=True)
    assert answer.headers["set-cookie"].startswith(f"{name}=secret;")
    assert name == f"__Host-{cookie.value}-ad06"
    assert attributes(answer) == {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}


def test_a_cookie_that_is_taken_back_has_the_same_attributes_or_browsers_would_keep_it() -> None:
    answer = Response()
    clear_cookie(request(secure=True), answer, Cookie.MEMBER, "ad06")
    assert attributes(answer) >= {"HttpOnly", "Path=/", "SameSite=lax", "Secure", "Max-Age=0"}


def test_without_an_encrypted_connection_there_is_no_prefix_since_browsers_would_refuse_it() -> None:
    answer = Response()
    set_cookie(request(secure=False), answer, Cookie.FAMILY, "ad06", "secret", seconds=60)
    assert answer.headers["set-cookie"].startswith("coopledger-family-ad06=secret;")
    assert attributes(answer) == {"HttpOnly", "Max-Age=60", "Path=/", "SameSite=lax"}


def test_one_browser_holds_the_sessions_of_several_associations_and_mixes_up_none() -> None:
    held = request(secure=True, cookies="__Host-coopledger-ad06=one; __Host-coopledger-ad75=two; coopledger-ad06=three")
    assert read_cookie(held, Cookie.MEMBER, "ad06") == "one"
    assert read_cookie(held, Cookie.MEMBER, "ad75") == "two"
    assert read_cookie(held, Cookie.MEMBER, "ad13") == ""
    assert read_cookie(held, Cookie.FAMILY, "ad06") == ""


@pytest.mark.parametrize("altered", ["", "é", "AAAA", "x" * 43, "AAAA" * 40])
def test_what_we_did_not_sign_is_nothing(altered: str) -> None:
    assert unsigned(altered, bytes(32)) is None


def test_what_we_signed_is_read_back_with_the_same_secret_only() -> None:
    value = signed(b'{"a": 1}', bytes(32))
    assert unsigned(value, bytes(32)) == b'{"a": 1}'
    assert unsigned(value, bytes([1] * 32)) is None
    for place in range(len(value)):
        other = "A" if value[place] != "A" else "B"
        assert unsigned(f"{value[:place]}{other}{value[place + 1 :]}", bytes(32)) in (None, b'{"a": 1}')


def test_every_cookie_of_the_service_is_set_in_one_place() -> None:
    setting = re.compile(r"\.(?:set|delete)_cookie\(")
    found = {str(path.relative_to(ROOT)) for path in files_in("service") if setting.search(path.read_text("utf-8"))}
    assert found == {"service/http/cookies.py"}
