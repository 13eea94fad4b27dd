"""How each address of the documents is opened here: written out, with ids and tokens, by whom, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import httpx2

from tests.deployment.first_hour.elsewhere import ADDRESSES_ELSEWHERE
from tests.deployment.first_hour.facts import SLUG, Facts
from tests.deployment.first_hour.typed import PLACEHOLDERS, REPLACED, placeholders

_API: Final = "/api/v1/{association}"
_COOP: Final = f"{_API}/coops/{{coop_id}}"
_CAMPAIGN: Final = f"{_COOP}/campaigns/{{campaign}}"
_ACCOUNT: Final = "/{association}/compte"
_NOTIFICATIONS: Final = "/provider/notifications"

WRITTEN_OUT: Final[Mapping[str, str]] = {
    "GET …/charter": f"{_API}/charter",
    "GET …/policy": f"{_API}/policy",
    "GET …/coops/{coop_id}/closings": f"{_COOP}/closings",
    "GET …/closings/preview?kind=month&first_day=2024-07-01": f"{_COOP}/closings/preview"
    "?kind=month&first_day=2024-07-01",
    "POST …/closings": f"POST {_COOP}/closings",
    "GET …/events": f"{_API}/events",
    "GET …/coops/{coop_id}/income-in-advance.pdf?year=2024": f"{_COOP}/income-in-advance.pdf?year=2024",
    "…/campaigns/CAMPAIGN/archived-family-voucher.pdf": f"{_API}/campaigns/CAMPAIGN/archived-family-voucher.pdf",
    "…/confirmation/{token}": f"{_ACCOUNT}/confirmation/{{token}}",
    "…/{token}": f"{_ACCOUNT}/mot-de-passe/{{token}}",
    "…/deconnexion": f"POST {_ACCOUNT}/deconnexion",
    "/{association}/contributions/{token}/attestation": "POST /{association}/contributions/{token}/attestation",
    "POST $C": f"POST {_API}/members",
    "GET $C": f"{_API}/members",
    "PUT $C/{member}/address": f"PUT {_API}/members/{{id}}/address",
    "DELETE $C/{member}/sessions": f"DELETE {_API}/members/{{id}}/sessions",
    "POST $C/{member}/passkeys/replacement": f"POST {_API}/members/{{id}}/passkeys/replacement",
    "POST …/external-refunds/{refund}/allocation": f"POST {_CAMPAIGN}/external-refunds/{{id}}/allocation",
    "POST …/refunds/{refund}/repayment": f"POST {_CAMPAIGN}/refunds/{{id}}/repayment",
    "https://…/provider/notifications/platform": f"POST {_NOTIFICATIONS}/platform",
    "…/connect": f"POST {_NOTIFICATIONS}/connect",
    "…/accounts": f"POST {_NOTIFICATIONS}/accounts",
}
"""What a page shortens, in full."""
ASKED_BY: Final[Mapping[str, str]] = {f"{_API}/members": "staff", "/api/v1/ad06/roles": "staff"}
"""Whose code reads an address of the API, where it is not the treasurer's."""
_UNSIGNED: Final = 400
_UNKNOWN: Final = 401
_TO_BE_WRITTEN: Final = {"/api/": {_UNKNOWN}, _NOTIFICATIONS: {_UNSIGNED}, f"/{SLUG}/": {303}}
"""What an address that changes something answers to nobody who says nothing: « who is it? », or where it leads."""
_PUBLIC: Final = ("/api/v1/docs", "/api/v1/openapi.json", "/api/v1/health")
_PATIENCE: Final = 60.0
_OK: Final = 200


class Opened(NamedTuple):
    """What became of an address: the request, its status, as whom it was made at last, and whether that is right."""

    request: str
    status: int
    as_whom: str
    good: bool


def written_out(text: str) -> tuple[str, str]:
    """The method and the address that a document means."""
    method, _, path = WRITTEN_OUT.get(text, text).rpartition(" ")
    return method or "GET", path


def unknown_words(text: str) -> set[str]:
    """The words of an address that nothing is known to stand for, the shortened form of one included."""
    _, path = written_out(text)
    left = re.findall(r"\{\w+\}", re.sub(r"\{(?:association|id|campaign|coop|coop_id|token)\}", "", path))
    shortened = {text} if "…" in path or "$" in path else set()
    return {*left, *(placeholders(path) - PLACEHOLDERS.keys()), *shortened}


def address_of(path: str, facts: Facts) -> str:
    """An address with ids and tokens in it."""
    for example, value in REPLACED.items():
        path = path.replace(example, value(facts)) if example in path else path
    if "{token}" in path:
        before = path.split("/{token}")[0].rpartition("/")[2]
        path = path.replace("{token}", facts.tokens[before])
    path = re.sub(r"\{association\}", SLUG, path)
    path = re.sub(r"\{(?:coop|coop_id)\}|\bCOOP\b", lambda _: facts.coop, path)
    path = re.sub(r"\{(?:id|campaign)\}|\bCAMPAIGN\b", lambda _: facts.campaign, path)
    return path if path.startswith("http") else f"{facts.address}{path}"


def opened(text: str, facts: Facts) -> Opened:
    """Open an address as its page says: as anybody, with a code, or where one must sign in as the mandate holder."""
    assert text not in ADDRESSES_ELSEWHERE
    method, path = written_out(text)
    url = address_of(path, facts)
    shown = url.removeprefix(facts.address) or "/"
    with httpx2.Client(timeout=_PATIENCE, follow_redirects=method == "GET") as client:
        if method != "GET":
            status = client.request(method, url, headers={"Origin": facts.address}).status_code
            return Opened(f"{method} {shown}", status, "nobody", status in _expected(shown))
        if shown.startswith("/api/v1/") and not shown.startswith(_PUBLIC):
            role = ASKED_BY.get(path, "treasurer")
            answer = client.get(url, headers={"Authorization": f"Bearer {facts.code(role)}"})
            return Opened(f"GET {shown}", answer.status_code, role, answer.status_code == _OK)
        answer = client.get(url)
        if answer.status_code != _UNKNOWN:
            return Opened(f"GET {shown}", answer.status_code, "anybody", answer.status_code == _OK)
        client.cookies.update(facts.entered("mandataire").cookies)
        answer = client.get(url)
        return Opened(f"GET {shown}", answer.status_code, "mandate holder", answer.status_code == _OK)


def _expected(shown: str) -> set[int]:
    return next(statuses for beginning, statuses in _TO_BE_WRITTEN.items() if shown.startswith(beginning))
