"""Signed addresses: each does what it is for until its day, and nothing made up or changed is one."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from service.signed_links import PATHS, LinkExpired, LinkInvalid, LinkPurpose, SignedLink, address, read_token
from service.signed_links import write_token as write

SECRET = bytes(range(32))
DAY = date(2026, 11, 30)
LINK = SignedLink(LinkPurpose.PAY_INSTALMENT, UUID(int=1), UUID(int=2), DAY, 3)


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_a_link_reads_as_it_was_written_up_to_its_last_day(purpose: LinkPurpose) -> None:
    link = LINK._replace(purpose=purpose)
    token = write(SECRET, link)
    assert read_token(SECRET, purpose, token, DAY) == link
    assert token == write(SECRET, link)
    assert (
        address("https://coop.example", "ad06", SECRET, link) == f"https://coop.example/ad06/{PATHS[purpose]}/{token}"
    )


def test_a_link_is_over_the_day_after() -> None:
    with pytest.raises(LinkExpired):
        read_token(SECRET, LINK.purpose, write(SECRET, LINK), DAY + timedelta(days=1))


@pytest.mark.parametrize(("written", "read"), list(permutations(LinkPurpose, 2)))
def test_a_link_for_one_purpose_is_none_for_another(written: LinkPurpose, read: LinkPurpose) -> None:
    with pytest.raises(LinkInvalid):
        read_token(SECRET, read, write(SECRET, LINK._replace(purpose=written)), DAY)


def test_a_link_of_another_association_is_none() -> None:
    with pytest.raises(LinkInvalid):
        read_token(SECRET, LINK.purpose, write(bytes(32), LINK), DAY)


def test_a_link_with_any_character_changed_is_none() -> None:
    token = write(SECRET, LINK)
    for place, character in enumerate(token):
        other = "A" if character != "A" else "B"
        with pytest.raises(LinkInvalid):
            read_token(SECRET, LINK.purpose, token[:place] + other + token[place + 1 :], DAY)


def test_a_link_whose_day_or_number_was_put_off_is_none_even_with_its_old_seal() -> None:
    short, long = write(SECRET, LINK), write(SECRET, LINK._replace(until=date(2035, 1, 1), number=4))
    for cut in range(len(short)):
        mixed = long[:cut] + short[cut:]
        if mixed not in (short, long):
            with pytest.raises(LinkInvalid):
                read_token(SECRET, LINK.purpose, mixed, DAY)


@pytest.mark.parametrize("token", ["", "x", "é", "=", "A" * 10_000, "\x00", "../..", write(SECRET, LINK)[:-1]])
def test_what_is_no_link_at_all_is_refused_like_a_forged_one(token: str) -> None:
    with pytest.raises(LinkInvalid):
        read_token(SECRET, LINK.purpose, token, DAY)
