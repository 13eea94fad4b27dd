"""The class of a child, as a family types it: one of the school's list, and never a person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

import httpx2
import pytest

from tests.kit.live_server import LiveServer
from tests.service.pages.families.basket_forms import ask, draft, paying, put

_NAMES: Final = ("Mme Sophie QUATREBARBES", "quatrebarbes", "CP Mme Quatrebarbes", "classe de M. Quatrebarbes")


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser that follows no redirection by itself."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def typed(live_server: LiveServer, family: httpx2.Client, school_class: str) -> tuple[str, httpx2.Response]:
    """Type a class into a basket; return the basket's address and the answer."""
    address = put(live_server, draft(live_server, "Marie"))
    form = {"first_name-child0": "Marie", "last_name-child0": "GALANTE", "class-child0": school_class}
    return address, family.post(f"{address}/informations", data=form)


@pytest.mark.parametrize("name", _NAMES)
def test_a_teacher_s_name_is_no_class_and_reaches_neither_an_address_nor_an_event(
    live_server: LiveServer, family: httpx2.Client, name: str
) -> None:
    ask(live_server, class_="required")
    before = len(live_server.world.events())
    address, answer = typed(live_server, family, name)
    assert answer.headers["location"] == f"{address}/informations?verifier"
    assert "Choisissez la classe dans la liste de l’école." in family.get(answer.headers["location"]).text
    paid = family.post(f"{address}/paiement", data=paying(family, address))
    assert paid.headers["location"].startswith(address)
    assert live_server.world.events()[before:] == []


def test_a_very_long_class_costs_nothing(live_server: LiveServer, family: httpx2.Client) -> None:
    ask(live_server, class_="required")
    began = time.process_time()
    _, answer = typed(live_server, family, " " * 19_900 + "!")
    family.get(answer.headers["location"])
    assert time.process_time() - began < 1
