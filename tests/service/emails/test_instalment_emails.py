"""E-mails around instalments: announced, collected, refused with a way to pay, given up, stopped."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from adapters.people_vault import TokenPurpose
from adapters.stripe_provider.identifiers import StripeIds
from domain.campaign.instalments import CancelInstalments
from domain.events.base import InstalmentDue
from domain.events.instalment import InstalmentFailed, InstalmentsScheduled
from domain.recorded_event import RecordedEvent
from service.emails.email_plan import emails_for
from service.family_links import LINK_LIFE
from tests.kit import example
from tests.kit.email_world import PAYER, EmailWorld, ReceivedEmails, body, links


def _subjects(emails: ReceivedEmails) -> list[str]:
    return [about for _, about in emails.subjects()]


def test_an_instalment_is_announced_five_days_before_and_told_once_it_is_collected(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    world.pay_for(PAYER, "CP A", "CE1", instalments=3)
    assert len(emails.contents) == 1
    assert "8,00 €" in body(emails.read()[0])
    world.settle(days=24)
    assert len(emails.contents) == 1
    world.settle(days=1)
    assert len(emails.contents) == 2
    assert "8,00 €" in body(emails.read()[1])
    assert any("/echeances/" in link for link in links(emails.read()[1]))
    world.settle(days=6)
    world.settle(seconds=3)
    assert world.kinds().count("PaymentCaptured") == 2
    assert len(emails.contents) == 3
    assert len(set(_subjects(emails))) == 3
    world.check_money()


def test_the_first_payments_letter_tells_what_is_still_to_come_and_leads_to_stopping_it(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    contribution_id = world.pay_for(PAYER, "CP A", "CE1", instalments=3)
    (told,) = emails.read()
    assert "24,00 €" in body(told)
    assert "Vous pouvez les arrêter à tout moment." in body(told)
    (link,) = [link for link in links(told) if "/echeances/" in link]
    last = max(due.due_on for due in world.contribution(contribution_id).schedule.values())
    read = world.context.tokens.find(link.rsplit("/", 1)[1], TokenPurpose.PLAN, last + LINK_LIFE)
    assert (read.contribution_id, read.until) == (contribution_id, last + LINK_LIFE)


def test_the_letter_of_a_payment_at_once_leads_to_no_instalments(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.pay_for(PAYER, "CP A", "CE1")
    (told,) = emails.read()
    assert [link for link in links(told) if "/attestation/" in link]
    assert [link for link in links(told) if "/echeances/" in link] == []


def test_a_refused_instalment_is_told_with_its_next_attempt_and_a_link_for_this_instalment_only(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    contribution_id = world.pay_for(PAYER, "CP A", "CE1", instalments=3, card="asks later")
    world.settle(days=31)
    assert "InstalmentFailed" in world.kinds()
    told = emails.read()[-1]
    (link,) = [link for link in links(told) if "/payer-echeance/" in link]
    read = world.context.tokens.find(link.rsplit("/", 1)[1], TokenPurpose.INSTALMENT, date(2026, 12, 4))
    assert (read.contribution_id, read.instalment) == (contribution_id, 2)
    assert "8,00 €" in body(told)


def test_an_instalment_that_nobody_paid_in_four_weeks_is_given_up_and_said_so(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    world.pay_for(PAYER, "CP A", "CE1", instalments=3, card="asks later")
    for _ in range(9):
        world.settle(days=7)
    finals = [event for event in world.events() if isinstance(event, InstalmentFailed) and event.final]
    assert [event.number for event in finals] == [2]
    assert [about.split("\u00a0")[0].split(" :")[0] for about in _subjects(emails)] == [
        "Paiement reçu",
        "Échéance du 2 décembre 2026",
        "Échéance à confirmer",
        "Échéance du 2 janvier 2027",
        "Échéance non payée",
        "Échéance à confirmer",
    ]
    world.check_money()


def test_a_family_that_stops_its_plan_is_told_what_will_not_be_taken(world: EmailWorld, emails: ReceivedEmails) -> None:
    contribution_id = world.pay_for(PAYER, "CP A", "CE1", instalments=3)
    world.do(CancelInstalments, contribution_id=contribution_id, reason="family")
    world.settle(seconds=5)
    assert len(emails.contents) == 2
    assert body(emails.read()[1]).count("8,00 €") >= 2
    world.settle(days=70)
    assert len(emails.contents) == 2
    assert world.kinds().count("PaymentCaptured") == 1
    world.check_money()


@pytest.mark.parametrize(
    ("due_on", "at"),
    [
        (date(2027, 3, 30), datetime(2027, 3, 25, 7, tzinfo=UTC)),
        (date(2027, 4, 2), datetime(2027, 3, 28, 6, tzinfo=UTC)),
        (date(2026, 10, 30), datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (date(2027, 3, 1), datetime(2027, 2, 24, 7, tzinfo=UTC)),
    ],
    ids=("before summer time", "on its first day", "on the first day of winter time", "over a month's end"),
)
def test_a_reminder_leaves_at_eight_in_paris_five_days_before(due_on: date, at: datetime) -> None:
    due = InstalmentDue(number=2, due_on=due_on, cents=800, shares=())
    event = InstalmentsScheduled(**example.SAID, contribution_id=example.CONTRIBUTION, instalments=(due,), cents=800)
    (letter,) = emails_for(RecordedEvent(7, UUID(int=1), 3, example.COOP, example.NOW, event), StripeIds())
    assert letter.run_at == at
