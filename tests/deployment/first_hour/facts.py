"""What a newcomer reads off the running demonstration: ids and codes, asked for by the API; links, by clicking."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2

from domain.calendar import paris_date

SLUG: Final = "ad06"
_PATIENCE: Final = 60.0
_CARD: Final = {"number": "4242424242424242", "expiry": "12/40", "cvc": "123", "name": "ALIX ESSAI"}
_FAMILY: Final = "camille.essai@example.org"
_PASSWORD: Final = "cerise tracteur lundi nuage"  # noqa: S105 - of an account that lives for an hour


class Facts:
    """The demonstration that is served at an address, from a folder."""

    def __init__(self, folder: Path, address: str) -> None:
        """Remember where it is."""
        self.folder = folder
        self.address = address
        self.noted: dict[str, str] = {}
        self.now = datetime.now(UTC)
        self.today = paris_date(self.now)

    def code(self, role: str) -> str:
        """The code for the API of a role."""
        return str(json.loads((self.folder / "var/demo/codes.json").read_text(encoding="utf-8"))[role])

    def ask(self, path: str, role: str = "treasurer") -> Any:  # noqa: ANN401 - whatever the API says
        """What the API answers below the association's address."""
        url = f"{self.address}/api/v1/{SLUG}{path}"
        answer = httpx2.get(url, headers={"Authorization": f"Bearer {self.code(role)}"}, timeout=_PATIENCE)
        return answer.raise_for_status().json()

    @cached_property
    def coop(self) -> str:
        """The guide's coop."""
        (found,) = [one["coop_id"] for one in self.ask("/coops") if one["affiliation_number"] == "174"]
        return str(found)

    @cached_property
    def first_page(self) -> str:
        """The page that the demonstration opens with."""
        return httpx2.get(f"{self.address}/", timeout=_PATIENCE).raise_for_status().text

    @cached_property
    def campaign(self) -> str:
        """The guide's campaign: the one of its coop."""
        (found,) = self.ask(f"/coops/{self.coop}/campaigns")
        return str(found["campaign_id"])

    @cached_property
    def open_campaign(self) -> str:
        """The campaign that takes payments: where the family comes in."""
        return self.entered("famille").headers["location"].rpartition("/")[2]

    @cached_property
    def contribution(self) -> dict[str, Any]:
        """A contribution of the guide's campaign that was paid by card."""
        found: dict[str, Any] = self.ask(f"/campaigns/{self.campaign}/contributions")["items"][0]
        return found

    @property
    def external_payment(self) -> str:
        """A payment of another platform that no payout covers and nobody has withdrawn: the last one."""
        found = self.ask(f"/campaigns/{self.campaign}/external-payments")["items"]
        return next(str(one["external_payment_id"]) for one in reversed(found) if not one["withdrawn"])

    @property
    def month(self) -> str:
        """The month before the present one."""
        return f"{self.now.replace(day=1) - timedelta(days=1):%Y-%m}"

    @cached_property
    def treasurer(self) -> str:
        """The member who is the association's treasurer."""
        return next(str(one["member_id"]) for one in self.ask("/roles", "staff") if one["role"] == "treasurer")

    def entered(self, role: str) -> httpx2.Response:
        """Enter by the door, as a click does."""
        return self._post(f"{self.address}/{SLUG}/demonstration/{role}")

    def _post(self, url: str, **fields: str) -> httpx2.Response:
        """Send a form of the page's own."""
        parts = urlsplit(url)
        origin = {"Origin": f"{parts.scheme}://{parts.netloc}"}
        return httpx2.post(url, data=fields, headers=origin, timeout=_PATIENCE)

    def _led(self, url: str, **fields: str) -> str:
        """Where a form leads."""
        answer = self._post(url, **fields)
        assert answer.is_redirect, (url, answer.status_code)
        return str(answer.headers["location"])

    @cached_property
    def tokens(self) -> dict[str, str]:
        """The addresses that hold a token, each by what comes before it, once everything was clicked that gives one."""
        base = f"{self.address}/{SLUG}"
        basket = re.findall(rf"/{SLUG}/contributions/([\w-]+)", self.first_page)[0]
        self._post(self._led(f"{base}/contributions/{basket}/payer"), **_CARD)
        self._post(
            f"{base}/compte/creer", first_name="Noa", last_name="ESSAI", email="noa@example.org", password=_PASSWORD
        )
        self._post(f"{base}/compte/mot-de-passe", email=_FAMILY)
        receipt = self._letter(r"/attestation/([\w-]+)")
        shown = httpx2.get(f"{base}/attestation/{receipt}", timeout=_PATIENCE).text
        return {
            "contributions": basket,
            "attestation": receipt,
            "preuve": re.findall(rf"/{SLUG}/preuve/([\w.-]+)", shown)[0],
            "paniers": self._led(f"{base}/contribuer/{self.open_campaign}/panier").rpartition("/")[2],
            "confirmation": self._letter(r"/compte/confirmation/([\w-]+)"),
            "mot-de-passe": self._letter(r"/compte/mot-de-passe/([\w-]+)"),
        }

    def _letter(self, link: str) -> str:
        """The token of a link that a letter holds, waited for."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            for path in (self.folder / "var/outbox").rglob("*.eml"):
                body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
                if body and (found := re.search(link, body.get_content())):
                    return found[1]
            time.sleep(0.5)
        raise TimeoutError(link)
