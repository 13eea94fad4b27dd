"""« Virement vers ma banque »: one confirmation, one payout however often it is pressed, and why not when not."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import httpx2
import pytest

from adapters.jobs import PayoutCall
from domain.calendar import french_date, paris_date
from domain.coop.state import PayoutStatus
from domain.events.payout import PayoutRequested
from domain.money import euros
from domain.vocabulary.bank_days import next_bank_day
from service.pages.payouts.words import LEAVES
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import MEMBER_COOKIE
from tests.kit.service_world import PRICE
from tests.kit.waiting import wait_until

SLUG = "ad06"


class Browser:
    """The mandate holder, in a browser without scripts."""

    def __init__(self, live_server: LiveServer) -> None:
        """Open it."""
        self._live = live_server
        self.sign_in()

    def sign_in(self) -> None:
        """Sign in as another mandate holder, or after days have passed."""
        self._session = self._live.mandataire_session()

    def _ask(self, method: str, path: str, data: dict[str, str] | None = None) -> httpx2.Response:
        session = {MEMBER_COOKIE: self._session}
        headers = {"Accept": "text/html", "Origin": self._live.url}
        with httpx2.Client(base_url=self._live.url, cookies=session, headers=headers, timeout=30) as client:
            return client.request(method, path, data=data)

    def get(self, path: str) -> httpx2.Response:
        """Open a page, once read models show all that was recorded."""
        world = self._live.world
        head, _ = world.context.ledger.store.head()
        wait_until(lambda: world.runtime.feed.position(f"{SLUG}_read") >= head)
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, str] | None = None) -> httpx2.Response:
        """Send a form."""
        return self._ask("POST", path, data)


@pytest.fixture(scope="module")
def client(live_server: LiveServer) -> Browser:
    """The mandate holder."""
    return Browser(live_server)


@pytest.fixture(scope="module")
def home(live_server: LiveServer) -> str:
    """Below what the coop's pages are."""
    return f"/{SLUG}/coops/{live_server.world.coop_id}"


def read(client: Browser, path: str) -> str:
    """A page, with plain spaces."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def fields(shown: str) -> dict[str, str]:
    """The hidden fields of the first form that asks for a payout."""
    form = shown[shown.index('name="cle"') - 30 :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)[:2])


def requested(live_server: LiveServer) -> list[PayoutRequested]:
    """Every payout that was asked for."""
    return [event for event in live_server.world.events() if isinstance(event, PayoutRequested)]


def test_the_journey_from_nothing_to_a_payout_that_arrives(live_server: LiveServer, client: Browser, home: str) -> None:
    world = live_server.world
    shown = read(client, f"{home}/compte")
    assert '<button type="button" class="primary" disabled aria-describedby="why-not">' in shown
    for sentence in (
        "Vous pouvez collecter des paiements en ligne. Certifiez votre compte pour virer l’argent collecté",
        "Vous devez certifier votre compte pour faire un virement.",
        "Aucun compte bancaire n’est enregistré pour la coopérative.",
        "Il n’y a rien à virer pour l’instant.",
    ):
        assert sentence in shown
    assert "La certification n’est pas commencée." in read(client, f"{home}/certification")
    world.certify()
    assert "Le compte est certifié." in read(client, f"{home}/certification")
    world.pay("CP A", "CE1", card="instant")
    shown = read(client, f"{home}/compte")
    assert f'<a class="button primary" href="{home}/virement">Virement vers ma banque</a>' in shown
    shown = read(client, f"{home}/virement")
    assert "Virer 24,00 €" in re.sub(r"<[^>]+>", "", shown)
    assert french_date(next_bank_day(paris_date(world.now()))) in shown
    form = fields(shown)
    assert form["disponible"] == str(2 * PRICE)
    answers = [client.post(f"{home}/virement", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert [event.cents for event in requested(live_server)] == [2 * PRICE]
    page = answers[0].headers["location"]
    assert "Demandé" in read(client, page)
    assert "Un virement est déjà en cours" in read(client, f"{home}/compte")
    world.settle(seconds=3)
    client.sign_in()
    late = client.post(f"{home}/virement", data=form)
    assert late.status_code == 409
    assert len(requested(live_server)) == 1
    world.settle(days=5)
    client.sign_in()
    shown = read(client, page)
    assert "Arrivé à la banque" in shown
    assert "Retrouvé sur le relevé" not in shown


def test_a_part_is_paid_out_and_more_than_is_available_is_not(
    live_server: LiveServer, client: Browser, home: str
) -> None:
    live_server.world.pay("CP A", card="instant")
    form = fields(read(client, f"{home}/virement"))
    before = len(requested(live_server))
    for typed in ("beaucoup", "0", "12,01"):
        refused = client.post(f"{home}/virement", data={**form, "montant": typed, "partie": "1"})
        assert refused.status_code in {409, 422}
        assert f'value="{typed}"' in refused.text
    assert len(requested(live_server)) == before
    form = fields(read(client, f"{home}/virement"))
    assert client.post(f"{home}/virement", data={**form, "montant": "5,00", "partie": "1"}).status_code == 303
    assert [event.cents for event in requested(live_server)[before:]] == [5_00]


def test_a_payout_that_was_asked_for_can_be_taken_back_until_it_leaves(
    live_server: LiveServer, client: Browser, home: str
) -> None:
    world = live_server.world
    world.pay("CE1", card="instant")
    world.settle(seconds=3)
    payout_id = world.payout(PRICE)
    answer = client.post(f"{home}/virements/{payout_id}/annulation")
    status = world.context.coop(world.coop_id).payouts[payout_id].status
    # It may have left in this very moment: then the page says so, and it is not taken back.
    assert (answer.status_code, status is PayoutStatus.CANCELLED) in {(303, True), (409, False)}
    if status is PayoutStatus.CANCELLED:
        assert "Annulé avant son départ" in read(client, f"{home}/virements/{payout_id}")
        assert "Annuler ce virement" not in read(client, f"{home}/virements/{payout_id}")


def test_the_page_says_what_may_leave_today_and_from_when_the_rest_may(
    live_server: LiveServer, client: Browser, home: str
) -> None:
    world = live_server.world
    world.settle(days=9)
    client.sign_in()
    world.pay("CP A", card="instant")
    world.settle(seconds=3)
    before = int(fields(read(client, f"{home}/virement"))["disponible"])
    assert 'Départ</dt><dd><span class="strong">Aujourd’hui' in read(client, f"{home}/virement")
    world.pay("CE1")
    world.settle(seconds=3)
    opens = paris_date(world.now() + timedelta(days=7))
    shown = read(client, f"{home}/virement")
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))
    assert f"Peut partir aujourd’hui {euros_of(before)}" in said
    assert f"Peut partir ensuite {euros_of(PRICE)} à partir du {french_date(opens)}" in said
    assert f"Arrivée prévue le {french_date(next_bank_day(opens))} au plus tôt" in said
    assert f"ces {euros_of(before + PRICE)} partent le {french_date(opens)} au plus tôt" in said
    assert f"Virer {euros_of(before)} aujourd’hui" in said
    form = {"cle": fields(shown)["cle"], "montant": euros(before), "partie": "1"}
    page = client.post(f"{home}/virement", data=form).headers["location"]
    assert [event.cents for event in requested(live_server)][-1] == before
    world.settle(seconds=3)
    assert "Parti vers la banque" in read(client, page)


def test_a_payout_that_waits_says_how_much_of_it_waits_and_until_when(
    live_server: LiveServer, client: Browser, home: str
) -> None:
    world = live_server.world
    world.pay("CP A")
    world.settle(seconds=3)
    form = fields(read(client, f"{home}/virement"))
    waiting = int(form["disponible"])
    page = client.post(f"{home}/virement", data=form).headers["location"]
    world.settle(seconds=3)
    shown = read(client, page)
    opens = paris_date(world.now() + timedelta(days=7))
    assert f"Le prestataire garde encore {euros_of(waiting)} de ce virement, venus de paiements récents" in shown
    assert f"il part en une fois, à partir du {french_date(opens)}." in shown
    assert f"Le {french_date(next_bank_day(opens))} au plus tôt." in shown
    world.settle(days=8)
    client.sign_in()
    assert "Parti vers la banque" in read(client, page)


def test_one_that_is_being_given_to_the_provider_is_not_said_to_be_kept_by_it(
    live_server: LiveServer, client: Browser, home: str
) -> None:
    world = live_server.world
    world.pay("CP A")
    world.settle(seconds=3)
    outbox, form = world.worker.outbox, fields(read(client, f"{home}/virement"))
    with outbox.lane(f"{SLUG}:coop:{world.coop_id}") as held:
        assert held
        page = client.post(f"{home}/virement", data=form).headers["location"]
        payout_id = page.rsplit("/", 1)[1]
        wait_until(lambda: outbox.named(SLUG, "payout", payout_id) is not None)
        task = outbox.named(SLUG, "payout", payout_id)
        assert task is not None
        assert "Le prestataire garde encore" in read(client, page)
        call = PayoutCall(account="acct_1", bank_account="ba_1", cents=PRICE, label="COOP", key="po")
        outbox.begin_call(task.task_id, call, world.now())
        asked = read(client, page)
        assert "Demandé au prestataire de paiement : il part dans un instant." in asked
        assert "garde encore" not in asked
        outbox.end_call(task.task_id)
    world.settle(days=9)
    client.sign_in()
    assert "Parti vers la banque" in read(client, page)


def test_the_page_works_while_the_provider_does_not_answer(live_server: LiveServer, client: Browser, home: str) -> None:
    world = live_server.world
    world.pay("CP A", card="instant")
    world.settle(seconds=3)
    world.sandbox.do("/failures", kind="500_before", method="GET", path="/v1/balance", times=20)
    try:
        shown = read(client, f"{home}/virement")
    finally:
        world.sandbox.control.delete("/_sandbox/failures")
    assert LEAVES.replace("\u00a0", " ") in shown
    assert "Peut partir aujourd’hui" not in shown
    assert '<button class="primary">Virer 12,00 €</button>' in shown


def euros_of(cents: int) -> str:
    """An amount with plain spaces."""
    return euros(cents).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_frozen_coop_says_who_does_what(live_server: LiveServer, client: Browser, home: str) -> None:
    world = live_server.world
    world.register_bank_account("FR7630006000011234567890189")
    world.settle(seconds=3)
    wait_until(lambda: "Un IBAN attend d’être confirmé par une seconde personne" in read(client, f"{home}/compte"))
    assert "À confirmer par une seconde personne" in read(client, f"{home}/comptes-bancaires")
