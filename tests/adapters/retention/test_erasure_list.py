"""The list of erasures survives a crash in the middle of a line, several writers, and holds ids only."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.retention import Erasure, ErasureKind, ErasureList, ErasureListUnreadable, ErasureListUnwritable
from tests.kit.example import NOW

ASSOCIATION = uuid4()


def erasure() -> Erasure:
    """Somebody to forget."""
    return Erasure(ASSOCIATION, ErasureKind.PERSON, uuid4(), NOW)


def test_what_is_added_is_read_again_in_order_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "away" / "erasures.jsonl"
    first, second, third = erasure(), erasure(), erasure()
    ErasureList(path).add([first, second])
    ErasureList(path).add([third])
    assert ErasureList(path).read() == [first, second, third]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_list_is_an_empty_one(tmp_path: Path) -> None:
    assert ErasureList(tmp_path / "none").read() == []


def test_a_line_that_was_cut_short_led_to_no_erasure_and_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    first, second = erasure(), erasure()
    ErasureList(path).add([first])
    whole = path.read_bytes()
    for cut in range(1, len(whole)):
        path.write_bytes(whole + whole[:cut].rstrip(b"\n"))
        assert ErasureList(path).read() == [first]
        ErasureList(path).add([second])
        assert ErasureList(path).read() == [first, second]


def test_several_processes_may_add_at_once(tmp_path: Path) -> None:
    path, erasures = tmp_path / "erasures.jsonl", [erasure() for _ in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda one: ErasureList(path).add([one]), erasures))
    assert sorted(one.subject_id for one in ErasureList(path).read()) == sorted(one.subject_id for one in erasures)


@pytest.mark.parametrize("line", [b"{}\n", b"not json\n", b'{"association":"x"}\n', b"\xff\n"])
def test_a_list_that_is_none_of_ours_is_refused_and_not_guessed_at(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "erasures.jsonl"
    path.write_bytes(line)
    with pytest.raises(ErasureListUnreadable):
        ErasureList(path).read()


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(ErasureListUnreadable):
        ErasureList(tmp_path).read()
    with pytest.raises(ErasureListUnwritable):
        ErasureList(tmp_path).add([erasure()])
