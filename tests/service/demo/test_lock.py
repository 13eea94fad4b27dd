"""One folder holds one demonstration at a time: the second is refused before anything of the first is thrown away."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from projections import contributions
from service.bootstrap.failures import UNAVAILABLE
from service.demo.lock import DemoLock, DemonstrationRunning
from service.demo.run import Demonstration
from tests.service.demo.conftest import ServedDemonstration

_HOLDS: Final = """
import sys, time
from pathlib import Path
from service.demo.lock import DemoLock
DemoLock.take(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def typed(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a terminal answers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COOPLEDGER_")}
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *words],
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def orders(demonstration: Demonstration) -> int:
    """How many baskets the story has, read from its database."""
    return len(demonstration.opened.read(contributions.of_campaign, demonstration.ids.campaign_id))


@pytest.mark.parametrize("words", [("--port", "8100"), ("--check",)])
def test_a_second_demonstration_in_the_folder_is_refused_and_the_first_goes_on(
    served: ServedDemonstration, words: tuple[str, ...]
) -> None:
    first = served.demonstration
    before = orders(first), sorted(first.folder.iterdir())
    folder = first.runtime.settings.data_dir
    done = typed("demo", *words, COOPLEDGER_DATA_DIR=str(folder))
    assert (done.returncode, done.stdout) == (UNAVAILABLE, "")
    assert f"Une démonstration tourne déjà dans le dossier {folder}" in done.stderr
    assert f"processus {os.getpid()}" in done.stderr
    assert "Traceback" not in done.stderr
    assert (orders(first), sorted(first.folder.iterdir())) == before != (0, [])


def test_it_says_where_the_first_answers_and_what_it_tells_to_type_works(demonstration: Demonstration) -> None:
    settings = demonstration.runtime.settings
    with pytest.raises(DemonstrationRunning, match="demonstration-running") as unserved:
        Demonstration(settings)
    assert f"(elle se prépare, processus {os.getpid()})" in unserved.value.french
    demonstration.lock.tell(settings.address)
    with pytest.raises(DemonstrationRunning) as refused:
        Demonstration(settings)
    assert f"({settings.address}/, processus {os.getpid()})" in refused.value.french
    (advised,) = re.findall(r"«\u00a0(COOPLEDGER_[^»]+)\u00a0»", refused.value.french)
    folder, program, *words = shlex.split(advised)
    assert program == "./dev"
    name, _, value = folder.partition("=")
    done = typed(*words, "--check", **{name: value})
    assert done.returncode == 0, done.stderr
    assert orders(demonstration) > 0


def test_a_demonstration_that_ended_or_was_killed_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(DemonstrationRunning):
            DemoLock.take(tmp_path)
        first.send_signal(signal.SIGKILL)
    held = DemoLock.take(tmp_path)
    held.tell("http://localhost:8000")
    held.release()
    held.release()
    again = DemoLock.take(tmp_path)
    with pytest.raises(DemonstrationRunning) as refused:
        DemoLock.take(tmp_path)
    assert "localhost:8000" not in refused.value.french, "what an earlier one told is gone"
    again.release()
