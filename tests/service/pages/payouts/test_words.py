"""Each state of a payout has its sentences: what happened, what is still to come and when, and what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import pytest

from domain.calendar import french_moment
from domain.coop.state import PayoutStatus
from domain.funds.departures import DatedCents, Departures
from projections.payouts import PayoutRow
from reports.parts.wording import PAYOUT_STATES
from reports.treasury.payout_lines import part_words
from service.pages.payouts.words import LEAVES, PayoutStep, PayoutWait, arrival_day, payout_steps, what_to_do

_TODAY: Final = date(2026, 12, 2)
_ASKED: Final = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
_ROW: Final = PayoutRow(
    payout_id=UUID(int=1),
    coop_id=UUID(int=2),
    cents=36_00,
    status="requested",
    bank_account_id=UUID(int=3),
    provider_payout=None,
    requested_at=_ASKED,
    sent_at=None,
    paid_at=None,
    failed_at=None,
    reason=None,
    bank_line_id=None,
    booked_on=None,
    return_line_id=None,
    returned_on=None,
    statement="",
    position=7,
)
_SENT: Final = _ROW._replace(status="sent", sent_at=datetime(2026, 12, 4, 10, tzinfo=UTC))
_PAID: Final = _SENT._replace(status="paid", paid_at=datetime(2026, 12, 7, 6, tzinfo=UTC))
_BACK: Final = _PAID._replace(status="returned", failed_at=datetime(2026, 12, 9, 8, tzinfo=UTC), reason="no_account")
_ALL: Final = Departures(36_00, (), 0)
_LATER: Final = Departures(24_00, (DatedCents(date(2026, 12, 4), 12_00),), 0)


def plain(text: str) -> str:
    """A text with plain spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def steps(row: PayoutRow, wait: PayoutWait = PayoutWait(None)) -> list[PayoutStep]:  # noqa: B008 - it never changes
    """The steps of a payout on 2 December 2026, with plain spaces."""
    made = payout_steps(row, french_moment, _TODAY, wait)
    return [PayoutStep(plain(one.label), plain(one.when), plain(one.said)) for one in made]


def test_one_that_waits_for_recent_payments_says_how_much_and_until_when() -> None:
    asked, leaves, arrives = steps(_ROW, PayoutWait(_LATER))
    assert asked.label == "Demandé"
    assert leaves.said == (
        "Le prestataire garde encore 12,00 € de ce virement, venus de paiements récents : "
        "il part en une fois, à partir du 4 décembre 2026."
    )
    assert arrives.said == "Le 7 décembre 2026 au plus tôt."


def test_one_whose_money_is_there_leaves_in_minutes_and_arrives_on_the_next_bank_day() -> None:
    _, leaves, arrives = steps(_ROW, PayoutWait(_ALL))
    assert leaves.said == "Le prestataire a l’argent : le virement part en général en quelques minutes."
    assert arrives.said == "Le 3 décembre 2026 au plus tôt."


def test_one_that_was_given_to_the_provider_leaves_in_a_moment_and_is_kept_by_nobody() -> None:
    _, leaves, arrives = steps(_ROW, PayoutWait(None, is_leaving=True))
    assert leaves.said == "Demandé au prestataire de paiement : il part dans un instant."
    assert arrives.said == "Le 3 décembre 2026 au plus tôt."


def test_one_of_which_the_provider_tells_no_day_says_how_long_it_takes_in_general() -> None:
    _, leaves, arrives = steps(_ROW, PayoutWait(Departures(0, (), 36_00)))
    assert "garde encore 36,00 €" in leaves.said
    assert leaves.said.endswith("il part en une fois, sous 7 jours en général.")
    assert arrives.said == "Le jour ouvré des banques qui suit son départ."


def test_one_of_which_the_provider_says_nothing_has_the_general_sentence() -> None:
    assert steps(_ROW)[1].said == plain(LEAVES)


def test_one_that_an_obstacle_keeps_back_says_it_and_promises_no_day() -> None:
    _, leaves, arrives = steps(_ROW, PayoutWait(_ALL, "Les virements sont suspendus."))
    assert leaves.said == "Les virements sont suspendus."
    assert arrives.said == "Le jour ouvré des banques qui suit son départ."


def test_one_that_left_arrives_on_the_bank_day_after() -> None:
    assert [one.label for one in steps(_SENT)] == ["Demandé", "Parti vers la banque", "Arrive à la banque"]
    assert steps(_SENT)[-1].said == "Le 7 décembre 2026 au plus tôt."


def test_one_that_should_be_there_says_since_when_it_is_expected() -> None:
    late = payout_steps(_SENT, french_moment, date(2026, 12, 8))
    assert plain(late[-1].said) == "Attendu depuis le 7 décembre 2026 : une banque peut prendre quelques jours."


def test_one_that_arrived_says_nothing_to_come() -> None:
    assert [one.label for one in steps(_PAID)] == ["Demandé", "Parti vers la banque", "Arrivé à la banque"]
    booked = steps(_PAID._replace(booked_on=date(2026, 12, 7)))
    assert booked[-1] == PayoutStep("Retrouvé sur le relevé de la banque", "7 décembre 2026")


def test_one_that_was_cancelled_says_that_the_money_stayed() -> None:
    made = steps(_ROW._replace(status="cancelled"))
    assert made[1:] == [PayoutStep("Annulé avant son départ", "", "L’argent est resté sur le compte en ligne.")]


def test_one_that_was_refused_or_sent_back_says_why_and_what_to_do() -> None:
    refused = _SENT._replace(status="failed", failed_at=_BACK.failed_at, reason="account_closed")
    assert (steps(refused)[-1].label, steps(refused)[-1].said) == ("Refusé", "Le compte est fermé.")
    assert "Cause : le compte est fermé." in plain(what_to_do(refused))
    returned = steps(_BACK._replace(returned_on=date(2026, 12, 10)))
    assert [one.label for one in returned[-2:]] == [
        "Revenu de la banque",
        "Retour retrouvé sur le relevé de la banque",
    ]
    assert returned[-2].said == "La banque ne trouve pas ce compte."
    assert "demandez un nouveau virement" in what_to_do(_BACK)
    assert "le prestataire n’en dit pas plus" in what_to_do(_BACK._replace(reason="new_code"))


@pytest.mark.parametrize("status", PayoutStatus)
def test_every_state_has_a_word_and_only_those_that_failed_have_something_to_do(status: PayoutStatus) -> None:
    assert PAYOUT_STATES[status]
    assert bool(what_to_do(_BACK._replace(status=status.value))) is (status in {"failed", "returned"})


def test_a_payout_arrives_on_no_weekend_and_on_no_closing_day_of_the_banks() -> None:
    assert arrival_day(_ALL, date(2026, 12, 4)) == date(2026, 12, 7)
    assert arrival_day(None, date(2026, 12, 24)) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ((), ""),
        (((date(2026, 12, 4), 10_29),), "1,71 € de 12,00 € (le reste : virement du 4 décembre 2026)"),
        (((None, 10_29),), "1,71 € de 12,00 € (le reste : prochain virement)"),
        (
            ((date(2026, 12, 4), 5_00), (None, 5_29)),
            "1,71 € de 12,00 € (le reste : 5,00 €, virement du 4 décembre 2026 ; 5,29 €, prochain virement)",
        ),
    ],
)
def test_a_line_in_part_says_of_how_much_and_where_the_rest_is(
    rest: tuple[tuple[date | None, int], ...], said: str
) -> None:
    assert plain(part_words(1_71, 12_00, rest)) == said
