"""The pages about security: each requirement once, each with a test or a reason, and figures that are the code's."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Final

from argon2 import extract_parameters

from adapters.family_accounts import tokens as family_sessions
from adapters.fields import MAX_EMAIL, MAX_LONG_TEXT, MAX_NAME, MAX_PHONE, MAX_TEXT, MAX_TITLE
from adapters.files.attachments import MAX_ATTACHMENT
from adapters.files.pictures import MAX_PICTURE, MAX_PIXELS
from adapters.imports.rows import MAX_ROWS
from adapters.member_accounts import links as member_links
from adapters.rate_limits import RateLimit
from domain.campaign.basket import MAX_CHILDREN
from domain.money import MAX_CENTS
from domain.school_classes import MAX_LABEL
from service.accounts import passwords
from service.http.bounds import concurrency, network_use, turns
from service.http.bounds.body_size import MAX_BYTES
from service.http.bounds.cpu_bound import DOCUMENT, MOST_WAITING, PICTURE
from service.members.session_limits import SESSION_LIMITS
from service.rate_limits import VisitorAction, catalogue
from service.settings import Settings
from tests.house.sources import ROOT

_COUNTED: Final = """
    1.1=2 1.2=9 1.3=11 1.4=3 1.5=2
    2.1=3 2.2=3 2.3=4 2.4=2
    3.2=2 3.3=4 3.4=6 3.5=5 3.7=2
    4.1=3 4.2=1 4.3=2 4.4=4
    5.1=1 5.2=3 5.3=2 5.4=3
    6.1=3 6.2=12 6.3=4 6.4=4 6.5=5 6.6=3 6.8=4
    7.1=3 7.2=4 7.3=2 7.4=5 7.5=2 7.6=2
    8.1=2 8.2=3 8.3=1 8.4=1
    9.1=3 9.2=4
    10.1=2 10.2=2 10.3=4 10.4=11 10.5=5 10.6=2 10.7=3
    11.1=2 11.2=3 11.3=3 11.4=4 11.5=1 11.6=1
    12.1=3 12.2=2 12.3=4
    13.1=1 13.2=5 13.3=2 13.4=5
    14.1=2 14.2=4 14.3=3
    15.1=3 15.2=3 15.3=7
    16.1=1 16.2=5 16.3=4 16.4=3 16.5=3
"""
"""How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has: they come first, in every section."""
LEVELS_1_AND_2: Final = {section: int(most) for section, most in (one.split("=") for one in _COUNTED.split())}
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_IDS: Final = re.compile(r"\| ((?:\d+\.\d+\.\d+(?:, )?)+)(?: (\(3\)))? \| (.+?) \|(?: (.+?) \|)?")
_NOT_MET: Final = re.compile(r"^whole: (.*); in part: (.*)\.$", re.MULTILINE)


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _rows() -> list[tuple[list[str], bool, str, str | None]]:
    """The rows of the page: the numbers, whether of level 3, what is said, and the test or reason."""
    found = map(_IDS.fullmatch, _page("asvs.md").splitlines())
    return [(one[1].split(", "), one[2] is not None, one[3], one[4]) for one in found if one]


def test_every_requirement_of_levels_1_and_2_stands_once() -> None:
    wanted = [f"{section}.{number}" for section, most in LEVELS_1_AND_2.items() for number in range(1, most + 1)]
    stood = Counter(one for ids, third, *_ in _rows() if not third for one in ids)
    assert stood == Counter(wanted)


def test_a_requirement_of_level_3_is_none_of_those() -> None:
    third = [one for ids, is_third, *_ in _rows() if is_third for one in ids]
    assert len(third) > 5
    assert len(third) == len(set(third))
    assert [one for one in third if int(one.rpartition(".")[2]) <= LEVELS_1_AND_2.get(one.rpartition(".")[0], 0)] == []


def test_whatever_applies_names_a_test_or_says_why_there_is_none() -> None:
    shown = [(ids[0], how) for ids, _, _, how in _rows() if how is not None]
    assert len(shown) > 200
    assert [one for one, how in shown if not how.startswith(("`tests/", "reason: ", "not met"))] == []


def test_what_is_not_met_is_said_at_the_top() -> None:
    lists = _NOT_MET.search(_page("asvs.md"))
    assert lists is not None
    said = [how and how.partition("not met")[2] for _, _, _, how in _rows()]
    rows = [(ids[0], how.startswith(" in part")) for (ids, *_), how in zip(_rows(), said, strict=True) if how]
    assert lists[1].split(", ") == [one for one, partly in rows if not partly]
    assert lists[2].split(", ") == [one for one, partly in rows if partly]


def test_a_proof_names_every_fault_and_a_test_for_each() -> None:
    rows = [line.split(" | ") for line in _page("security-proof.md").splitlines() if re.match(r"\| \d+ ", line)]
    assert [int(row[0].strip("| ")) for row in rows] == list(range(1, 28))
    assert [row[0] for row in rows if "`tests/" not in row[-1]] == []


def _pace(limit: RateLimit) -> str:
    return f"{limit.burst}, then one in {limit.refill.total_seconds():g} s"


def _row(action: VisitorAction) -> str:
    by_campaign = _pace(action.by_campaign) if action.by_campaign else ""
    cells = ("; ".join(map(_pace, action.by_network)), by_campaign, _pace(action.by_association))
    return f"| {action.name} | {' | '.join(cells)} | {_pace(action.by_account)} |"


def rate_limit_rows() -> list[str]:
    """The table of what visitors may do, as the page must show it."""
    actions = [one for one in vars(catalogue).values() if isinstance(one, VisitorAction)]
    single = [one for one in vars(catalogue).values() if isinstance(one, RateLimit)]
    return [*map(_row, actions), *(f"| {one.name} | {_pace(one)} | | | |" for one in single)]


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    rows = rate_limit_rows()
    assert len(rows) > 15
    assert [row for row in rows if row not in _page("security.md").splitlines()] == []


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    hasher = extract_parameters(passwords.hash_password("cerise tracteur lundi"))
    said = [
        f"{MAX_NAME} characters of a name",
        f"{MAX_TITLE} of a title",
        f"{MAX_TEXT} of a line",
        f"{MAX_LONG_TEXT:,} of several lines",
        f"{MAX_EMAIL} of an e-mail address",
        f"{MAX_PHONE} of a telephone",
        f"{MAX_LABEL} of a class",
        f"{MAX_CENTS // 100:,} euros",
        f"{MAX_CHILDREN} children",
        f"{MAX_BYTES // 1_000_000} MB",
        f"{MAX_PICTURE // 1_000_000} MB and {MAX_PIXELS // 1_000_000} megapixels",
        f"{MAX_ATTACHMENT // 1_000_000} MB, PDF",
        f"{MAX_ROWS:,} lines",
        f"{concurrency.MAX_CONNECTIONS:,} connections, {concurrency.MAX_OF_ADDRESS:,} of one address",
        f"{concurrency.MAX_STREAMS:,} open pages, {concurrency.MAX_STREAMS_OF_ADDRESS:,} of one address",
        f"{network_use.QUICK_BURST}, then one in {network_use.QUICK_REFILL:g} s are served at once",
        f"{network_use.SITE_SHARE} times that for all of an IPv6 /48",
        f"over {Settings().network_burst:,}, then {Settings().network_per_second:g} a second",
        f"no turn for {turns.LONGEST_WAIT:g} s",
        f"{network_use.MAX_NETWORKS:,} networks are remembered",
        f"{PICTURE.cpu_seconds} s of a processor and {PICTURE.memory >> 30} GiB",
        f"{DOCUMENT.cpu_seconds} s and {DOCUMENT.memory >> 30} GiB",
        f"{MOST_WAITING} wait",
        f"{passwords.SHORTEST} to {passwords.LONGEST} characters",
        f"Argon2id, {hasher.memory_cost >> 10} MiB, {hasher.time_cost} passes, {hasher.parallelism} lanes",
        f"{family_sessions.SESSION_LIFE.days} days without a visit, {family_sessions.LONGEST_SESSION.days} at all",
        f"{member_links.LINK_LIFE[member_links.MemberLinkPurpose.SIGN_IN] // _MINUTE} minutes, once",
        *(
            f"| {role.value} | {limits.idle / _HOUR:g} h | {limits.absolute / _HOUR:g} h |"
            for role, limits in SESSION_LIMITS.items()
            if limits.absolute
        ),
    ]
    page = _page("security.md")
    assert [figure for figure in said if figure not in page] == []
