"""Letters to families and to the coop, from the event that asks for them to the server that takes them."""

from __future__ import annotations

from domain.events.refund import RefundSettled
from tests.kit.email_world import CONTACT, HOLDER, PAYER, PERSONAL, EmailWorld, ReceivedEmails, body, links
from tests.kit.service_world import PRICE, TIP


def test_a_family_is_told_that_its_contribution_came_with_the_campaign_s_own_message(
    town: EmailWorld, letters: ReceivedEmails
) -> None:
    town.appoint()
    town.name_contact()
    town.pay_for(PAYER, "CP A", "CE1")
    told = dict(letters.subjects())
    assert sorted(told) == sorted([PAYER.email, HOLDER.email, CONTACT.email])
    mine = next(one for one in letters.read() if one["To"] == PAYER.email)
    for words in ("Anatole", "Léontine", "24,00 €", "1,92 €", "Merci"):
        assert words in body(mine)
    assert mine["Reply-To"] == CONTACT.email
    theirs = next(one for one in letters.read() if one["To"] == HOLDER.email)
    assert "Anatole" not in body(theirs)
    assert "QUATREBARBES" not in body(theirs)
    assert "24,00 €" in body(theirs)
    town.check_money()


def test_a_letter_is_sent_once_however_often_the_log_is_followed_and_the_sweep_runs(
    town: EmailWorld, letters: ReceivedEmails
) -> None:
    town.pay_for(PAYER, "CP A")
    before = letters.subjects()
    for _ in range(3):
        town.settle(seconds=60)
    assert letters.subjects() == before
    assert len(before) == 1


def test_a_letter_repeated_after_a_crash_is_the_same_message(town: EmailWorld, letters: ReceivedEmails) -> None:
    town.appoint()
    town.pay_for(PAYER, "CP A")
    first = letters.ids()
    town.repeat_letters()
    town.settle()
    assert sorted(letters.ids()) == sorted([*first, *first])
    assert len(set(first)) == len(first) == 2


def test_a_letter_waits_while_the_server_is_away_and_leaves_when_it_is_back(
    town: EmailWorld, letters: ReceivedEmails
) -> None:
    letters.moods.mail = "451 later"
    town.pay_for(PAYER, "CP A")
    assert letters.subjects() == []
    assert [row[1] for row in town.tasks() if row[0] == "letter:confirmation"] == ["waiting"]
    letters.moods.mail = None
    town.settle(seconds=10)
    assert [to for to, _ in letters.subjects()] == [PAYER.email]
    town.check_money()


def test_money_is_not_kept_waiting_by_a_server_that_is_away(town: EmailWorld, letters: ReceivedEmails) -> None:
    letters.moods.mail = "451 later"
    town.certify()
    contribution_id = town.pay_for(PAYER, "CP A")
    town.refund(contribution_id, PRICE, TIP)
    town.settle(seconds=3)
    assert "RefundSettled" in town.kinds()
    town.check_money()


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(
    town: EmailWorld, letters: ReceivedEmails
) -> None:
    letters.moods.rcpt = "550 no such mailbox"
    town.pay_for(PAYER, "CP A")
    letters.moods.rcpt = None
    town.settle(days=1)
    assert letters.subjects() == []
    assert {row[1] for row in town.tasks() if row[0] == "letter:confirmation"} == {"done"}


def test_somebody_who_was_erased_or_has_no_address_is_not_written_to(town: EmailWorld, letters: ReceivedEmails) -> None:
    contribution_id = town.place_for(PAYER, "CP A")
    page = town.page(contribution_id)
    town.context.vault.erase(town.payer_id)
    assert town.submit(page) == "Paid"
    town.settle(seconds=3)
    assert letters.subjects() == []
    town.pay("CP A")
    assert letters.subjects() == []
    assert {row[1] for row in town.tasks()} == {"done"}


def test_a_letter_that_could_not_leave_for_a_week_is_no_news_any_more(
    town: EmailWorld, letters: ReceivedEmails
) -> None:
    letters.moods.mail = "451 later"
    town.pay_for(PAYER, "CP A")
    letters.moods.mail = None
    town.settle(days=8)
    assert letters.subjects() == []
    assert {row[1] for row in town.tasks() if row[0] == "letter:confirmation"} == {"done"}


def test_two_holders_who_share_an_address_have_one_letter(town: EmailWorld, letters: ReceivedEmails) -> None:
    town.appoint()
    town.appoint(CONTACT)
    town.name_contact()
    town.pay_for(PAYER, "CP A")
    assert sorted(to for to, _ in letters.subjects()) == sorted([PAYER.email, HOLDER.email, CONTACT.email])


def test_a_refund_is_told_and_so_is_its_failure(town: EmailWorld, letters: ReceivedEmails) -> None:
    contribution_id = town.pay_for(PAYER, "CP A", "CE1")
    town.refund(contribution_id, PRICE)
    town.settle(seconds=3)
    told = letters.read()[-1]
    assert told["To"] == PAYER.email
    assert "12,00 €" in body(told)
    (settled,) = (event for event in town.events() if isinstance(event, RefundSettled))
    town.sandbox.do(f"/refunds/{settled.provider_refund}/failure")
    town.settle(seconds=3)
    assert "RefundFailed" in town.kinds()
    assert len([to for to, _ in letters.subjects() if to == PAYER.email]) == 3
    town.check_money()


def test_nothing_personal_is_in_tasks_links_or_events(town: EmailWorld, letters: ReceivedEmails) -> None:
    town.appoint()
    town.name_contact()
    town.pay_for(PAYER, "CP A", "CE1", instalments=3)
    written = str(town.tasks()) + str(town.events()) + str([links(one) for one in letters.read()])
    assert letters.contents
    assert [word for word in PERSONAL if word.casefold() in written.casefold()] == []
