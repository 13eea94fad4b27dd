"""Families read the network's words: « contribution » or « adhésion », and never the other (S-25, S-172, S-177)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import uuid4

import httpx2
import pikepdf
import pytest

from adapters.family_accounts import LinkedContribution, Profile
from adapters.local_postgres import LocalPostgres
from adapters.people_vault import TokenPurpose
from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.association.state import Association
from domain.campaign.publication import SetPublication, SuspendCampaign
from domain.campaign.settings import EditDetails
from domain.events.campaign import CampaignDetails
from domain.texts.network_words import ADHESION, CONTRIBUTION, WORDINGS
from reports.parts.contribution_history import (
    ContributionHistory,
    MoneyReversal,
    ReceivedPayment,
    ReversalOutcome,
)
from reports.receipt import state_of
from service.pages.families.confirmation_view import _SENTENCES
from tests.kit.api_server import SLUG
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.databases import database_with
from tests.kit.live_server import FAR, LiveServer, run_live_server
from tests.kit.members.sessions import FAMILY_COOKIE
from tests.kit.pdf_text import pages as pdf_pages
from tests.kit.waiting import wait_until
from tests.service.emails.content import every_email
from tests.service.pages.families.basket_forms import address, ask, draft, put, shown

FOREIGN: Final = {
    "contribution": re.compile(r"adh[ée](?:r|s)", re.IGNORECASE),
    "adhesion": re.compile(r"contribu|participant", re.IGNORECASE),
}
"""What the other network says, by whose words are read."""
_ADDRESSES: Final = re.compile(
    r'\s(?:href|action|src|srcset|content|class|id|for|name|aria-labelledby|aria-describedby|data-[\w-]+)="[^"]*"'
)
"""What stands in a page and is not read: addresses and names of parts."""
_PATHS: Final = (
    *("{campaign}", "{basket}", "{empty}?verifier", "{basket}/collecte", "{new}/compte", "{basket}/informations"),
    *("{answered}/recapitulatif", "{answered}/recapitulatif?email", "{answered}/paiement", "{pending}", "{paid}"),
    *("{receipt}", "{receipt over}", "/{association}", "/{association}/pourboire", "/{association}/confidentialite"),
    *("/{association}/compte", "/{association}/compte/creer", "/{association}/compte/mot-de-passe"),
    "/{association}/compte/connexion?suite=/ad06/paniers/abcdefghijklmnopqrstuv/compte",
)
"""Pages of families; the terms are one text, whose version is accepted, and the first page is of no network."""
_NEUTRAL: Final = CampaignDetails(title="Vie de classe", description="Des sorties.", terms="Merci de lire ceci.")


def foreign_words(text: str, wording: str) -> list[str]:
    """What of a page is said in the other network's words, with what stands beside it."""
    read = _ADDRESSES.sub("", text)
    return [read[max(0, found.start() - 30) : found.end() + 20] for found in FOREIGN[wording].finditer(read)]


@pytest.fixture(scope="module", params=list(WORDINGS))
def network(
    request: pytest.FixtureRequest, postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, LiveServer]]:
    """An association of each wording, on line; its campaign is described without either word."""
    letters, wording = tmp_path_factory.mktemp("letters"), str(request.param)
    with pytest.MonkeyPatch.context() as patch, database_with(postgres, found_association) as database:
        patch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
        with run_live_server(database, letters) as served:
            _reword(served, wording)
            yield wording, served


def _reword(served: LiveServer, wording: str) -> None:
    opened = served.world.runtime.ledger(SLUG)
    association_id = opened.ledger.association_id
    policy = opened.ledger.store.load(Association, association_id).policy
    changed = {field: getattr(policy, field) for field in policy.__struct_fields__} | {"wording": wording}
    command = ChangePolicy(
        stream_id=association_id, stamp=Stamp(at=served.world.now(), by="test"), policy=type(policy)(**changed)
    )
    opened.ledger.bus.submit(command).result(20)
    wait_until(lambda: opened.words() == WORDINGS[wording])


@pytest.fixture(scope="module")
def places(network: tuple[str, LiveServer]) -> dict[str, str]:
    """Addresses of everything that a family may see."""
    _, served = network
    world, placed, paid = served.world, served.world.place("CP A"), served.world.pay("CP A")
    ask(served, class_="required", mobile="required")
    world.do(EditDetails, details=_NEUTRAL)
    shown(served)
    families, account_id = world.runtime.ledger(SLUG).families, uuid4()
    profile = Profile("Zéphyrine", "QUATREBARBES", "z@famille.example")
    families.accounts.create(account_id, profile, world.now(), password="x", confirmed=True)  # noqa: S106 - no hash of any
    families.accounts.link(account_id, LinkedContribution(world.campaign_id, paid, world.now()))
    answered = draft(served, seen=[1, 2])
    for child in answered.children:
        child.answers |= {"mobile": "0612345678"}
    return {
        "association": SLUG,
        "campaign": address(served),
        "basket": put(served),
        "empty": put(served, draft(served, "", first_name="", email="nom@")),
        "new": put(served, draft(served, guest=False)),
        "answered": put(served, answered),
        "pending": served.address(placed),
        "paid": served.address(paid),
        "receipt": served.family_link(TokenPurpose.RECEIPT, paid, FAR),
        "receipt over": served.family_link(TokenPurpose.RECEIPT, paid, served.yesterday) + "?envoye",
        "session": families.sessions.open(account_id, world.now()),
    }


def family(served: LiveServer, places: Mapping[str, str]) -> httpx2.Client:
    """A family's browser, signed in to its account."""
    cookies = {FAMILY_COOKIE: places["session"]}
    return httpx2.Client(base_url=served.url, headers={"Accept": "text/html"}, cookies=cookies, timeout=30)


def test_no_page_of_families_says_the_other_network_s_words(
    network: tuple[str, LiveServer], places: dict[str, str]
) -> None:
    wording, served = network
    wrong, said = {}, ""
    with family(served, places) as visit:
        for path in _PATHS:
            visit.cookies = httpx2.Cookies({} if "/connexion" in path else {FAMILY_COOKIE: places["session"]})
            answer = visit.get(path.format_map(places))
            assert answer.status_code in {200, 410, 422}, path
            wrong[path] = foreign_words(answer.text, wording)
            said += _ADDRESSES.sub("", answer.text)
    assert {path: found for path, found in wrong.items() if found} == {}
    words = WORDINGS[wording]
    assert said.count(words.gift) > len(_PATHS) / 2, "the network's own word is said"
    assert words.call in said.replace("&#39;", "’")


def test_the_button_and_the_window_of_the_public_page_follow_the_network(
    network: tuple[str, LiveServer], places: dict[str, str]
) -> None:
    wording, served = network
    opens_at = served.world.now()
    served.world.do(SetPublication, by_link=True, opens_at=opens_at, closes_at=opens_at.replace(year=2035))
    shown(served)
    with family(served, places) as visit:
        page = visit.get(places["campaign"]).text
        assert f">{WORDINGS[wording].call}</button>" in page
        assert f">{WORDINGS[wording].opening}</h2>" in page
        served.world.do(SuspendCampaign)
        shown(served)
        closed = visit.get(places["campaign"]).text
    assert f"Les {WORDINGS[wording].gifts} à cette collecte sont suspendues" in closed
    assert foreign_words(closed, wording) == []


def test_the_receipt_is_in_the_network_s_words(network: tuple[str, LiveServer], places: dict[str, str]) -> None:
    wording, served = network
    with family(served, places) as visit:
        content = visit.get(f"{places['receipt']}/attestation-de-paiement.pdf").content
    said = " ".join(" ".join(pdf_pages(content)).split())
    assert FOREIGN[wording].findall(said) == []
    assert f"à titre {WORDINGS[wording].of_gift} volontaire" in said
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.parametrize("wording", WORDINGS)
def test_no_state_of_a_payment_is_told_in_the_other_network_s_words(wording: str) -> None:
    words = WORDINGS[wording]
    told = [sentence.format_map({**words._asdict(), "instalments": 3}) for sentence in _SENTENCES.values()]
    assert [sentence for sentence in told if FOREIGN[wording].search(sentence) or "{" in sentence] == []
    assert sum(words.gift in sentence for sentence in told) > 4
    day = date(2024, 7, 4)
    paid = [ReceivedPayment(day, "card", 12_00, 0, 1)]
    history = ContributionHistory(paid, {uuid4(): MoneyReversal(day, 12_00, 0, ReversalOutcome.REFUNDED)})
    assert state_of(history, words)[0].startswith(f"Cette {words.gift} a été remboursée en totalité")


@pytest.mark.parametrize("wording", WORDINGS)
def test_no_letter_says_the_other_network_s_words(wording: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = every_email.envelope
    monkeypatch.setattr(
        every_email, "envelope", lambda typed, **more: replace(plain(typed, **more), words=WORDINGS[wording])
    )
    letters = every_email.every_letter(lambda text: "Vie de classe" if "Contribution" in text else text)
    wrong = {
        name: found
        for name, letter in letters.items()
        for found in [foreign_words(f"{letter.subject}\n{letter.text}\n{letter.html}", wording)]
        if found
    }
    assert wrong == {}
    said = sum(WORDINGS[wording].gift in letter.text.lower() for letter in letters.values())
    assert said > 10


def test_both_rows_of_the_table_have_every_word_and_no_word_twice() -> None:
    for name, words in WORDINGS.items():
        assert all(words)
        assert not any(FOREIGN[name].search(word) for word in words if name == "contribution" or word != words.giver)
    assert not set(CONTRIBUTION) & set(ADHESION)
