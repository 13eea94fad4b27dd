"""Addresses that a campaign names hear of each registration once (S-99), and of nothing else."""

from __future__ import annotations

from uuid import UUID, uuid4

from adapters.people_vault import Person
from domain.campaign.settings import SetNotifications, SetTariffs
from domain.events.base import Tariff
from service import people
from tests.kit.email_world import HOLDER, PAYER, EmailWorld, ReceivedEmails, body
from tests.kit.service_world import SLUG

CLAIRE = Person("", "", "claire@ecole.example")
DOMINIQUE = Person("", "", "dominique@ecole.example")


def _notify(world: EmailWorld, *persons: Person) -> tuple[UUID, ...]:
    """Have people hear of registrations, as the fourth step of a campaign does."""
    ids = tuple(uuid4() for _ in persons)
    for contact_id, person in zip(ids, persons, strict=True):
        people.keep_contact(world.context.vault, world.coop_id, contact_id, person, world.now())
    world.do(SetNotifications, contact_ids=ids)
    return ids


def _to(emails: ReceivedEmails, person: Person) -> list[str]:
    return [about for to, about in emails.subjects() if to == person.email]


def test_each_address_receives_one_e_mail_for_each_registration_with_no_more_than_the_holder_s(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    """S-99, S-214: classes and amounts, no name of a family."""
    world.appoint()
    _notify(world, CLAIRE, DOMINIQUE)
    world.pay_for(PAYER, "CP A", "CE1")
    for person in (CLAIRE, DOMINIQUE, HOLDER):
        assert _to(emails, person) == ["Nouvelle contribution : Vie de classe"]
    mine = next(one for one in emails.read() if one["To"] == CLAIRE.email)
    theirs = next(one for one in emails.read() if one["To"] == HOLDER.email)
    assert body(mine) == body(theirs)
    assert "QUATREBARBES" not in body(mine)
    assert "Anatole" not in body(mine)
    assert "24,00 €" in body(mine)
    world.pay_for(PAYER, "CE1")
    assert len(_to(emails, CLAIRE)) == 2
    world.check_money()


def test_an_instalment_is_no_registration_and_a_basket_of_nothing_is_one(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    _notify(world, CLAIRE)
    world.pay_for(PAYER, "CP A", instalments=3)
    for _ in range(4):
        world.settle(days=20)
    assert world.kinds().count("PaymentCaptured") == 3
    assert len(_to(emails, CLAIRE)) == 1
    first = next(iter(world.context.campaign(world.campaign_id).tariffs.values()))
    free = Tariff(tariff_id="t1", label="Offert", tiers=(0,), valid_from=first.valid_from, valid_to=first.valid_to)
    world.do(SetTariffs, tariffs=(free,))
    world.place_for(PAYER, "CE1", tip=0)
    world.settle(seconds=3)
    assert len(_to(emails, CLAIRE)) == 2


def test_whatever_restarts_each_address_receives_each_message_once(world: EmailWorld, emails: ReceivedEmails) -> None:
    """A log that is followed anew plans the same messages, and mail programs show one of one name."""
    _notify(world, CLAIRE)
    world.pay_for(PAYER, "CP A")
    for _ in range(3):
        world.settle(seconds=60)
    assert len(_to(emails, CLAIRE)) == 1
    with world.worker.outbox.pool.connection() as connection:
        connection.execute("UPDATE work.followed SET position = 0 WHERE ledger = %s", (SLUG,))
    world.settle(seconds=60)
    assert len(_to(emails, CLAIRE)) == 1
    names = {str(one["Message-ID"]) for one in emails.read() if one["To"] == CLAIRE.email}
    assert len(names) == 1


def test_an_address_that_is_named_twice_or_is_the_holder_s_too_is_written_to_once(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    world.appoint()
    _notify(world, Person("", "", HOLDER.email), CLAIRE, Person("", "", CLAIRE.email.upper()))
    world.pay_for(PAYER, "CP A")
    assert sorted(to.casefold() for to, _ in emails.subjects()) == sorted([PAYER.email, HOLDER.email, CLAIRE.email])


def test_an_address_that_was_taken_off_or_erased_is_not_written_to(world: EmailWorld, emails: ReceivedEmails) -> None:
    _notify(world, CLAIRE)
    (kept,) = _notify(world, DOMINIQUE)
    world.pay_for(PAYER, "CP A")
    assert (_to(emails, CLAIRE), len(_to(emails, DOMINIQUE))) == ([], 1)
    world.context.vault.erase(kept)
    world.pay_for(PAYER, "CP A")
    assert len(_to(emails, DOMINIQUE)) == 1


def test_no_event_holds_an_address(world: EmailWorld) -> None:
    _notify(world, CLAIRE)
    facts = world.context.ledger.store.newer({world.campaign_id: 0})
    assert "NotificationsSet" in str(facts)
    assert CLAIRE.email not in str(facts)
