"""Addresses of the address book's pages at the served coop, and adding contacts by them."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx2

from tests.kit.api_server import SLUG, ApiServer


def below(api: ApiServer, path: str, coop_id: object = None) -> str:
    """An address below the coop's."""
    return f"/{SLUG}/coops/{coop_id or api.ids.coop_id}{path}"


def carried(page: str) -> dict[str, str]:
    """The hidden fields of a preview."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def send(visit: httpx2.Client, address: str, fields: dict[str, Any]) -> httpx2.Response:
    """Send a form as browsers send one that may hold files."""
    parts = [(name, (None, value)) for name, value in fields.items()]
    return visit.post(address, files=parts)


def add(visit: httpx2.Client, api: ApiServer, pasted: str, group: str = "", coop_id: object = None) -> httpx2.Response:
    """Paste addresses, look at the list, and add it."""
    address = below(api, "/carnet/ajouter", coop_id)
    preview = send(visit, address, {"adresses": pasted, "groupe": group, "action": "voir"})
    assert preview.status_code == 200, preview.text
    return send(visit, address, {**carried(preview.text), "action": "ajouter"})
