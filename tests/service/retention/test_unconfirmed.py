"""Wherever a process ends between a person and their event: in the end the vault holds whom the log names, no other."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.people_vault import BasketVault, Person
from domain.campaign.settings import SetFormFields
from domain.errors import LedgerError, OutcomeUnknown, TariffMismatch
from domain.events.campaign import FormField
from domain.events.contribution import ContributionPlaced
from domain.limits.charges import ANY_CHARGE
from service import people
from service.baskets.basket import to_bytes
from service.baskets.placement import SubmittedBasket, place
from service.public_campaigns import read_public_campaign
from service.retention.unconfirmed import settle_unconfirmed
from service.runtime.open_ledger import OpenLedger
from tests.kit.example_files import picture
from tests.kit.live_server import LiveServer
from tests.service.pages.families.basket_forms import draft, shown

STEPS: Final = ("people", "photo", "event", "confirmation", "basket")
MARIE: Final = Person("Marie", "GALANTE")
POINTS: Final = tuple(f"{moment} {step}" for step in STEPS for moment in ("before", "after"))


class Killed(BaseException):
    """The process ends here: nothing of ours may run after it, so it is no error that anything catches."""


def dying(point: str, wanted: str, done: Callable[..., Any]) -> Callable[..., Any]:
    """A step in which the process ends, before or after it, if it is the wanted one."""

    def step(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the step itself
        if wanted == f"before {point}":
            raise Killed
        outcome = done(*given, **named)
        if wanted == f"after {point}":
            if point == "event":
                outcome.result(30)
            raise Killed
        return outcome

    return step


def named_by_events(live_server: LiveServer) -> set[UUID]:
    """Everybody on a contribution of the log."""
    placed = [event for event in live_server.world.events() if isinstance(event, ContributionPlaced)]
    return {who for event in placed for who in (event.payer_id, *(line.participant_id for line in event.lines))}


def in_the_vault(live_server: LiveServer) -> set[UUID]:
    """Every payer and child of the vault."""
    with psycopg.connect(live_server.database) as connection:
        rows = connection.execute("SELECT person_id FROM vault.keys WHERE kind IN ('payer', 'child')")
        return {person_id for (person_id,) in rows}


def keep_marie(live_server: LiveServer, kept: people.CommandPeople, payer_id: UUID) -> None:
    """Keep somebody for a command."""
    people.keep_payer(kept, live_server.world.coop_id, payer_id, MARIE, live_server.world.now())


def let_the_lease_pass(live_server: LiveServer) -> None:
    """Let the time pass in which nobody looks."""
    with psycopg.connect(live_server.database) as connection:
        connection.execute("UPDATE vault.keys SET provisional_until = now() - interval '1 s' WHERE attempt IS NOT NULL")


def submit(live_server: LiveServer, opened: OpenLedger) -> SubmittedBasket:
    """A family presses « Payer » on a basket of its own, with a photo of each child."""
    basket = draft(live_server, "Marie", "Julien", seen=[1200, 1000])
    for child in basket.children:
        child.answers["photo"] = base64.b64encode(picture()).decode()
    submitted = SubmittedBasket(BasketVault.new_token(), basket)
    opened.baskets.write(submitted.token, to_bytes(basket), live_server.world.now())
    return submitted


def watch(patch: pytest.MonkeyPatch, opened: OpenLedger, wanted: str) -> None:
    """Have the process end at a point of placing a basket."""
    patch.setattr(opened.vault, "put_together", dying("people", wanted, opened.vault.put_together))
    patch.setattr(opened.photos, "put", dying("photo", wanted, opened.photos.put))
    patch.setattr(opened.ledger.bus, "submit", dying("event", wanted, opened.ledger.bus.submit))
    provisional = opened.vault.provisional
    patch.setattr(provisional, "confirm", dying("confirmation", wanted, provisional.confirm))
    patch.setattr(opened.baskets, "place", dying("basket", wanted, opened.baskets.place))


def test_whenever_a_process_ends_the_vault_holds_whom_the_log_names_and_no_other(live_server: LiveServer) -> None:
    live_server.world.do(SetFormFields, fields=(FormField(name="photo", state="required"),))
    shown(live_server)
    opened = live_server.world.runtime.ledger("ad06")
    seen = read_public_campaign(opened, live_server.world.campaign_id)
    placements = 0
    for wanted in POINTS:
        submitted, before = submit(live_server, opened), len(named_by_events(live_server))
        with pytest.MonkeyPatch.context() as patch:
            watch(patch, opened, wanted)
            with pytest.raises(Killed):
                place(opened, seen, submitted, limits=ANY_CHARGE, terms_version="1", at=live_server.world.now())
        assert named_by_events(live_server) <= in_the_vault(live_server), wanted
        let_the_lease_pass(live_server)
        settle_unconfirmed(opened)
        settle_unconfirmed(opened)
        assert named_by_events(live_server) == in_the_vault(live_server), wanted
        placements += len(named_by_events(live_server)) > before
        # The family comes back and presses again: it has its one contribution, with everybody in it.
        again = place(opened, seen, submitted, limits=ANY_CHARGE, terms_version="1", at=live_server.world.now())
        assert again == submitted.contribution_id
        assert named_by_events(live_server) == in_the_vault(live_server), wanted
        assert opened.vault.provisional.due() == []
    assert 0 < placements < len(POINTS)
    assert len(named_by_events(live_server)) == 3 * len(POINTS)


def test_nobody_is_erased_while_their_command_may_still_be_decided(live_server: LiveServer) -> None:
    opened = live_server.world.runtime.ledger("ad06")
    with people.people_of_command(opened.vault) as kept:
        payer_id = uuid4()
        keep_marie(live_server, kept, payer_id)
        assert settle_unconfirmed(opened) == 0
        assert opened.vault.get(payer_id) is not None


@pytest.mark.parametrize(
    ("refusal", "stays"), [(TariffMismatch(cents=1), False), (OutcomeUnknown(batch=uuid4()), True)], ids=["no", "maybe"]
)
def test_only_a_refusal_takes_people_back_at_once(live_server: LiveServer, refusal: LedgerError, stays: bool) -> None:  # noqa: FBT001 - a parameter of the test
    opened, payer_id = live_server.world.runtime.ledger("ad06"), uuid4()

    def refused() -> None:
        with people.people_of_command(opened.vault) as kept:
            keep_marie(live_server, kept, payer_id)
            raise refusal

    with pytest.raises(type(refusal)):
        refused()
    assert (opened.vault.get(payer_id) is not None) is stays


def test_who_was_erased_before_the_event_was_known_is_put_again(live_server: LiveServer) -> None:
    """A process that was frozen for longer than anybody waits."""
    opened, payer_id = live_server.world.runtime.ledger("ad06"), uuid4()
    with people.people_of_command(opened.vault) as kept:
        keep_marie(live_server, kept, payer_id)
        let_the_lease_pass(live_server)
        assert settle_unconfirmed(opened) == 1
    assert opened.vault.get(payer_id) == MARIE
    assert opened.vault.provisional.due() == []
