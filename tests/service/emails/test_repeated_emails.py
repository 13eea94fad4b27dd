"""What may repeat: answers that are lost, a plan made anew, a log followed from its beginning; and what is logged."""

from __future__ import annotations

from structlog.testing import capture_logs

from adapters.people_vault import TokenPurpose
from domain.calendar import paris_date
from tests.kit.email_world import PAYER, PERSONAL, EmailWorld, ReceivedEmails, links
from tests.kit.service_world import SLUG
from tests.kit.smtp_server import LOST


def _forget_letters(world: EmailWorld) -> None:
    """Lose the e-mails of the outbox and how far the log was followed, as after the loss of its tables."""
    with world.worker.outbox.pool.connection() as connection:
        connection.execute("DELETE FROM work.tasks WHERE kind LIKE 'letter:%'")
        connection.execute("UPDATE work.followed SET position = 0 WHERE ledger = %s", (SLUG,))


def test_a_letter_whose_answer_was_lost_is_sent_again_under_the_same_name(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    emails.replies.data = LOST
    world.pay_for(PAYER, "CP A")
    assert [row[1] for row in world.tasks() if row[0] == "letter:confirmation"] == ["waiting"]
    taken = emails.ids()
    emails.replies.data = None
    world.settle(seconds=600)
    assert len(emails.ids()) > len(taken) >= 1
    assert len(set(emails.ids())) == 1
    world.settle(days=1)
    assert len(emails.ids()) == len(taken) + 1


def test_each_copy_of_a_repeated_letter_has_a_link_of_its_own_and_all_of_them_serve(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    """No other place holds a link's token, so a letter that is repeated cannot have the same."""
    emails.replies.data = LOST
    contribution_id = world.pay_for(PAYER, "CP A")
    emails.replies.data = None
    world.settle(seconds=600)
    held = [link.rsplit("/", 1)[1] for letter in emails.read() for link in links(letter) if "/attestation/" in link]
    assert len(set(held)) == len(held) == len(emails.ids()) >= 2
    today = paris_date(world.now())
    grants = {world.context.tokens.find(token, TokenPurpose.RECEIPT, today).contribution_id for token in held}
    assert grants == {contribution_id}
    written = str(world.tasks())
    assert [token for token in held if token in written] == []


def test_a_log_followed_anew_soon_after_repeats_letters_under_their_names(
    world: EmailWorld, emails: ReceivedEmails
) -> None:
    world.appoint()
    world.pay_for(PAYER, "CP A")
    before = emails.ids()
    _forget_letters(world)
    world.settle()
    assert sorted(emails.ids()) == sorted([*before, *before])


def test_a_log_followed_anew_after_months_sends_nothing(world: EmailWorld, emails: ReceivedEmails) -> None:
    world.appoint()
    world.pay_for(PAYER, "CP A", "CE1", instalments=3)
    for _ in range(5):
        world.settle(days=20)
    assert world.kinds().count("PaymentCaptured") == 3
    before = emails.ids()
    _forget_letters(world)
    world.settle()
    assert emails.ids() == before
    assert {row[1] for row in world.tasks()} == {"done"}


def test_what_is_logged_of_letters_is_ids_whatever_becomes_of_them(world: EmailWorld, emails: ReceivedEmails) -> None:
    with capture_logs() as lines:
        world.appoint()
        world.name_contact()
        world.pay_for(PAYER, "CP A")
        for reply in ("451 later", "550 <z.quatrebarbes@famille.example> unknown"):
            emails.replies.rcpt = reply
            world.pay_for(PAYER, "CE1")
        emails.replies.rcpt = None
        world.context.vault.erase(world.payer_id)
        world.repeat_letters()
        world.settle(seconds=3_600)
    told = [(line["event"], line.get("reason", "")) for line in lines]
    assert ("letter sent", "") in told
    assert ("letter not sent", "erased") in told
    assert any(event == "letter not sent" and "550" in reason for event, reason in told)
    with world.worker.outbox.pool.connection() as connection:
        rows = connection.execute("SELECT facts ->> 'unsent' FROM work.tasks WHERE facts ? 'unsent'").fetchall()
    assert {row[0] for row in rows} == {"erased", "undeliverable"}, "who looks at a coop is told what did not leave"
    written = (str(lines) + str(world.tasks())).casefold()
    assert [word for word in PERSONAL if word.casefold() in written] == []
