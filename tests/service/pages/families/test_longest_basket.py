"""The largest basket that anybody can send is small, and costs milliseconds whenever one of its pages is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Final

import httpx2
import pytest

from domain.campaign.basket import MAX_CHILDREN
from service.baskets.basket import to_bytes
from service.baskets.questions import PHOTO, QUESTIONS, AskedQuestion, read_answer
from tests.kit.live_server import LiveServer
from tests.kit.service_world import TIERS
from tests.service.pages.families.basket_forms import ask, draft, kept, offer, put

WORST: Final = {
    "blanks": " " * 19_900 + "!",
    "digits": "1" * 20_000,
    "quotes": '"' * 20_000,
    "marks": "e" + "\u0301\u0323" * 10_000,
    "unfolding": "\ufdfa" * 20_000,
    "joined": "👩\u200d" * 10_000,
    "address": "a@" + "a." * 10_000,
}
ASKED: Final = ("class", "birth_date", "address", "landline", "mobile", "email")
LARGEST_PAGE: Final = 400_000
"""Bytes of a page of twenty children with all fields full of characters that HTML writes with five."""
LARGEST_BASKET: Final = 150_000
"""Bytes that are sealed."""
_SECONDS: Final = 2.0
"""Of the processor, for a form and its page, on a machine that does other things: a tenth is what they take."""


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser that follows no redirection by itself."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=120) as client:
        yield client


@pytest.mark.parametrize("typed", WORST.values(), ids=WORST.keys())
def test_twenty_children_with_every_field_full_of_the_worst_are_told_what_is_wrong_at_once(
    live_server: LiveServer, family: httpx2.Client, typed: str
) -> None:
    ask(live_server, **{"class_" if name == "class" else name: "required" for name in ASKED})
    offer(live_server, *TIERS)
    names = [f"Enfant{number}" for number in range(MAX_CHILDREN)]
    address = put(live_server, draft(live_server, *names))
    begun = time.process_time()
    answers = {f"{name}-child{number}": typed for name in ASKED for number in range(2)}
    known = {f"{name}-child{n}": "Marie" for name in ("first_name", "last_name") for n in range(MAX_CHILDREN)}
    form = {name: (None, value) for name, value in {**known, **answers}.items()}
    sent = family.post(f"{address}/informations", files=form, headers={"Accept-Encoding": "identity"})
    page = family.get(sent.headers["location"])
    assert time.process_time() - begun < _SECONDS
    assert page.status_code == 200
    assert page.text.count('class="error"') >= 2 * (len(ASKED) - 1)
    full = draft(live_server, *names)
    for child in full.children:
        child.first_name = child.last_name = kept(live_server, address).children[0].answers["address"]
        child.answers = dict(kept(live_server, address).children[0].answers)
    assert len(to_bytes(full)) < LARGEST_BASKET
    again = put(live_server, full)
    begun = time.process_time()
    page = family.get(f"{again}/informations?verifier")
    assert time.process_time() - begun < _SECONDS
    assert (page.status_code, len(page.content) < LARGEST_PAGE) == (200, True)


def test_a_photo_is_not_read_letter_by_letter_whenever_a_page_of_its_basket_is_shown() -> None:
    photo = next(question for question in QUESTIONS if question.name == PHOTO)
    begun = time.process_time()
    for _ in range(10 * MAX_CHILDREN):
        assert read_answer(AskedQuestion(photo, required=True), "A" * 200_000, {}, date(2026, 9, 7))
    assert time.process_time() - begun < 0.1


def test_an_amount_of_more_digits_than_python_reads_is_refused_with_a_sentence(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    offer(live_server, *TIERS)
    address = put(live_server, draft(live_server, "Marie"))
    form = {"first_name-child0": "Marie", "last_name-child0": "GALANTE", "tariff-child0": "libre"}
    sent = family.post(address, data={**form, "amount-child0": "9" * 5_000, "action": "next"})
    assert sent.headers["location"].endswith("?verifier")
    assert "Ce montant n’est pas valable" in family.get(sent.headers["location"]).text
    sent = family.post(f"{put(live_server)}/paiement", data={"tip": "other", "tip_amount": "9" * 5_000, "terms": "1"})
    assert (sent.status_code, "Ce montant n’est pas valable" in sent.text) == (200, True)
