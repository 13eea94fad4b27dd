"""The office shows and changes what all its coops may do (S-23…S-26, S-32)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import httpx2
import msgspec

from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.association.state import Association
from domain.events.association import CutOff, Policy
from domain.rights.roles import Role
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk
from tests.kit.members.sessions import SLUG

ADDRESS: Final = f"/{SLUG}/regles"
SAID: Final[dict[str, Any]] = {
    "means": ["card", "cash"],
    "cash_recording": "1",
    "purposes": ["contribution-volontaire", "vente"],
    "other_purpose": "",
    "max_instalments": "3",
    "max_interval_months": "2",
    "anonymity_threshold": "6",
    "wording": "contribution",
    "closing_day": "12",
    "cut_off": "encaissement",
}
"""What the form says."""


def policy_of(opened: OpenLedger) -> Policy:
    """The rules in force."""
    return opened.ledger.store.load(Association, opened.ledger.association_id).policy


def test_each_rule_is_changed_and_shown_again(office: httpx2.Client, opened: OpenLedger) -> None:
    answer = office.post(ADDRESS, data={**SAID, "other_purpose": "Classe de neige", "require_passkey": "1"})
    assert answer.headers["location"] == f"{ADDRESS}?fait=1"
    policy = policy_of(opened)
    assert (policy.means, policy.cash_recording) == (("card", "cash"), True)
    assert policy.purposes == ("contribution-volontaire", "vente", "classe-de-neige")
    assert (policy.max_instalments, policy.max_interval_months, policy.anonymity_threshold) == (3, 2, 6)
    assert (policy.closes_on, policy.cuts_off, policy.demands_passkey) == (12, CutOff.ON_RECEIPT, True)
    # Now the rules ask for a passkey of everybody, whom this browser has none of.
    assert office.get(ADDRESS).headers["location"].startswith(f"/{SLUG}/verification")
    change = {**SAID, "purposes": list(policy.purposes)}
    opened.ledger.bus.submit(without_passkey(opened)).result()
    page = office.get(ADDRESS).text
    assert "Classe de neige" in page
    assert re.search(r'value="classe-de-neige" checked', page)
    assert office.post(ADDRESS, data=change).status_code == 303


def without_passkey(opened: OpenLedger) -> ChangePolicy:
    """The command that has the rules ask for a passkey no more."""
    policy = msgspec.structs.replace(policy_of(opened), require_passkey=False)
    stamp = Stamp(at=datetime.now(UTC), by="test")
    return ChangePolicy(stream_id=opened.ledger.association_id, stamp=stamp, policy=policy)


def test_the_same_rules_again_are_no_change(office: httpx2.Client, opened: OpenLedger) -> None:
    assert office.post(ADDRESS, data=SAID).status_code == 303
    head = opened.head()[0]
    assert office.post(ADDRESS, data=SAID).status_code == 303
    assert opened.head()[0] == head


def test_a_limit_out_of_bounds_is_said_at_its_field_and_nothing_changes(
    office: httpx2.Client, opened: OpenLedger
) -> None:
    before = policy_of(opened)
    wrong = {**SAID, "max_instalments": "13", "closing_day": "31", "purposes": [], "anonymity_threshold": "six"}
    answer = office.post(ADDRESS, data=wrong)
    assert answer.status_code == 422
    for name in ("max_instalments", "closing_day", "anonymity_threshold"):
        assert f'id="{name}-error"' in answer.text
        assert f'value="{wrong[name]}"' in answer.text
    assert "au moins un objet" in answer.text
    assert policy_of(opened) == before


def test_cards_can_never_be_switched_off(office: httpx2.Client, opened: OpenLedger) -> None:
    assert office.post(ADDRESS, data={**SAID, "means": ["cheque"]}).status_code == 303
    assert policy_of(opened).means == ("card", "cheque")


def test_the_wording_of_the_network_is_chosen_here(
    live_server: LiveServer, office: httpx2.Client, opened: OpenLedger
) -> None:
    office.post(ADDRESS, data={**SAID, "wording": "adhesion"})
    assert policy_of(opened).wording == "adhesion"
    office.post(ADDRESS, data=SAID)
    assert policy_of(opened).wording == "contribution"
    with desk(live_server, Role.MANDATAIRE, live_server.world.coop_id) as client:
        assert client.get(ADDRESS).status_code == 403
        assert client.post(ADDRESS, data=SAID).status_code == 403
