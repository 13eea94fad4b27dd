"""``./dev bench``: what is chosen is measured, each figure is told at once, and a failure stops nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from benchmarks.__main__ import main, reason_of
from benchmarks.bench import Bench
from benchmarks.figures import Claim, Figure
from benchmarks.subject import Subject

FIELDS: Final = {"subject", "name", "value", "unit", "rival", "ratio", "bar", "holds"}
FAST: Final = Claim("answers", "per second", "somebody", "≥ 0.5", "≥ 1.0")
SLOW: Final = Claim("  p99", "ms", "somebody")


def subject(name: str, measure: Callable[[Bench], Iterator[Figure]]) -> Subject:
    """A subject that needs no server."""
    return Subject(name, f"what {name} does", 0.1, (FAST, SLOW), measure)


def good(_: Bench) -> Iterator[Figure]:
    """Measure two figures."""
    yield FAST.figure(120.0, 0.75)
    yield SLOW.figure(8.1234, 1.2)


def bad(_: Bench) -> Iterator[Figure]:
    """Measure one figure, and fail."""
    yield FAST.figure(1.0, 0.25)
    raise RuntimeError("the server ended by itself")


SUBJECTS: Final = (subject("first", good), subject("second", bad), subject("third", good))


def lines_of(file: Path) -> list[dict[str, Any]]:
    """What a file holds."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_list_is_printed_and_nothing_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"], SUBJECTS) == 0
    said = capsys.readouterr().out
    assert "what second does" in said
    assert "answers, per second, against somebody: bar ≥ 0.5, aim ≥ 1.0" in said
    assert "failed" not in said


def test_a_list_of_named_subjects_holds_those_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "third"], SUBJECTS) == 0
    said = capsys.readouterr().out
    assert "what third does" in said
    assert "what first does" not in said


def test_the_subjects_that_are_named_are_measured_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["third"], SUBJECTS) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert " ".join(first.split()) == "third answers 120.0 per second 0.75 × somebody (bar ≥ 0.5: holds)"
    assert " ".join(second.split()) == "third p99 8.1 ms 1.20 × somebody"


def test_a_name_that_no_subject_has_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["thrid"], SUBJECTS)
    assert ended.value.code == 2
    assert "thrid" in capsys.readouterr().err


def test_a_subject_that_fails_is_told_with_its_reason_and_those_after_it_are_measured(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "figures.jsonl"
    assert main(["--json", str(file)], SUBJECTS) == 1
    said = capsys.readouterr()
    assert "second       failed: RuntimeError: the server ended by itself" in said.out.splitlines()
    assert "Traceback" in said.err
    run, *told = lines_of(file)
    assert list(run) == ["run"]
    assert [line["subject"] for line in told] == ["first", "first", "second", "second", "third", "third"]
    assert told[3] == {"subject": "second", "failed": "RuntimeError: the server ended by itself"}


def test_each_line_of_json_says_everything_and_each_run_once_when_of_what_and_where(tmp_path: Path) -> None:
    file = tmp_path / "figures.jsonl"
    for _ in range(2):
        assert main(["first", "--json", str(file), "--quick"], SUBJECTS) == 0
    told = lines_of(file)
    assert [set(line) for line in told] == [{"run"}, FIELDS, FIELDS] * 2
    assert told[0]["run"].keys() == {"at", "commit", "machine", "quick"}
    assert told[0]["run"]["quick"] is True
    assert told[1] == {
        "subject": "first",
        "name": "answers",
        "value": 120.0,
        "unit": "per second",
        "rival": "somebody",
        "ratio": 0.75,
        "bar": "≥ 0.5",
        "holds": True,
    }
    assert (told[2]["value"], told[2]["holds"]) == (8.123, None)


def test_a_figure_is_told_before_the_next_is_measured(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "figures.jsonl"
    seen: list[tuple[str, int]] = []

    def slowly(_: Bench) -> Iterator[Figure]:
        yield FAST.figure(1.0, 1.0)
        seen.append((capsys.readouterr().out, len(lines_of(file))))
        yield SLOW.figure(1.0, 1.0)

    assert main(["--json", str(file)], [subject("slow", slowly)]) == 0
    ((printed, lines),) = seen
    assert printed.startswith("slow         answers")
    assert lines == 2


@pytest.mark.parametrize("quick", [True, False])
def test_a_subject_knows_how_long_it_may_take(*, quick: bool) -> None:
    chosen: list[str] = []

    def choose(bench: Bench) -> Iterator[Figure]:
        chosen.append(bench.choose("full", "quick"))
        yield from ()

    assert main(["--quick"] if quick else [], [subject("one", choose)]) == 0
    assert chosen == ["quick" if quick else "full"]


def test_nothing_of_a_run_is_left() -> None:
    folders: list[Path] = []

    def look(bench: Bench) -> Iterator[Figure]:
        folders.append(bench.folder)
        (bench.folder / "kept").touch()
        yield from ()

    assert main([], [subject("one", look), subject("two", look)]) == 0
    assert not folders[0].exists()


def test_of_a_process_that_failed_the_reason_is_what_it_said_last() -> None:
    error = subprocess.CalledProcessError(1, ["load"], stderr="…\nanswered 503 and not 201: full\n")
    assert reason_of(error).endswith("… answered 503 and not 201: full")
