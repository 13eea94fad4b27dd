"""Counting a class's cash without a script: what is wrong is said by line, a difference is shown, it is sent once."""

from __future__ import annotations

from uuid import UUID, uuid4

import httpx2

from domain.campaign.state import Campaign
from domain.events.association import Policy
from domain.events.by_hand.cash import ClassCashCounted
from projections import contributions
from projections.figures import cash_rows
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.visits import words
from tests.service.pages.cash.typed import LOCATION, class_page, counting_page, send_count, typed_count
from tests.service.pages.coop_profile.test_settings import set_policy


def held(live_server: LiveServer, opened: OpenLedger) -> int:
    """What the cash box holds."""
    return int(opened.read(cash_rows.balance, live_server.world.coop_id))


def test_a_count_is_sent_and_its_page_shows_slips_coins_and_no_difference(
    live_server: LiveServer, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    before = held(live_server, opened)
    count_id = send_count(teacher, live_server, "101")
    page = words(teacher.get(class_page(live_server, f"/comptages/{count_id}")).text)
    assert "CE1-101 12,00\u00a0€" in page
    assert "Différence 0,00\u00a0€" in page
    assert held(live_server, opened) == before + 12_00
    campaign = opened.ledger.store.load(Campaign, live_server.world.campaign_id)
    assert campaign.class_counts[UUID(count_id)] == ("CE1-101",)


def test_a_difference_has_to_be_seen_and_is_never_absorbed(
    live_server: LiveServer, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    before = held(live_server, opened)
    typed = typed_count(("111", "12,00"), ("112", "12"), **{"piece-2000": "1", "piece-200": "1"})
    shown = teacher.post(counting_page(live_server), data=typed)
    assert shown.status_code == 422
    assert "Il y a une différence de \u22122,00\u00a0€." in shown.text
    assert held(live_server, opened) == before
    answer = teacher.post(counting_page(live_server), data={**typed, "seen": "-200"})
    assert answer.status_code == 303
    page = words(teacher.get(answer.headers["location"]).text)
    assert "Différence \u22122,00\u00a0€" in page
    assert "La caisse reçoit ce que disent les bordereaux." in page
    assert held(live_server, opened) == before + 24_00


def test_the_same_count_sent_twice_is_one(live_server: LiveServer, teacher: httpx2.Client, opened: OpenLedger) -> None:
    before, key = held(live_server, opened), str(uuid4())
    first, second = (send_count(teacher, live_server, "121", key=key) for _ in range(2))
    assert first == second
    assert held(live_server, opened) == before + 12_00


def test_what_is_wrong_is_said_by_line_and_what_was_typed_stays(
    live_server: LiveServer, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    send_count(teacher, live_server, "131")
    campaign_id = live_server.world.campaign_id
    before = len(opened.read(contributions.of_campaign, campaign_id))
    lines = (("131", "12"), ("Zoé", "12"), ("132", "douze"), ("133", "7,50"), ("134", "12"), ("134", "12"))
    answer = teacher.post(counting_page(live_server), data=typed_count(*lines, witness="", **{"piece-500": "-1"}))
    said = words(answer.text)
    assert answer.status_code == 422
    assert "Ligne 1\u00a0: le bordereau CE1-131 est déjà compté." in said
    assert "Ligne 2\u00a0: indiquez le numéro du bordereau" in said
    assert "Ligne 3\u00a0: indiquez le montant" in said
    assert "Ligne 4\u00a0: 7,50\u00a0€ n’est le prix d’aucune formule." in said
    assert "Ligne 6\u00a0: le bordereau CE1-134 est déjà compté." in said
    assert "Choisissez avec qui vous avez compté." in said
    assert "Pour 5,00\u00a0€, indiquez un nombre de 0 à" in said
    assert 'value="douze"' in answer.text
    assert len(opened.read(contributions.of_campaign, campaign_id)) == before


def test_a_missing_second_person_and_a_difference_are_told_together(
    live_server: LiveServer, teacher: httpx2.Client
) -> None:
    typed = typed_count(("138", "12"), witness="", **{"piece-1000": "1"})
    said = words(teacher.post(counting_page(live_server), data=typed).text)
    assert "Choisissez avec qui vous avez compté." in said
    assert "Il y a une différence de" in said


def test_who_sent_a_count_is_told_what_becomes_of_the_envelope(
    live_server: LiveServer, teacher: httpx2.Client, mandataire: httpx2.Client
) -> None:
    own, money = counting_page(live_server), {"piece-1000": "1", "piece-200": "1", "witness": "assistant"}
    for client, number, told in (
        (teacher, "139", "Remettez l’enveloppe et les bordereaux au mandataire."),
        (mandataire, "140", "L’argent est dans la caisse jusqu’à sa remise à la banque."),
    ):
        answer = client.post(own, data=typed_count((number, "12"), **money))
        page = words(client.get(answer.headers["location"]).text)
        assert told in page
        assert "avec ATSEM ou AESH" in page


def test_no_name_is_asked_for_and_none_is_in_the_ledger(
    live_server: LiveServer, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    form = teacher.get(counting_page(live_server)).text
    assert "jamais un nom" in words(form)
    count_id = send_count(teacher, live_server, "141")
    stream = opened.ledger.store.load(Campaign, live_server.world.campaign_id)
    contribution = stream.contributions[stream.slips["CE1-141"]]
    person = opened.vault.get(contribution.payer_id)
    assert person is not None
    assert (person.first_name, person.last_name, person.email) == ("", "Bordereau CE1-141", "")
    assert UUID(count_id) in stream.class_counts


def test_lines_are_added_and_totals_computed_without_a_script(live_server: LiveServer, teacher: httpx2.Client) -> None:
    typed = typed_count(("151", "12"), **{"piece-1000": "1", "action": "lignes"})
    more = teacher.post(counting_page(live_server), data=typed)
    assert more.status_code == 200
    assert 'name="number-11"' in more.text
    assert "Différence \u22122,00\u00a0€" in words(more.text)
    assert 'value="151"' in more.text


def test_where_the_association_has_no_cash_recorded_nothing_is_counted(
    live_server: LiveServer, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    set_policy(opened, Policy(cash_recording=False, max_instalments=4))
    try:
        assert teacher.get(counting_page(live_server)).status_code == 409
        assert teacher.post(counting_page(live_server), data=typed_count(("161", "12"))).status_code == 409
        page = teacher.get(class_page(live_server)).text
        assert "Votre association ne fait pas noter les espèces ici." in page
        assert "Compter les espèces" not in page
    finally:
        set_policy(opened, Policy(max_instalments=4))


def test_the_mandate_holder_counts_for_any_class_and_an_unknown_one_is_not_found(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    answer = mandataire.post(
        counting_page(live_server, "CPA"), data=typed_count(("171", "12"), **{"piece-1000": "1", "piece-200": "1"})
    )
    assert LOCATION.search(answer.headers["location"])
    assert mandataire.get(counting_page(live_server, "CM2")).status_code == 404


def test_the_event_of_a_count_holds_no_person_but_who_sent_it() -> None:
    assert set(ClassCashCounted.__struct_fields__) - {"at", "by"} == {
        *("count_id", "class_code", "slips", "expected", "counted", "pieces", "witness")
    }
