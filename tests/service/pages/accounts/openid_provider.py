"""A small provider of OpenID Connect on this machine: its own keys, codes that serve once, and what can go wrong."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.kit.waiting import wait_until

CLIENT, SECRET = "coopledger-client", "coopledger-secret"


@dataclass
class OpenIdProvider:
    """Who is at it, and how it misbehaves: ``claims`` change the token, ``key`` signs it."""

    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    refuses: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def forget(self) -> None:
        """Behave well again."""
        self.claims, self.refuses, self.published = {}, False, None

    async def configuration(self, _: Request) -> Response:
        """Where the endpoints are."""
        doors = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse({"issuer": self.url, **{name: f"{self.url}/{path}" for name, path in doors.items()}})

    async def authorize(self, request: Request) -> Response:
        """The user signs in at once, or says no."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        if self.refuses:
            back = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe()
            self.codes[code] = asked
            back = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def token(self, request: Request) -> Response:
        """Give the token of a code once, for the secret and the verifier."""
        form = await request.form()
        asked = self.codes.pop(str(form["code"]), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or request.headers.get("authorization") != f"Basic {basic}"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "1096",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": "z@famille.example",
            "email_verified": True,
            "given_name": "Zéphyrine",
            "family_name": "QUAT",
            **self.claims,
        }
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    async def keys(self, _: Request) -> Response:
        """The keys that sign."""
        return JSONResponse(KeySet([self.published or self.key]).as_dict(private=False))


@contextmanager
def open_provider() -> Iterator[OpenIdProvider]:
    """Run a provider for a while."""
    provider = OpenIdProvider()
    doors = {
        "/.well-known/openid-configuration": provider.configuration,
        "/authorize": provider.authorize,
        "/keys": provider.keys,
    }
    routes = [Route(path, door) for path, door in doors.items()]
    app = Starlette(routes=[*routes, Route("/token", provider.token, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_config=None, lifespan="off"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.url = f"http://127.0.0.1:{port}"
    yield provider
    server.should_exit = True
    thread.join()
