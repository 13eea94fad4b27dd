"""Whatever is typed, pressed twice or changed meanwhile: a sentence, nothing lost, nothing paid twice."""

from __future__ import annotations

import html
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Final

import httpx2
import pytest

from domain.campaign.publication import SetPublication
from domain.events.contribution import ContributionAbandoned, ContributionPlaced
from service.baskets.basket import Basket
from service.fields import MAX_NAME
from tests.kit.live_server import LiveServer
from tests.kit.service_world import TIERS
from tests.kit.waiting import wait_until
from tests.service.pages.families.basket_forms import ask, draft, events_of, kept, offer, paying, put, shown

NASTY: Final = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "emoji": "Zoé 👩‍👧‍👦 🎒",
    "right to left": "\u202eelbissopmi\u202c \u200fمريم",
    "long": "a" * 9_000,
    "quotes": '" onfocus="alert(3)" x=\'',
    "controls": "Marie\x00\x07\x1b[31m",
    "template": "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "spaces": " \t\u00a0 ",
    "digits": "0612345678",
}


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser that follows no redirection by itself."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def placed(live_server: LiveServer) -> int:
    """How many baskets the ledger knows."""
    return len(events_of(live_server, ContributionPlaced))


@pytest.mark.parametrize("typed", NASTY.values(), ids=NASTY.keys())
def test_everything_wrong_at_once_gets_a_sentence_each_and_is_shown_again_as_typed(
    live_server: LiveServer, family: httpx2.Client, typed: str
) -> None:
    ask(live_server, class_="required", mobile="required", birth_date="required", email="required", address="required")
    before, address = placed(live_server), put(live_server, draft(live_server, "Marie"))
    everything = ("first_name", "last_name", "first_name-child0", "last_name-child0", "email", "amount-child0")
    answer = family.post(address, data={**dict.fromkeys(everything, typed), "tariff-child0": typed, "action": "next"})
    assert answer.status_code == 303
    page = family.get(answer.headers["location"])
    assert page.status_code == 200
    assert page.text.count('class="error"') >= 2
    shown_again = typed[: MAX_NAME + 1].replace("\x00", "")
    assert f'value="{shown_again}"' in html.unescape(page.text)
    assert "<script>alert" not in page.text
    assert kept(live_server, address).first_name == shown_again
    names = ("class", "mobile", "birth_date", "email", "address")
    basket = put(live_server, draft(live_server, "Marie"))
    who = {"first_name-child0": typed, "last_name-child0": typed}
    answer = family.post(f"{basket}/informations", data={**who, **{f"{name}-child0": typed for name in names}})
    assert answer.headers["location"].endswith("/informations?verifier")
    page = family.get(answer.headers["location"])
    assert page.status_code == 200
    assert page.text.count('class="error"') >= 3
    assert "<script>alert" not in page.text
    assert family.get(f"{basket}/paiement").headers["location"].endswith("?verifier")
    assert placed(live_server) == before


def test_a_name_that_is_only_unusual_is_taken_and_escaped_everywhere(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    name = "Zoé 👩‍👧 <b>d’Été</b> \u202eمريم"
    address = put(live_server, draft(live_server, name))
    recap = family.get(f"{address}/recapitulatif").text
    assert "Zoé 👩‍👧 &lt;b&gt;d’Été&lt;/b&gt; مريم GALANTE" in recap
    assert "\u202e" not in recap
    answer = family.post(f"{address}/paiement", data=paying(family, address))
    assert answer.headers["location"].startswith(live_server.world.sandbox.url)
    line = events_of(live_server, ContributionPlaced)[-1].lines[0]
    person = live_server.world.context.vault.get(line.participant_id)
    assert person is not None
    assert person.first_name == "Zoé 👩‍👧 <b>d’Été</b> مريم"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"action": "remove:nobody"},
        {"action": "remove:"},
        {"action": "🎒"},
        {"tariff-child0": "t1", "tariff-nobody": "t1", "first_name-nobody": "x"},
        {"action": "next", "seen": "0", "price": "0", "amount-child0": "-5"},
    ],
    ids=str,
)
def test_a_form_that_is_none_of_ours_changes_nothing_that_matters(
    live_server: LiveServer, family: httpx2.Client, form: dict[str, str]
) -> None:
    ask(live_server)
    address = put(live_server, draft(live_server, "Marie"))
    assert family.post(address, data=form).status_code == 303
    basket = kept(live_server, address)
    assert ([child.key for child in basket.children], basket.seen) == (["child0"], [12_00])
    assert (
        family.post(f"{address}/paiement", content=b"\xff\xfe", headers={"Content-Type": "text/plain"}).status_code
        < 500
    )
    assert family.post(address, content=b"x" * 1_100_000).status_code == 413


def test_files_where_texts_belong_are_not_taken(live_server: LiveServer, family: httpx2.Client) -> None:
    ask(live_server, mobile="required")
    address = put(live_server, draft(live_server, "Marie"))
    files = {"mobile-child0": ("x.exe", b"MZ\x90"), "first_name-child0": ("a", b"b")}
    assert family.post(f"{address}/informations", files=files).status_code == 303
    child = kept(live_server, address).children[0]
    assert (child.first_name, child.answers.get("mobile", "")) == ("", "")


def test_pay_pressed_many_times_is_one_contribution_and_one_payment_page(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    before, address = placed(live_server), put(live_server)
    form = paying(family, address)

    def press(_: int) -> str:
        answer = httpx2.post(f"{live_server.url}{address}/paiement", data=form, timeout=30)
        while not (answer.headers["location"].startswith(live_server.world.sandbox.url)):
            assert answer.status_code == 307
            answer = httpx2.post(live_server.url + answer.headers["location"], data=form, timeout=30)
        return str(answer.headers["location"])

    with ThreadPoolExecutor(6) as fingers:
        pages = set(fingers.map(press, range(6)))
    assert (len(pages), placed(live_server)) == (1, before + 1)
    known = {event.payer_id for event in events_of(live_server, ContributionPlaced)[before:]}
    assert len(live_server.world.context.vault.get_many(known)) == 1


def test_coming_back_after_paying_leads_to_what_the_ledger_knows(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    address = put(live_server)
    page = family.post(f"{address}/paiement", data=paying(family, address)).headers["location"]
    mine = address.replace("/paniers/", "/contributions/")
    for step in ("", "/compte", "/recapitulatif", "/paiement", "/collecte"):
        assert family.get(address + step).headers["location"] == mine
    again = family.post(f"{address}/paiement", data={"action": "pay", "terms": "1"})
    assert (again.status_code, again.headers["location"]) == (307, f"{mine}/payer")
    assert family.post(again.headers["location"]).headers["location"] == page
    assert live_server.world.submit(page.rsplit("/", 1)[1]) == "Paid"
    wait_until(lambda: "bien reçue" in family.get(mine).text)
    paid = family.post(f"{mine}/payer")
    assert (paid.status_code, "location" in paid.headers) in ((409, False), (303, True))


def test_another_tab_that_changed_the_basket_is_told_of_before_anything_is_paid(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    before, address = placed(live_server), put(live_server)
    form = paying(family, address)
    assert family.post(address, data={"action": "remove:child1"}).status_code == 303
    answer = family.post(f"{address}/paiement", data=form)
    assert (answer.status_code, "Votre panier a changé dans une autre page" in answer.text) == (200, True)
    assert "12,00\u00a0€" in answer.text
    assert placed(live_server) == before


def test_a_tip_chosen_in_another_tab_does_not_change_what_this_button_says(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    before, address = placed(live_server), put(live_server)
    form = paying(family, address)
    answer = family.post(f"{address}/paiement", data={**form, "tip": "suggested"})
    assert "Le montant tient compte de vos choix" in answer.text
    assert "Payer <span data-now>25,92\u00a0€" in answer.text
    assert placed(live_server) == before
    family.post(f"{address}/paiement", data=form)
    assert events_of(live_server, ContributionPlaced)[-1].tip_cents == 0


@pytest.mark.parametrize("amount", ["abc", "-1", "1e3", "10000,01", "1,234", "<b>", "∞"])
def test_a_tip_that_is_no_amount_is_refused_with_a_sentence(
    live_server: LiveServer, family: httpx2.Client, amount: str
) -> None:
    ask(live_server)
    before, address = placed(live_server), put(live_server)
    form = {**paying(family, address), "tip": "other", "tip_amount": amount}
    answer = family.post(f"{address}/paiement", data=form)
    assert (answer.status_code, 'id="tip_amount-error"' in answer.text) == (200, True)
    assert kept(live_server, address).tip_amount == amount
    assert placed(live_server) == before


def test_a_campaign_that_closed_or_a_tariff_that_went_keeps_the_basket_and_says_so(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    before, address = placed(live_server), put(live_server, draft(live_server, "Marie", seen=[12_00]))
    form, now = paying(family, address), live_server.world.now()
    window: dict[str, Any] = {"by_link": True, "opens_at": None}
    live_server.world.do(SetPublication, **window, closes_at=now - timedelta(hours=1))
    shown(live_server)
    answer = family.post(f"{address}/paiement", data=form)
    assert (answer.status_code, "Cette collecte est close depuis" in answer.text) == (200, True)
    assert kept(live_server, address).children[0].first_name == "Marie"
    live_server.world.do(SetPublication, **window, closes_at=None)
    offer(live_server, TIERS[1])
    shown(live_server)
    answer = family.post(f"{address}/paiement", data=form)
    assert answer.headers["location"] == f"{address}?verifier"
    assert "Ce tarif n’est plus proposé" in family.get(answer.headers["location"]).text
    assert placed(live_server) == before
    offer(live_server, *TIERS)


def test_a_basket_that_nobody_touched_for_a_day_is_gone_and_says_so(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    address = put(live_server)
    baskets = live_server.world.runtime.ledger("ad06").baskets
    assert baskets.erase_expired(live_server.world.now() + timedelta(days=1, minutes=5)) >= 1
    for path in (address, f"{address}/paiement", "/ad06/paniers/" + "a" * 22):
        answer = family.get(path)
        assert (answer.status_code, "Rien n’a été débité" in answer.text) == (410, True)
    assert family.post(address, data={"action": "next"}).status_code == 410


def test_a_basket_is_changed_while_it_is_not_paid_and_the_old_page_is_closed(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    address = put(live_server)
    page = family.post(f"{address}/paiement", data=paying(family, address)).headers["location"]
    first = events_of(live_server, ContributionPlaced)[-1].contribution_id
    wait_until(lambda: "Modifier ma contribution" in family.get(live_server.address(first)).text)
    changed = family.post(f"{live_server.address(first)}/modifier").headers["location"]
    basket: Basket = kept(live_server, changed)
    assert [child.first_name for child in basket.children] == ["Marie", "Julien"]
    abandoned = events_of(live_server, ContributionAbandoned)[-1]
    assert (abandoned.contribution_id, abandoned.reason) == (first, "changed")
    assert httpx2.get(page).status_code in {404, 409, 410}
    family.post(f"{changed}/paiement", data=paying(family, changed))
    second = events_of(live_server, ContributionPlaced)[-1].contribution_id
    assert second != first


def test_a_basket_that_was_paid_meanwhile_is_not_changed(live_server: LiveServer, family: httpx2.Client) -> None:
    ask(live_server)
    address = put(live_server)
    page = family.post(f"{address}/paiement", data=paying(family, address)).headers["location"]
    contribution_id = events_of(live_server, ContributionPlaced)[-1].contribution_id
    before = len(events_of(live_server, ContributionAbandoned))
    assert live_server.world.submit(page.rsplit("/", 1)[1]) == "Paid"
    answer = family.post(f"{live_server.address(contribution_id)}/modifier")
    assert answer.status_code in {303, 409}
    assert len(events_of(live_server, ContributionAbandoned)) == before
