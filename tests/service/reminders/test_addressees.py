"""Whom the letter of a reminder goes to: decided when it leaves, from who contributed by then."""

from __future__ import annotations

from uuid import uuid4

import pytest

from adapters.family_accounts import LinkedContribution, Profile
from adapters.people_vault import Person
from domain.campaign.publication import SuspendCampaign
from service.messages.stop_links import digest_of
from service.reminders.requests import stop_reminders
from service.retention.erasures import erase_contacts
from tests.kit.email_world import ReceivedEmails, body, links
from tests.kit.smtp_server import SmtpReplies
from tests.service.reminders.conftest import FAMILIES
from tests.service.reminders.reminder_world import ReminderWorld, address, reminded


def payer(name: str) -> Person:
    """A family that pays."""
    return Person("Claude", name.upper(), address(name))


def test_the_letter_goes_to_each_contact_that_has_not_contributed(world: ReminderWorld, emails: ReceivedEmails) -> None:
    world.pay_for(payer("abel"), "CP A")
    world.pay_for(Person("Claude", "BLIN", "Blin@Famille.example"), "CP A")
    world.place_for(payer("cornu"), "CP A")
    world.remind()
    assert reminded(emails) == ["cornu", "duval", "evrard", "faure"]


def test_who_contributes_before_the_letter_leaves_gets_none(world: ReminderWorld, emails: ReceivedEmails) -> None:
    world.ask()
    world.pay_for(payer("abel"), "CP A")
    world.run_to_the_end()
    assert "abel" not in reminded(emails)
    assert "blin" in reminded(emails)


def test_who_paid_under_another_address_by_its_account_gets_none(world: ReminderWorld, emails: ReceivedEmails) -> None:
    contribution_id, accounts = world.pay_for(payer("grandparent"), "CP A"), world.opened.families.accounts
    account_id = uuid4()
    accounts.create(account_id, Profile("", "", address("abel")), world.now(), confirmed=True)
    accounts.link(account_id, LinkedContribution(world.campaign_id, contribution_id, world.now()))
    world.remind()
    assert reminded(emails) == list(FAMILIES[1:])


def test_who_paid_under_another_address_by_the_link_of_a_letter_gets_no_other(
    world: ReminderWorld, emails: ReceivedEmails
) -> None:
    world.remind()
    (letter,) = (one for one in emails.read() if one["To"] == address("abel"))
    token = links(letter)[0].rpartition("/")[2]
    left, paid = world.place_for(payer("grandparent"), "CP A"), world.pay_for(payer("aunt"), "CP A")
    world.days_later(5)
    world.opened.reminders.link(world.campaign_id, token, left)
    world.remind()
    assert reminded(emails).count("abel") == 2
    world.opened.reminders.link(world.campaign_id, token, paid)
    world.days_later(5)
    world.remind()
    assert reminded(emails).count("abel") == 2
    assert reminded(emails).count("blin") == 3


def test_who_got_the_money_back_has_contributed(world: ReminderWorld, emails: ReceivedEmails) -> None:
    world.certify()
    contribution_id = world.pay_for(payer("abel"), "CP A")
    world.refund(contribution_id, 12_00)
    world.settle(seconds=5)
    world.remind()
    assert "abel" not in reminded(emails)


def test_who_wants_no_reminder_gets_none_in_any_class_or_campaign(world: ReminderWorld, emails: ReceivedEmails) -> None:
    world.write_down(*FAMILIES, code="CE1")
    digest = world.opened.contacts.people.digest(address("abel").upper())
    stop_reminders(world.opened, world.coop_id, digest, world.now().date())
    world.remind("CE1")
    assert reminded(emails) == list(FAMILIES[1:])


def test_who_wants_no_messages_of_the_coop_gets_no_reminder(world: ReminderWorld, emails: ReceivedEmails) -> None:
    refused, today = digest_of(world.opened.secret, address("abel")), world.now().date()
    world.opened.messages.refuse(world.coop_id, refused, today.replace(year=2028))
    world.remind()
    assert reminded(emails) == list(FAMILIES[1:])


def test_who_works_with_the_coop_is_not_on_the_list_and_gets_no_letter_later_either(
    world: ReminderWorld, emails: ReceivedEmails
) -> None:
    world.appoint(Person("Laurence", "MARDEGAN", address("holder")))
    world.name_contact(Person("", "", address("contact")))
    world.write_down("holder", "contact")
    world.ask()
    assert world.opened.reminders.size(world.campaign_id, "CPA") == (6, 6)
    world.appoint(Person("Laurence", "MARDEGAN", address("abel")))
    world.run_to_the_end()
    assert reminded(emails) == list(FAMILIES[1:])


def test_who_is_erased_or_has_another_address_by_then_gets_none(world: ReminderWorld, emails: ReceivedEmails) -> None:
    """Who changes an address to its own would learn whether the family has contributed."""
    contacts = world.opened.contacts.people.by_addresses(world.coop_id, [address("abel"), address("blin")])
    world.ask()
    blin = contacts[address("blin")]
    changed = type(blin.profile)(address("holder"), last_name="blin")
    world.opened.contacts.people.change(blin.contact_id, world.coop_id, changed, world.now().date().replace(year=2028))
    erase_contacts(world.runtime, world.opened, [contacts[address("abel")].contact_id], world.now())
    world.run_to_the_end()
    assert reminded(emails) == list(FAMILIES[2:])


def test_who_is_written_down_after_the_first_reminder_does_not_count(
    world: ReminderWorld, emails: ReceivedEmails
) -> None:
    world.remind()
    world.write_down("gomez", "hardy")
    world.days_later(5)
    world.remind()
    assert reminded(emails) == sorted(FAMILIES * 2)
    assert world.opened.reminders.size(world.campaign_id, "CPA") == (6, 6)


def test_a_campaign_that_is_closed_meanwhile_reminds_nobody(world: ReminderWorld, emails: ReceivedEmails) -> None:
    world.ask()
    world.do(SuspendCampaign)
    world.run_to_the_end()
    assert reminded(emails) == []


def test_the_letter_names_nobody_says_that_nothing_is_owed_and_is_answered_by_no_one(
    world: ReminderWorld, emails: ReceivedEmails
) -> None:
    world.name_contact()
    world.remind()
    letter = next(one for one in emails.read() if one["To"] == address("duval"))
    said = body(letter)
    for sentence in (
        "La contribution est volontaire : aucun enfant n’est exclu d’une activité.",
        "Si vous avez déjà contribué, en espèces aussi, ne tenez pas compte de ce message.",
        "Ni l’école ni l’association ne le savent",
        "les réponses ne sont pas lues",
    ):
        assert sentence in " ".join(said.split())
    assert "duval" not in said.casefold()
    assert letter["Reply-To"] is None
    assert [one.rpartition("/")[2] for one in links(letter)][1:] == ["arret"]


@pytest.mark.parametrize("answer", ["550 5.1.1 unknown user", "552 mailbox full"])
def test_a_letter_that_is_refused_for_good_is_not_tried_again_and_told_to_nobody(
    world: ReminderWorld, replies: SmtpReplies, answer: str
) -> None:
    replies.rcpt = answer
    world.remind()
    assert {(state, attempts, error) for _, state, attempts, error, *_ in world.reminder_tasks()} == {("done", 2, None)}
    assert world.worker.outbox.count().get("parked", 0) == 0
