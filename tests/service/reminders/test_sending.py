"""How often letters of reminders leave: once at most, and what is seen of a task is the same whatever became of it."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from adapters.email import SmtpSettings, SmtpTransport
from domain.campaign.publication import SuspendCampaign
from domain.campaign.reminders import (
    ReminderNotOpen,
    RemindersUsedUp,
    ReminderTooSoon,
    TooFewFamilies,
)
from service.reminders import sender
from service.reminders.sender import ReminderSender
from tests.kit.email_world import HOLDER, ReceivedEmails
from tests.kit.example_emails import letter
from tests.kit.smtp_server import LOST, SmtpReplies
from tests.service.reminders.conftest import FAMILIES
from tests.service.reminders.reminder_world import REMINDER, TO_THE_END, ReminderWorld, reminded
from tests.service.reminders.test_addressees import payer


class Crashed(BaseException):
    """The process ends here: nothing catches it."""


def test_every_task_stands_alike_at_every_moment_whoever_contributed(
    world: ReminderWorld, replies: SmtpReplies
) -> None:
    for name in FAMILIES[:3]:
        world.pay_for(payer(name), "CP A")
    replies.mail = "421 4.3.0 too busy"
    world.ask()
    seen = []
    for _ in range(8):
        world.settle(seconds=TO_THE_END.total_seconds() / 8)
        seen.append(world.reminder_tasks())
    for tasks in seen:
        assert len(tasks) == len(FAMILIES)
        assert {error for _, _, _, error, *_ in tasks} <= {None, "wait-until"}
    assert {tuple(task[1:5]) for task in seen[-1]} == {("done", 2, None, None)}


def test_a_fault_of_ours_in_sending_is_seen_no_more_than_one_of_the_server(
    world: ReminderWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected error would be logged with its task, and parked: only a letter that was to leave can have one."""

    def broken(_self: SmtpTransport, _email: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(SmtpTransport, "send", broken)
    world.pay(*("CP A",))
    world.remind()
    assert {tuple(task[1:5]) for task in world.reminder_tasks()} == {("done", 2, None, None)}


def test_a_task_that_crashed_after_its_letter_left_sends_no_second_one(
    world: ReminderWorld, emails: ReceivedEmails, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = ReminderSender._send

    def crash(self: ReminderSender, *rest: Any) -> None:  # noqa: ANN401 - as it is given
        send(self, *rest)
        raise Crashed

    world.ask()
    world.worker.plan()
    with monkeypatch.context() as patch:
        patch.setattr(ReminderSender, "_send", crash)
        world.sandbox.pass_time(seconds=TO_THE_END.total_seconds())
        with pytest.raises(Crashed):
            world.worker.work()
    assert len(reminded(emails)) == 1
    world.run_to_the_end()
    assert reminded(emails) == list(FAMILIES)


def test_a_letter_that_certainly_did_not_leave_is_tried_again_and_one_that_may_have_left_is_not(
    world: ReminderWorld, emails: ReceivedEmails, replies: SmtpReplies
) -> None:
    replies.mail = "421 4.3.0 too busy"
    world.ask()
    world.settle(seconds=TO_THE_END.total_seconds() / 4)
    assert reminded(emails) == []
    replies.mail = None
    world.run_to_the_end()
    assert reminded(emails) == list(FAMILIES)
    world.days_later(5)
    replies.data = LOST
    world.remind()
    assert reminded(emails) == sorted(FAMILIES * 2)


def test_who_stands_on_the_lists_of_two_classes_is_written_to_once_in_five_days(
    world: ReminderWorld, emails: ReceivedEmails
) -> None:
    world.write_down("abel", "gomez", "hardy", "irles", "jolly", code="CE1")
    world.ask("CPA")
    world.ask("CE1")
    world.run_to_the_end()
    assert reminded(emails).count("abel") == 1
    assert set(reminded(emails)) == {*FAMILIES, "gomez", "hardy", "irles", "jolly"}


def test_after_a_long_outage_no_letter_leaves(world: ReminderWorld, emails: ReceivedEmails) -> None:
    world.ask()
    world.worker.plan()
    world.sandbox.pass_time(days=3)
    world.run_to_the_end()
    assert reminded(emails) == []
    assert {state for _, state, *_ in world.reminder_tasks()} == {"done"}


def test_the_fourth_reminder_is_refused_and_days_are_those_of_paris(
    world: ReminderWorld, emails: ReceivedEmails
) -> None:
    world.settle(seconds=timedelta(hours=13, minutes=50).total_seconds())  # 22:50 UTC is 23:50 in Paris
    world.remind()
    with pytest.raises(ReminderTooSoon):
        world.ask()
    world.sandbox.pass_time(seconds=(timedelta(days=4) - TO_THE_END * 4 / 3).total_seconds())
    with pytest.raises(ReminderTooSoon) as refused:
        world.ask()
    assert "possible le 7 novembre 2026" in refused.value.french
    world.sandbox.pass_time(seconds=timedelta(minutes=20).total_seconds())
    world.remind()
    world.days_later(5)
    world.remind()
    world.days_later(5)
    with pytest.raises(RemindersUsedUp):
        world.ask()
    assert reminded(emails) == sorted(FAMILIES * 3)
    assert world.kinds().count("ReminderAsked") == 3


@pytest.mark.parametrize("names", [("abel", "blin", "cornu", "duval"), ()])
def test_a_class_of_four_families_is_refused_in_words_that_name_nobody(
    world: ReminderWorld, names: Sequence[str]
) -> None:
    world.write_down(*names, code="CE1")
    with pytest.raises(TooFewFamilies) as refused:
        world.ask("CE1")
    assert "5 familles au moins" in refused.value.french
    assert not any(name in refused.value.french.casefold() for name in FAMILIES)
    assert world.opened.reminders.size(world.campaign_id, "CE1") is None
    assert "ReminderAsked" not in world.kinds()


def test_parents_of_one_name_and_who_works_with_the_coop_make_no_family_more(world: ReminderWorld) -> None:
    world.write_down("abel", "blin", "cornu", "duval", code="CE1")
    world.write_down_as("ABEL", "abel.pere@famille.example", code="CE1")
    world.appoint()
    world.write_down_as("MARDEGAN", HOLDER.email, code="CE1")
    with pytest.raises(TooFewFamilies):
        world.ask("CE1")


def test_an_association_that_wants_more_families_gets_them(world: ReminderWorld) -> None:
    with pytest.raises(TooFewFamilies, match="least=7"):
        world.ask(least=7)
    world.ask(least=1)


def test_a_campaign_that_is_not_open_reminds_nobody_and_fixes_no_list(world: ReminderWorld) -> None:
    world.do(SuspendCampaign)
    with pytest.raises(ReminderNotOpen):
        world.ask()
    assert world.opened.reminders.size(world.campaign_id, "CPA") is None


def test_a_look_lasts_as_long_whether_a_letter_left_or_not(
    world: ReminderWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr(sender, "BEAT", 1_000.0)
    worker = world.worker._outbox_worker
    usual: Any = worker._handlers[REMINDER]
    slow = ReminderSender(usual.__self__._email_sender, usual.__self__._opened_of, rests.append)
    monkeypatch.setattr(worker, "_handlers", {**worker._handlers, REMINDER: slow.reminder_task})
    for name in FAMILIES[:5]:
        world.pay_for(payer(name), "CP A")
    world.remind()
    assert len(rests) == 3 * len(FAMILIES)
    assert all(900 < rest <= 1_000 for rest in rests)


def test_no_server_is_asked_to_report_what_it_could_not_deliver(
    server: SmtpSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 3461: the mailbox of the sender, which somebody reads, hears of no address (beside, nobody can answer)."""
    options: list[object] = []

    def sendmail(*_: object, rcpt_options: object = (), **__: object) -> dict[str, object]:
        options.append(rcpt_options)
        return {}

    monkeypatch.setattr(smtplib.SMTP, "sendmail", sendmail)
    SmtpTransport(server).send(letter(silent=True))
    monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda _self, name: name in {"dsn", "starttls", "auth"})
    SmtpTransport(server).send(letter(silent=True))
    SmtpTransport(server).send(letter())
    assert options == [(), ("NOTIFY=NEVER",), ()]
