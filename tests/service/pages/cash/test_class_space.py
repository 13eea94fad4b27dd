"""A teacher's space: the own class, and nothing else of the school."""

from __future__ import annotations

import re

import httpx2

from domain.events.association import Policy
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG
from tests.kit.members.visits import words
from tests.service.pages.cash.typed import LOCATION, class_page, coop_page, counting_page, send_count, typed_count
from tests.service.pages.coop_profile.test_settings import set_policy


def test_a_teacher_arrives_at_the_own_class_and_every_link_of_its_page_opens(
    live_server: LiveServer, teacher: httpx2.Client
) -> None:
    arrived = teacher.get(f"/{SLUG}/accueil")
    assert arrived.headers["location"] == class_page(live_server)
    page = teacher.get(class_page(live_server)).text
    assert "Compter les espèces" in page
    assert "Imprimer les bordereaux" in page
    found = set(re.findall(r'href="(/[^"#?]+)"', page))
    assert class_page(live_server) in found
    for link in sorted(found):
        assert teacher.get(link).status_code == 200, link


def test_nothing_else_of_the_coop_is_open_to_a_teacher(live_server: LiveServer, teacher: httpx2.Client) -> None:
    for below in ("", "/compte", "/especes", "/especes/remise", "/participants", "/parametres/enseignants", "/exports"):
        assert teacher.get(coop_page(live_server, below)).status_code in {403, 404}, below
    assert teacher.get(f"/{SLUG}/collectes/{live_server.world.campaign_id}").status_code in {403, 404}


def test_another_class_of_the_coop_is_not_found(
    live_server: LiveServer, teacher: httpx2.Client, mandataire: httpx2.Client
) -> None:
    assert mandataire.get(class_page(live_server, code="CPA")).status_code == 200
    for address in (class_page(live_server, code="CPA"), counting_page(live_server, "CPA")):
        assert teacher.get(address).status_code == 404


def test_the_figure_of_a_class_is_shown_from_enough_families_on(
    live_server: LiveServer, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    send_count(teacher, live_server, "301")
    shown = words(teacher.get(class_page(live_server)).text)
    assert "n’est pas affiché quand elle a moins de 5\u00a0familles, ni quand celui d’une autre" in shown
    set_policy(opened, Policy(anonymity_threshold=1, max_instalments=4))
    try:
        assert re.search(r"\d participants? dans la classe", words(teacher.get(class_page(live_server)).text))
    finally:
        set_policy(opened, Policy(max_instalments=4))


def test_the_page_names_nobody_but_the_one_who_looks(live_server: LiveServer, teacher: httpx2.Client) -> None:
    live_server.world.pay("CE1")
    page = teacher.get(class_page(live_server)).text
    assert "DURAND" not in page.upper()
    assert "Aucune liste ne dit qui a donné." in page


def test_a_count_of_another_class_is_not_found_below_the_own_one(
    live_server: LiveServer, teacher: httpx2.Client, mandataire: httpx2.Client
) -> None:
    typed = typed_count(("311", "12"), **{"piece-1000": "1", "piece-200": "1"})
    sent = mandataire.post(counting_page(live_server, "CPA"), data=typed).headers["location"]
    found = LOCATION.search(sent)
    assert found is not None
    assert mandataire.get(sent).status_code == 200
    for code in ("CPA", "CE1"):
        assert teacher.get(class_page(live_server, f"/comptages/{found[1]}", code)).status_code == 404
    assert teacher.get(coop_page(live_server, f"/especes/comptages/{found[1]}")).status_code in {403, 404}
    assert mandataire.get(coop_page(live_server, f"/especes/comptages/{found[1]}")).status_code == 200
