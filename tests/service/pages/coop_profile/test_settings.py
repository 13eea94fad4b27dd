"""« Paramètres » and « Fonctionnalités » of a coop: classes, means, rights, what is locked (S-14, S-18, S-26…S-37)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

import httpx2
import pytest

from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.calendar import fiscal_year
from domain.coop.state import Coop
from domain.events.association import Policy
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.office import TODAY
from tests.kit.members.sessions import SLUG
from tests.kit.waiting import wait_until

NEXT_YEAR: Final = fiscal_year(TODAY) + 1
_SPACES: Final = re.compile(r"<[^>]+>|\s+")


def below(live_server: LiveServer, path: str) -> str:
    """An address of the coop."""
    return f"/{SLUG}/coops/{live_server.world.coop_id}/{path}"


def set_policy(opened: OpenLedger, policy: Policy) -> None:
    """Have the association decide something."""
    stamp = Stamp(at=datetime.now(UTC), by="test")
    opened.ledger.bus.submit(ChangePolicy(stream_id=opened.ledger.association_id, stamp=stamp, policy=policy)).result()


def test_classes_are_pasted_one_a_line_and_two_ways_of_writing_one_are_one(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    typed = {"annee": str(NEXT_YEAR), "classes": "CP a\r\nCPa; CE2-CM1\r\n\r\nPetite section"}
    assert mandataire.post(below(live_server, "parametres/classes"), data=typed).status_code == 303
    coop = opened.ledger.store.load(Coop, live_server.world.coop_id)
    assert coop.classes[NEXT_YEAR] == ("CPA", "CE2-CM1", "PS")
    assert coop.class_labels[NEXT_YEAR] == ("CP a", "CE2-CM1", "Petite section")
    page = mandataire.get(below(live_server, "parametres?fait=classes")).text
    assert "CP a, CE2-CM1, Petite section" in page
    assert "La liste des classes est enregistrée." in page


@pytest.mark.parametrize("wrong", ["", "  \n ", "CP\nclasse de Mme Durand"])
def test_a_line_that_is_no_class_is_said_and_what_was_typed_stays(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger, wrong: str
) -> None:
    head = opened.head()[0]
    answer = mandataire.post(below(live_server, "parametres/classes"), data={"annee": str(NEXT_YEAR), "classes": wrong})
    assert answer.status_code == 422
    assert 'id="classes-error"' in answer.text
    assert all(line.strip() in answer.text for line in wrong.splitlines())
    assert opened.head()[0] == head


def test_means_that_the_association_forbids_are_shown_locked(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    set_policy(opened, Policy(means=("card",)))
    said = _SPACES.sub(" ", mandataire.get(below(live_server, "parametres")).text)
    assert re.search(r"Carte bancaire\s+Activé", said)
    assert re.search(r"Chèque\s+Verrouillé par votre association", said)


def test_cards_alone_are_the_default_and_the_coop_chooses_others_that_the_association_allows(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    coop_id, campaign = live_server.world.coop_id, f"/{SLUG}/collectes/{live_server.world.campaign_id}"
    assert opened.ledger.store.load(Coop, coop_id).means == ("card",)
    set_policy(opened, Policy(means=("card", "cash"), max_instalments=4))
    step = mandataire.get(f"{campaign}/etapes/paiement").text
    assert "À choisir d’abord dans les paramètres de la coopérative." in step
    assert not re.search(r'name="means" value="cash"', step)
    refused = mandataire.post(below(live_server, "parametres/moyens"), data={"means": ["cheque"]})
    assert (refused.status_code, "n’autorise pas ce moyen" in refused.text) == (422, True)
    chosen = mandataire.post(below(live_server, "parametres/moyens"), data={"means": ["cash"]})
    assert chosen.headers["location"] == below(live_server, "parametres?fait=moyens")
    assert opened.ledger.store.load(Coop, coop_id).means == ("card", "cash")
    assert re.search(r'name="means" value="cash"', mandataire.get(f"{campaign}/etapes/paiement").text)
    set_policy(opened, Policy(means=("card",), max_instalments=4))
    locked = mandataire.get(f"{campaign}/etapes/paiement").text
    assert not re.search(r'name="means" value="cash"', locked), "what the association closes no coop keeps open"
    back = mandataire.post(below(live_server, "parametres/moyens"), data={})
    assert back.status_code == 303
    assert opened.ledger.store.load(Coop, coop_id).means == ("card",)


def test_features_that_the_association_locks_are_shown_locked_and_open_when_it_opens_them(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    set_policy(opened, Policy(means=("card",), cash_recording=False, max_instalments=1))
    said = _SPACES.sub(" ", mandataire.get(below(live_server, "fonctionnalites")).text)
    for name in ("Paiement en plusieurs fois", "Espèces à la caisse", "Chèques", "TVA sur les tarifs"):
        assert re.search(rf"{name}\s+Verrouillée par votre association", said), name
    assert re.search(r"Collecte en ligne par carte\s+Active", said)
    set_policy(opened, Policy(means=("card",), cash_recording=True, max_instalments=4))
    said = _SPACES.sub(" ", mandataire.get(below(live_server, "fonctionnalites")).text)
    for name in ("Paiement en plusieurs fois", "Espèces à la caisse"):
        assert re.search(rf"{name}\s+Active", said), name


def test_who_may_do_what_is_said_by_role_and_name(live_server: LiveServer, mandataire: httpx2.Client) -> None:
    wait_until(lambda: "Mandataire" in mandataire.get(below(live_server, "parametres")).text)
    page = mandataire.get(below(live_server, "parametres")).text
    assert "Crée et conduit les collectes" in page
    assert below(live_server, "cooperative") in page
    assert below(live_server, "groupes") in page
    assert below(live_server, "collectes") in page
