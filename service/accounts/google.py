"""« Continuer avec Google » (S-190): OpenID Connect's code flow with PKCE, state and nonce, by Authlib.

Offered where the installation has a client at Google (``COOPLEDGER_GOOGLE_CLIENT_ID`` and ``…_CLIENT_SECRET``). What is
taken from Google is the subject, the names and an address that Google has verified; nothing else is asked for or kept.
The library is imported when somebody comes: most installations have no such client, and it takes as long as all the
routes of the service to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import httpx2

from adapters.family_accounts import Profile
from domain.errors import LedgerError
from service.fields import MAX_NAME, FieldError, clean_text, read_email
from service.settings import GoogleSettings

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client
    from joserfc.jwk import KeySet

_SCOPE: Final = "openid email profile"
_PATIENCE: Final = 10.0
_LEEWAY: Final = 60
"""Seconds that two clocks may differ."""
_ALGORITHMS: Final = ["RS256"]


class GoogleUnavailable(LedgerError):
    """The provider does not answer, or with something else than what its protocol says."""

    status = 503
    code = "google-unavailable"
    sentence = "Google ne répond pas. Réessayez dans un instant, ou continuez sans compte\u00a0: rien n’est perdu."


class GoogleRefused(LedgerError):
    """What came back is no proof of identity."""

    status = 403
    code = "google-refused"
    sentence = "La connexion avec Google n’a pas abouti. Recommencez, ou continuez sans compte\u00a0: rien n’est perdu."


class Errand(NamedTuple):
    """What a browser must bring back: kept in its cookie, signed, while its holder is at Google."""

    state: str
    nonce: str
    verifier: str


class Known(NamedTuple):
    """Whom Google knows."""

    subject: str
    profile: Profile


class Google:
    """The OpenID Connect provider of « Continuer avec Google »; threads may share it."""

    def __init__(self, settings: GoogleSettings) -> None:
        """Remember our client and its secret; no request is made yet."""
        self._settings = settings

    def address(self, errand: Errand, back: str) -> str:
        """Return where a visitor signs in, to come back to an address of ours.

        Raises:
            GoogleUnavailable: no answer.

        """
        with self._client(back) as client:
            endpoint = self._discover(client)["authorization_endpoint"]
            url, _ = client.create_authorization_url(
                endpoint, state=errand.state, nonce=errand.nonce, code_verifier=errand.verifier
            )
        return str(url)

    def who(self, code: str, errand: Errand, back: str) -> Known:
        """Return who has signed in, by the code that came back.

        Raises:
            GoogleUnavailable: no answer.
            GoogleRefused: the code, the token, its signature or one of its claims is not what it must be.

        """
        from authlib.common.errors import AuthlibBaseError
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        with self._client(back) as client:
            found = self._discover(client)
            try:
                token = client.fetch_token(found["token_endpoint"], code=code, code_verifier=errand.verifier)
                keys = KeySet.import_key_set(client.request("GET", found["jwks_uri"], withhold_token=True).json())
                claims = self._claims(token, keys, errand.nonce)
            except httpx2.HTTPError as error:
                raise GoogleUnavailable(kind=type(error).__name__) from error
            except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
                raise GoogleRefused(kind=type(error).__name__) from error
        return self._known(claims)

    def _claims(self, token: dict[str, Any], keys: KeySet, nonce: str) -> dict[str, Any]:
        """Check the token of identity: its signature, for whom it is, from whom, until when, for which errand."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt

        decoded = jwt.decode(token["id_token"], keys, algorithms=_ALGORITHMS)
        client_id, issuer = self._settings.client_id, self._settings.issuer
        options = {
            # Google's own tokens may name it without the scheme.
            "iss": {"essential": True, "values": [issuer, issuer.removeprefix("https://")]},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        claims = CodeIDToken(decoded.claims, decoded.header, options, {"nonce": nonce, "client_id": client_id})
        claims.validate(leeway=_LEEWAY)
        return dict(claims)

    @staticmethod
    def _known(claims: dict[str, Any]) -> Known:
        if claims.get("email_verified") is not True or not claims.get("email"):
            raise GoogleRefused(missing="verified address")
        first, last = str(claims.get("given_name") or claims.get("name") or ""), str(claims.get("family_name") or "")
        try:
            email = read_email(str(claims["email"]))
        except FieldError as error:
            raise GoogleRefused(kind="address") from error
        return Known(str(claims["sub"]), Profile(clean_text(first)[:MAX_NAME], clean_text(last)[:MAX_NAME], email))

    def _client(self, back: str) -> OAuth2Client:
        from authlib.integrations.httpx_client import OAuth2Client

        secret = self._settings.client_secret.get_secret_value()
        return OAuth2Client(
            self._settings.client_id,
            secret,
            scope=_SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_PATIENCE,
        )

    def _discover(self, client: OAuth2Client) -> dict[str, Any]:
        """Read where the provider's endpoints are; it must say that it is who we asked."""
        issuer = self._settings.issuer
        try:
            answer = client.request("GET", f"{issuer}/.well-known/openid-configuration", withhold_token=True)
            found: dict[str, Any] = answer.raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise GoogleUnavailable(kind=type(error).__name__) from error
        if found.get("issuer") != issuer:
            raise GoogleUnavailable(kind="another issuer")
        return found


def google_from_environment() -> Google | None:
    """Return the provider, where the installation has a client there."""
    settings = GoogleSettings()
    return Google(settings) if settings.client_id and settings.client_secret.get_secret_value() else None
