"""Webhook events that come at once are kept together, each once; what tells nothing new is kept as done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import psycopg
import pytest

from adapters.connections import Lender
from adapters.jobs import WebhookInbox
from adapters.payments.subjects import Shown, Subject, SubjectKind
from adapters.payments.values import WebhookEvent

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAYMENT = "pi_1"
THREADS = 16


def told(event: str, kind: str = "charge.succeeded", payment: str = PAYMENT) -> WebhookEvent:
    """Something the provider says of a payment."""
    return WebhookEvent(
        event=event,
        kind=kind,
        object_id="ch_1",
        account=None,
        created_at=NOW,
        api_version="v",
        live=False,
        payment=payment,
        ledger="ad06",
    )


def subject(wants: Shown, payment: str = PAYMENT) -> Subject:
    """What is looked at because of it, and how much of it must be seen."""
    return Subject(SubjectKind.PAYMENT, payment, None, ("charge.succeeded", "charge.updated"), wants)


def test_what_comes_at_once_is_kept_once_each_and_each_caller_hears_of_its_own(pool: Lender) -> None:
    inbox, together = WebhookInbox(pool), Barrier(THREADS)

    def keep(number: int) -> bool:
        together.wait()
        return inbox.keep("platform", told(f"evt_{number // 2}"), b"{}", NOW, subject(Shown.PAID))

    with ThreadPoolExecutor(THREADS) as threads:
        kept = list(threads.map(keep, range(THREADS)))
    assert [kept[first] + kept[first + 1] for first in range(0, THREADS, 2)] == [1] * (THREADS // 2)
    assert inbox.count() == {"waiting": THREADS // 2}


def test_one_that_cannot_be_kept_is_the_error_of_its_own_caller_alone(pool: Lender) -> None:
    inbox, together = WebhookInbox(pool), Barrier(THREADS)

    def keep(number: int) -> bool:
        together.wait()
        name = "evt_\x00" if number == 0 else f"evt_{number}"
        return inbox.keep("platform", told(name), b"{}", NOW, subject(Shown.PAID))

    with ThreadPoolExecutor(THREADS) as threads:
        answers = [threads.submit(keep, number) for number in range(THREADS)]
        assert [answer.result() for answer in answers[1:]] == [True] * (THREADS - 1)
        with pytest.raises(psycopg.DataError):
            answers[0].result()
    assert inbox.count() == {"waiting": THREADS - 1}


def test_what_tells_no_more_than_was_seen_of_its_payment_is_kept_as_done(pool: Lender) -> None:
    inbox = WebhookInbox(pool)
    assert inbox.keep("platform", told("evt_1"), b"{}", NOW, subject(Shown.PAID))
    inbox.answered(["evt_1"], NOW, payment=PAYMENT, shown=Shown.PAID)
    assert inbox.keep("platform", told("evt_2"), b"{}", NOW, subject(Shown.PAID))
    assert inbox.keep("platform", told("evt_3", "charge.updated"), b"{}", NOW, subject(Shown.CHARGED))
    other = told("evt_4", payment="pi_2")
    assert inbox.keep("platform", other, b"{}", NOW, subject(Shown.PAID, "pi_2"))
    assert inbox.keep("platform", told("evt_5", "invoice.paid"), b"{}", NOW, None)
    assert [one.key for one in inbox.due(NOW)] == ["evt_3", "evt_4"]
    assert inbox.count() == {"done": 3, "waiting": 2}
