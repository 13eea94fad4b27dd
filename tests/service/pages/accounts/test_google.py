"""« Continuer avec Google » (S-190) against a provider of the same protocol: right once, refused in every other way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey

from adapters.local_postgres import LocalPostgres
from service.http.cookies import Cookie, cookie_name
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.databases import database_with
from tests.kit.live_server import LiveServer, run_live_server
from tests.kit.members.sessions import FAMILY_COOKIE
from tests.service.pages.accounts.conftest import HOME, fields, open_account, sign_in
from tests.service.pages.accounts.openid_provider import CLIENT, SECRET, OpenIdProvider, open_provider
from tests.service.pages.families.basket_forms import kept, put

_COOKIE: Final = cookie_name(Cookie.GOOGLE, "ad06", secure=False)


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    """The provider, for a module."""
    with open_provider() as opened:
        yield opened


@pytest.fixture(scope="module")
def live_server(
    postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory, provider: OpenIdProvider
) -> Iterator[LiveServer]:
    """A service that is a client of the provider."""
    letters = tmp_path_factory.mktemp("letters")
    with pytest.MonkeyPatch.context() as patch, database_with(postgres, found_association) as database:
        given = {"CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "ISSUER": provider.url}
        for name, value in given.items():
            patch.setenv(f"COOPLEDGER_GOOGLE_{name}", value)
        patch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
        with run_live_server(database, letters) as opened:
            yield opened


@pytest.fixture(autouse=True)
def well_behaved(provider: OpenIdProvider) -> None:
    """Each test begins with a provider that does as it should."""
    provider.forget()


def leave(family: httpx2.Client, suite: str = "") -> str:
    """Go to the provider and let it lead back; return the address that it leads to, without the host."""
    left = family.get(f"{HOME}/google", params={"suite": suite})
    assert left.status_code == 303, left.text
    back = httpx2.get(left.headers["location"]).headers["location"]
    return str(back.removeprefix(str(family.base_url).rstrip("/")))


def test_a_parent_whom_google_knows_is_signed_in_and_goes_back_to_the_basket(
    live_server: LiveServer, family: httpx2.Client, provider: OpenIdProvider
) -> None:
    basket = put(live_server)
    offered = family.get(f"{basket}/compte")
    assert "Continuer avec Google" in offered.text
    back = family.get(leave(family, f"{basket}/compte"))
    assert (back.status_code, back.headers["location"]) == (303, f"{basket}/compte")
    assert "Utiliser mon compte (Zéphyrine)" in family.get(f"{basket}/compte").text
    mine = family.post(f"{basket}/compte", data={"action": "account"}).headers["location"]
    assert kept(live_server, mine).account_id is not None
    assert "z@famille.example" in family.get(HOME).text
    (asked, *_) = provider.asked[-1:]
    assert (asked["scope"], asked["code_challenge_method"], asked["response_type"]) == (
        "openid email profile",
        "S256",
        "code",
    )
    first = live_server.world.runtime.ledger("ad06").families.accounts.by_google("1096")
    family.cookies.clear()
    family.get(leave(family))
    assert live_server.world.runtime.ledger("ad06").families.accounts.by_google("1096") == first


def test_an_address_that_google_has_verified_opens_its_own_account_and_only_its_own(
    live_server: LiveServer, family: httpx2.Client, provider: OpenIdProvider, email: str
) -> None:
    open_account(live_server, family, email)
    family.cookies.clear()
    provider.claims = {"email": email, "sub": email}
    assert family.get(leave(family)).status_code == 303
    assert "QUATREBARBES" in family.get(HOME).text
    family.cookies.clear()
    assert sign_in(family, email).status_code == 303
    waiting = f"w{email}"
    family.post(f"{HOME}/creer", data=fields(waiting, first_name="Intrus"))
    provider.claims = {"email": waiting, "sub": waiting}
    family.get(leave(family))
    assert "Intrus" not in family.get(HOME).text
    assert sign_in(family, waiting).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "somebody-else"},
        {"iss": "https://ailleurs.example"},
        {"exp": int(time.time()) - 3600},
        {"email_verified": False},
        {"email": ""},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_that_is_not_what_it_must_be_signs_nobody_in(
    family: httpx2.Client, provider: OpenIdProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    refused = family.get(leave(family))
    assert (refused.status_code, "n’a pas abouti" in refused.text) == (403, True)
    assert FAMILY_COOKIE not in family.cookies


def test_a_token_signed_by_another_key_signs_nobody_in(family: httpx2.Client, provider: OpenIdProvider) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "one"})
    assert family.get(leave(family)).status_code == 403
    assert FAMILY_COOKIE not in family.cookies


def test_a_code_serves_once_in_the_browser_that_left_and_with_its_state(
    live_server: LiveServer, family: httpx2.Client, provider: OpenIdProvider
) -> None:
    back = leave(family)
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as stranger:
        assert stranger.get(back).status_code == 403
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert family.get(back.replace(state, "x" * len(state))).status_code == 403
    mine = family.cookies[_COOKIE]
    family.cookies.clear()
    for altered in (f"{mine[:-4]}AAAA", f"AAAA{mine[4:]}", "é", ""):
        assert family.get(back, headers={b"Cookie": f"{_COOKIE}={altered}".encode()}).status_code == 403
    cookie = {b"Cookie": f"{_COOKIE}={mine}".encode()}
    assert [family.get(back, headers=cookie).status_code for _ in range(2)] == [303, 403]
    assert family.get(leave(family)).status_code == 303
    provider.refuses = True
    assert family.get(leave(family)).status_code == 403


def test_without_an_answer_the_visitor_can_go_on_without_an_account(
    family: httpx2.Client, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "url", "http://127.0.0.1:9")
    away = family.get(f"{HOME}/google")
    assert (away.status_code, "continuez sans compte" in away.text) == (503, True)


def test_an_account_without_a_password_is_given_up_just_after_coming_back_from_google(
    live_server: LiveServer, family: httpx2.Client, provider: OpenIdProvider
) -> None:
    family.get(leave(family))
    live_server.world.sandbox.do("/clock", seconds=11 * 60)
    refused = family.post(f"{HOME}/supprimer", data={"sure": "yes"})
    assert (refused.status_code, "continuez d’abord avec Google" in refused.text) == (422, True)
    family.get(leave(family, HOME))
    stolen = family.cookies["coopledger-fresh-ad06"]
    assert "Je veux supprimer mon compte" in family.get(HOME).text
    assert "est supprimé" in family.post(f"{HOME}/supprimer", data={"sure": "yes"}).text
    provider.claims = {"email": "autre@famille.example", "sub": "2077"}
    family.get(leave(family))
    cookies = f"{FAMILY_COOKIE}={family.cookies[FAMILY_COOKIE]}; coopledger-fresh-ad06={stolen}"
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html", "Cookie": cookies}) as other:
        assert "autre@famille.example" in other.get(HOME).text
        assert other.post(f"{HOME}/supprimer", data={"sure": "yes"}).status_code == 422
