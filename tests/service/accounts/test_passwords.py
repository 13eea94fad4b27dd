"""A password that would be guessed is refused, in French too; one made of words that have nothing to do passes."""

from __future__ import annotations

import contextlib
import time

import pytest

from service.accounts import passwords
from service.accounts.passwords import LONGEST, check_password, hash_password, is_outdated, matches
from service.fields import FieldError

HOLDER = ("Zéphyrine", "QUATREBARBES", "z.quatrebarbes@famille.example", "z.quatrebarbes")


@pytest.mark.parametrize(
    "password",
    [
        *("1234567890123", "iloveyou1234", "marseille2024", "motdepasse123456", "azertyuiop123", "bonjourbonjour"),
        *("soleilsoleil12", "chocolatchocolat", "louloulou1234", "cooperative2026", "printemps2025!", "P@ssw0rd2024!"),
        *("aaaaaaaaaaaaaaaa", "abcdefghijkl", "anniversaire!", "QuatreBarbes06", "zephyrine2015", "coopledger1234"),
        *("qwertyuiop12", "01/09/2026 01", "marseillemarseille" * 5, "poissonrouge12"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(password: str) -> None:
    with pytest.raises(FieldError) as refused:
        check_password(password, *HOLDER)
    assert "trop facile" in refused.value.french


@pytest.mark.parametrize(
    "password",
    [
        *("cerise tracteur lundi", "girafe parapluie mardi", "correct horse battery staple", "ZXhv7qKp2mWs"),
        *(
            "tulipe-vélo-armoire",
            "Le chat de ma tante 4 pattes",
            "é" * 3 + "brouette karaté",
            "x9!fR" + "brouette karaté gomme " * 8,
        ),
    ],
)
def test_words_that_have_nothing_to_do_with_each_other_pass(password: str) -> None:
    check_password(password, *HOLDER)


def test_length_is_counted_first() -> None:
    wrongs = {"onze lettre": "12 caractères au moins", "cerise tracteur " * 13: "200 caractères au plus"}
    for wrong, sentence in wrongs.items():
        with pytest.raises(FieldError) as refused:
            check_password(wrong)
        assert sentence in refused.value.french


@pytest.mark.parametrize("password", ["4@8({[<369€1!|0$5+7%2" * 9, "@4({[<369€$!1" * 15, "p4ssw0rd" * 25, "1" * 200])
def test_no_password_is_looked_at_for_long(password: str) -> None:
    begun = time.thread_time()
    with contextlib.suppress(FieldError):
        check_password(password, *HOLDER)
    assert time.thread_time() - begun < 0.5


def test_a_password_is_the_one_that_was_chosen_and_no_other_sign_more_or_less() -> None:
    longest = ("cerise tracteur lundi " * 10)[:LONGEST]
    known = hash_password(longest)
    tried = (longest, longest + "x", longest[:-1], longest.upper(), f" {longest[1:]}")
    assert [matches(one, known) for one in tried] == [True, False, False, False, False]


def test_where_there_is_no_account_an_answer_takes_as_long_as_where_there_is_one() -> None:
    assert not is_outdated(passwords._DUMMY_HASH)
    assert not matches("nobody's password", None)
    assert matches("nobody's password", passwords._DUMMY_HASH)
