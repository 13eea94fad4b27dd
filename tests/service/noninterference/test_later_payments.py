"""A child of two households: what the second one pays later changes nothing that the first one has in its hands.

Worlds in which the same was paid are compared in ``test_households.py``, byte for byte. Here one world goes on: the
first household's stream, the text of its receipt and its letters, once the second household has paid nothing, then one
share, then two and got one back.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import httpx2
import pytest

from adapters.people_vault import Person, TokenPurpose
from service.emails.receipt_requests import request_receipt_email
from service.receipts.receipt_service import ReceiptService
from tests.kit.email_world import CHILDREN, EmailWorld, body
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG
from tests.kit.pdf_text import pages as pdf_pages
from tests.kit.waiting import wait_until

FIRST: Final = Person("Odile", "PREMIER", "odile@foyer-un.example")
SECOND: Final = Person("Paul", "SECOND", "paul@foyer-deux.example")
_TOKEN: Final = re.compile(r"(?<=/)[\w=-]{30,}")
"""A token of a link: drawn for each letter."""
_LEDGER: Final = re.compile(r"http.*?(?=·\s*page)", re.DOTALL)
"""What a receipt proves itself by: how far the ledger of all schools had come, in its code sealed and beside it."""


@pytest.fixture
def first(live_server: LiveServer) -> UUID:
    """The contribution of the first household, paid."""
    live_server.world.certify()
    return live_server.world.pay_for(FIRST, "CP A")


def _stream(live_server: LiveServer, address: str) -> list[str]:
    """What the stream of the household's page says first."""
    with httpx2.Client(base_url=live_server.url) as client, client.stream("GET", f"{address}/flux") as answer:
        assert answer.status_code == 200
        lines: list[str] = []
        for line in answer.iter_lines():
            if not line and lines:
                return [one for one in lines if not one.startswith("id:")]
            lines.append(line)
    return lines


def _letters(live_server: LiveServer) -> list[str]:
    """The letters that the first household got, without tokens."""
    return [_TOKEN.sub("…", body(one)) for one in letters_in(live_server.letters, FIRST.email)]


def _ask_receipt(live_server: LiveServer, first: UUID) -> str:
    """Have the first household ask for its receipt once more, and return the letter that brings it."""
    world = live_server.world
    service = ReceiptService(world.runtime.ledger(SLUG), world.now(), "https://coop.example")
    payment = service.first_payment(world.campaign_id, first)
    assert payment is not None
    before = len(_letters(live_server))
    assert request_receipt_email(world.worker.outbox, SLUG, payment, world.now())
    wait_until(lambda: len(_letters(live_server)) > before, seconds=30)
    return _letters(live_server)[-1]


def _receipt(live_server: LiveServer, first: UUID) -> str:
    """The text of the receipt's PDF, without where the whole ledger stood."""
    path = live_server.family_link(TokenPurpose.RECEIPT, first)
    with httpx2.Client(base_url=live_server.url, timeout=60) as client:
        answer = client.get(f"{path}/attestation-de-paiement.pdf")
    assert answer.status_code == 200
    said = "\n".join(pdf_pages(answer.content)).replace("\u200b", "").replace("\u2060", "")
    left_out = _LEDGER.findall(said)
    assert len(left_out) == 1
    assert len(left_out[0]) < 400
    return said.replace(left_out[0], "")


def _pay_as_second(world: EmailWorld, classes: int) -> UUID:
    """Have the second household pay for the same child, by names, with as many shares."""
    contribution_id = world.place_for(SECOND, *("CP A",) * classes, tip=5_00 * (classes - 1))
    assert world.submit(world.page(contribution_id)) == "Paid"
    world.settle(seconds=5)
    return contribution_id


def test_whatever_the_second_household_paid_the_first_has_the_same_in_its_hands(
    live_server: LiveServer, first: UUID
) -> None:
    world = live_server.world
    address = live_server.address(first)

    def seen() -> tuple[list[str], str, str]:
        world.sandbox.pass_time(seconds=3_700)
        return _stream(live_server, address), _receipt(live_server, first), _ask_receipt(live_server, first)

    nothing = seen()
    assert CHILDREN[0].last_name in nothing[1]
    assert nothing[0] != []
    _pay_as_second(world, 1)
    assert seen() == nothing
    two = _pay_as_second(world, 2)
    world.refund(two, 12_00)
    world.settle(seconds=5)
    assert seen() == nothing
    others = [to for to in (FIRST.email, SECOND.email) if letters_in(live_server.letters, to)]
    assert others == [FIRST.email, SECOND.email]
    assert not any(SECOND.last_name in one or "24,00" in one for one in _letters(live_server))
