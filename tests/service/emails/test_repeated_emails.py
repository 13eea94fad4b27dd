"""What may repeat: answers that are lost, a plan made anew, a log followed from its beginning; and what is logged."""

from __future__ import annotations

from structlog.testing import capture_logs

from tests.kit.email_world import PAYER, PERSONAL, EmailWorld, ReceivedEmails
from tests.kit.service_world import SLUG
from tests.kit.smtp_server import LOST


def _forget_letters(town: EmailWorld) -> None:
    """Lose the letters of the outbox and how far the log was followed, as after the loss of its tables."""
    with town.worker.outbox.pool.connection() as connection:
        connection.execute("DELETE FROM work.tasks WHERE kind LIKE 'letter:%'")
        connection.execute("UPDATE work.followed SET position = 0 WHERE ledger = %s", (SLUG,))


def test_a_letter_whose_answer_was_lost_is_sent_again_under_the_same_name(
    town: EmailWorld, letters: ReceivedEmails
) -> None:
    letters.moods.data = LOST
    town.pay_for(PAYER, "CP A")
    assert [row[1] for row in town.tasks() if row[0] == "letter:confirmation"] == ["waiting"]
    taken = letters.ids()
    letters.moods.data = None
    town.settle(seconds=600)
    assert len(letters.ids()) > len(taken) >= 1
    assert len(set(letters.ids())) == 1
    town.settle(days=1)
    assert len(letters.ids()) == len(taken) + 1


def test_a_log_followed_anew_soon_after_repeats_letters_under_their_names(
    town: EmailWorld, letters: ReceivedEmails
) -> None:
    town.appoint()
    town.pay_for(PAYER, "CP A")
    before = letters.ids()
    _forget_letters(town)
    town.settle()
    assert sorted(letters.ids()) == sorted([*before, *before])


def test_a_log_followed_anew_after_months_sends_nothing(town: EmailWorld, letters: ReceivedEmails) -> None:
    town.appoint()
    town.pay_for(PAYER, "CP A", "CE1", instalments=3)
    for _ in range(5):
        town.settle(days=20)
    assert town.kinds().count("PaymentCaptured") == 3
    before = letters.ids()
    _forget_letters(town)
    town.settle()
    assert letters.ids() == before
    assert {row[1] for row in town.tasks()} == {"done"}


def test_what_is_logged_of_letters_is_ids_whatever_becomes_of_them(town: EmailWorld, letters: ReceivedEmails) -> None:
    with capture_logs() as lines:
        town.appoint()
        town.name_contact()
        town.pay_for(PAYER, "CP A")
        for mood in ("451 later", "550 <z.quatrebarbes@famille.example> unknown"):
            letters.moods.rcpt = mood
            town.pay_for(PAYER, "CE1")
        letters.moods.rcpt = None
        town.context.vault.erase(town.payer_id)
        town.repeat_letters()
        town.settle(seconds=3_600)
    told = [(line["event"], line.get("reason", "")) for line in lines]
    assert ("letter sent", "") in told
    assert ("letter not sent", "erased") in told
    assert any(event == "letter not sent" and "550" in reason for event, reason in told)
    written = (str(lines) + str(town.tasks())).casefold()
    assert [word for word in PERSONAL if word.casefold() in written] == []
