"""E-mails to families and to the coop, from the event that asks for them to the server that takes them."""

from __future__ import annotations

from domain.events.refund import RefundSettled
from tests.kit.email_world import CONTACT, HOLDER, PAYER, PERSONAL, EmailWorld, ReceivedEmails, body, links
from tests.kit.service_world import PRICE, TIP


def test_a_family_is_told_that_its_contribution_came_with_the_campaign_s_own_message(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    world.appoint()
    world.name_contact()
    world.pay_for(PAYER, "CP A", "CE1")
    told = dict(emails.subjects())
    assert sorted(told) == sorted([PAYER.email, HOLDER.email, CONTACT.email])
    mine = next(one for one in emails.read() if one["To"] == PAYER.email)
    for words in ("Anatole", "Léontine", "24,00 €", "1,92 €", "Merci"):
        assert words in body(mine)
    assert mine["Reply-To"] == CONTACT.email
    theirs = next(one for one in emails.read() if one["To"] == HOLDER.email)
    assert "Anatole" not in body(theirs)
    assert "QUATREBARBES" not in body(theirs)
    assert "24,00 €" in body(theirs)
    world.check_money()


def test_a_letter_is_sent_once_however_often_the_log_is_followed_and_the_sweep_runs(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    world.pay_for(PAYER, "CP A")
    before = emails.subjects()
    for _ in range(3):
        world.settle(seconds=60)
    assert emails.subjects() == before
    assert len(before) == 1


def test_a_letter_repeated_after_a_crash_is_the_same_message(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.appoint()
    world.pay_for(PAYER, "CP A")
    first = emails.ids()
    world.repeat_letters()
    world.settle()
    assert sorted(emails.ids()) == sorted([*first, *first])
    assert len(set(first)) == len(first) == 2


def test_a_letter_waits_while_the_server_is_away_and_leaves_when_it_is_back(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    emails.replies.mail = "451 later"
    world.pay_for(PAYER, "CP A")
    assert emails.subjects() == []
    assert [row[1] for row in world.tasks() if row[0] == "letter:confirmation"] == ["waiting"]
    emails.replies.mail = None
    world.settle(seconds=10)
    assert [to for to, _ in emails.subjects()] == [PAYER.email]
    world.check_money()


def test_money_is_not_kept_waiting_by_a_server_that_is_away(world: EmailWorld, emails: ReceivedEmails) -> None:
    emails.replies.mail = "451 later"
    world.certify()
    contribution_id = world.pay_for(PAYER, "CP A")
    world.refund(contribution_id, PRICE, TIP)
    world.settle(seconds=3)
    assert "RefundSettled" in world.kinds()
    world.check_money()


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    emails.replies.rcpt = "550 no such mailbox"
    world.pay_for(PAYER, "CP A")
    emails.replies.rcpt = None
    world.settle(days=1)
    assert emails.subjects() == []
    assert {row[1] for row in world.tasks() if row[0] == "letter:confirmation"} == {"done"}


def test_somebody_who_was_erased_or_has_no_address_is_not_written_to(world: EmailWorld, emails: ReceivedEmails) -> None:
    contribution_id = world.place_for(PAYER, "CP A")
    page = world.page(contribution_id)
    world.context.vault.erase(world.payer_id)
    assert world.submit(page) == "Paid"
    world.settle(seconds=3)
    assert emails.subjects() == []
    world.pay("CP A")
    assert emails.subjects() == []
    assert {row[1] for row in world.tasks()} == {"done"}


def test_a_letter_that_could_not_leave_for_a_week_is_no_news_any_more(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    emails.replies.mail = "451 later"
    world.pay_for(PAYER, "CP A")
    emails.replies.mail = None
    world.settle(days=8)
    assert emails.subjects() == []
    assert {row[1] for row in world.tasks() if row[0] == "letter:confirmation"} == {"done"}


def test_two_holders_who_share_an_address_have_one_letter(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.appoint()
    world.appoint(CONTACT)
    world.name_contact()
    world.pay_for(PAYER, "CP A")
    assert sorted(to for to, _ in emails.subjects()) == sorted([PAYER.email, HOLDER.email, CONTACT.email])


def test_a_refund_is_told_and_so_is_its_failure(world: EmailWorld, emails: ReceivedEmails) -> None:
    contribution_id = world.pay_for(PAYER, "CP A", "CE1")
    world.refund(contribution_id, PRICE)
    world.settle(seconds=3)
    told = emails.read()[-1]
    assert told["To"] == PAYER.email
    assert "12,00 €" in body(told)
    (settled,) = (event for event in world.events() if isinstance(event, RefundSettled))
    world.sandbox.do(f"/refunds/{settled.provider_refund}/failure")
    world.settle(seconds=3)
    assert "RefundFailed" in world.kinds()
    assert len([to for to, _ in emails.subjects() if to == PAYER.email]) == 3
    world.check_money()


def test_nothing_personal_is_in_tasks_links_or_events(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.appoint()
    world.name_contact()
    world.pay_for(PAYER, "CP A", "CE1", instalments=3)
    written = str(world.tasks()) + str(world.events()) + str([links(one) for one in emails.read()])
    assert emails.contents
    assert [word for word in PERSONAL if word.casefold() in written.casefold()] == []
