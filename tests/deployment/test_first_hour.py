"""The first hour leaves nothing out: what documents name is done there or elsewhere, and can be typed as it stands."""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path
from typing import Any, Final

import click
import pytest
from typer.main import get_command

from service.cli.main import app
from tests.deployment.first_hour import addresses, documents
from tests.deployment.first_hour.__main__ import first_of_each
from tests.deployment.first_hour.documents import Named, is_dead
from tests.deployment.first_hour.elsewhere import (
    ADDRESSES_ELSEWHERE,
    COMMANDS_ELSEWHERE,
    PAGES_ELSEWHERE,
    elsewhere,
)
from tests.deployment.first_hour.typed import AFTER_ALL, PLACEHOLDERS, REPLACED, SERVED, SPECIAL, placeholders
from tests.house.sources import ROOT

_SOME: Final = {"SLUG": "ad06", "FOLDER": ".", "BACKUP": ".", "TASK": "1", "$(cat /root/backup)": "."}
_ANY: Final = "11111111-1111-4111-8111-111111111111"
_FILES: Final = ("paiements.xlsx", "reversement.csv", "releve.pdf", "erasures.jsonl")
_ENDS: Final = {"|", "&&", ";", ">", "2>", ">/dev/null"}


def typed_here() -> list[Named]:
    """The commands that the first hour types itself."""
    return [one for one in first_of_each(documents.commands()) if not elsewhere(one)]


def test_every_block_of_the_documents_is_of_a_language_that_is_looked_at() -> None:
    assert documents.languages() <= {*documents.SHELLS, *documents.OTHERS}
    assert len(first_of_each(documents.commands())) > 150


def test_every_word_that_stands_for_something_is_one_that_the_first_hour_knows() -> None:
    assert len(typed_here()) > 60
    unknown = {one.place: placeholders(one.text) - PLACEHOLDERS.keys() for one in typed_here()}
    assert {place: words for place, words in unknown.items() if words} == {}
    assert [one for one in typed_here() if "…" in one.text or re.search(r"<[a-z_]+>", one.text)] == []


def test_every_address_is_opened_or_says_who_does() -> None:
    opened = [one for one in documents.addresses() if one.text not in ADDRESSES_ELSEWHERE]
    assert len(first_of_each(opened)) > 40
    assert {one.place: unknown for one in opened if (unknown := addresses.unknown_words(one.text))} == {}


def test_nothing_is_in_a_table_that_no_document_names_any_more() -> None:
    texts = {one.text for one in documents.commands()}
    assert {*COMMANDS_ELSEWHERE, *SPECIAL, *AFTER_ALL, SERVED} - texts == set()
    assert ADDRESSES_ELSEWHERE.keys() - {one.text for one in documents.addresses()} == set()
    assert addresses.WRITTEN_OUT.keys() - {one.text for one in documents.addresses()} == set()
    here = " ".join(one.text for one in (*typed_here(), *documents.addresses()))
    assert [word for word in (*PLACEHOLDERS, *REPLACED) if word not in here] == []
    assert PAGES_ELSEWHERE.keys() - {one.page for one in documents.commands() if one.block == "sh"} == set()


def test_who_does_it_elsewhere_exists() -> None:
    named = [*COMMANDS_ELSEWHERE.values(), *PAGES_ELSEWHERE.values(), *ADDRESSES_ELSEWHERE.values()]
    assert {one.by for one in named if not (ROOT / one.by).exists()} == set()
    assert [one for one in (*COMMANDS_ELSEWHERE.values(), *PAGES_ELSEWHERE.values()) if not one.by] == []


def test_no_link_is_dead_and_one_to_a_heading_that_is_gone_is_found() -> None:
    assert len(documents.links()) > 100
    assert [link for link in documents.links() if is_dead(link)] == []
    gone = Named("docs/README.md", 1, "operate/restore.md#by-foot")
    assert is_dead(gone)
    assert not is_dead(gone._replace(text="operate/restore.md#by-hand"))


def words(text: str) -> list[str]:
    """The words of the last order of a line that is `coopledger`'s, with something for each placeholder."""
    order = re.search(r"\bcoopledger (.*)", text)
    assert order
    found = []
    for word in shlex.split(order[1].rstrip(")")):
        if word in _ENDS:
            break
        found.append(_SOME.get(word, _ANY if re.fullmatch(r"\$?[A-Z]{4,}(?:_[A-Z]+)*", word) else word))
    return found


def parsed(given: list[str], order: Any) -> str:  # noqa: ANN401 - a command of the click within typer
    """Say what is wrong with an order of the command line, without carrying it out."""
    context = click.Context(order)
    try:
        while hasattr(order, "commands"):
            _, inner, given = order.resolve_command(context, given)
            order = inner
        order.make_context("coopledger", given, parent=context)
    except click.exceptions.Exit:
        return ""
    except Exception as wrong:  # noqa: BLE001 - typer brings a click of its own: what matters is what it says
        return f"{type(wrong).__name__}: {wrong}"
    return ""


def test_what_is_named_of_the_command_line_is_complete_and_can_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in _FILES:
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("Noa\n" * 9))  # some ask for what was not said
    ours = [one for one in first_of_each(documents.commands()) if re.match(r"(?:\S+/)?coopledger ", one.text)]
    assert len(ours) > 80
    program = get_command(app)
    wrong = {f"{one.place} {one.text}": parsed(words(one.text), program) for one in ours}
    assert {place: why for place, why in wrong.items() if why} == {}


def test_an_order_that_lacks_something_is_found() -> None:
    program = get_command(app)
    assert parsed(["work", "parked"], program)
    assert parsed(["work", "parket", "ad06"], program)
    assert not parsed(["work", "parked", "ad06"], program)
