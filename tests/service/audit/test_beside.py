"""The log is read by a process of its own where that is worth it: whoever reads it, the same is found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

from service.audit.findings import FindingKind
from service.audit.log.beside import LONG, worker_for
from service.audit.place import AuditPlace
from service.audit.verification import verify_ledger
from tests.service.audit.forger import Forger
from tests.service.audit.tampering import CAPTURED, change_byte, change_day, renumber

WAYS = ["fork", "spawn"] if sys.platform == "linux" else ["spawn"]
BESIDE: list[Callable[[], Executor]] = [
    partial(ThreadPoolExecutor, 1),
    *(partial(ProcessPoolExecutor, 1, get_context(way)) for way in WAYS),
]


def test_a_process_is_started_anew_for_a_long_log_alone() -> None:
    with worker_for(LONG - 1) as short, worker_for(LONG) as long:
        assert isinstance(short, ThreadPoolExecutor)
        assert isinstance(long, ProcessPoolExecutor)


ALONE = "3" if sys.platform == "linux" else "None"
"""What a process without other threads says of a fork: only Linux tells how many threads there are."""
FORKED = """
from threading import Event, Thread
from service.audit.log.beside import forked_worker
with forked_worker() as alone:
    print(None if alone is None else alone.submit(sum, (1, 2)).result())
done = Event()
other = Thread(target=done.wait)
other.start()
with forked_worker() as beside:
    print(beside)
done.set()
"""


def test_a_process_that_runs_no_other_thread_forks_and_one_that_does_never() -> None:
    said = subprocess.run([sys.executable, "-c", FORKED], check=True, capture_output=True, text=True)
    assert said.stdout.split() == [ALONE, "None"]


def test_what_the_command_loads_runs_no_thread_that_would_forbid_a_fork() -> None:
    loaded = "service.cli.main, service.cli.inspection.audit, service.audit.verification, service.bootstrap.database"
    script = f"import {loaded}\n"
    said = subprocess.run([sys.executable, "-c", script + FORKED], check=True, capture_output=True, text=True)
    assert said.stdout.split()[0] == ALONE


def test_another_process_finds_what_a_thread_finds(place: AuditPlace, forger: Forger) -> None:
    for tamper in (None, renumber, change_day, change_byte):
        if tamper is not None:
            tamper(forger)
        verdicts = []
        for begin in BESIDE:
            with begin() as beside:
                verdicts.append(verify_ledger(place, patience=0, beside=beside))
        assert all(verdict == verdicts[0] for verdict in verdicts)
        assert verdicts[0].sound is (tamper is None)


def test_what_a_coop_s_events_make_is_told_where_the_chain_cannot_be_read(place: AuditPlace, forger: Forger) -> None:
    renumber(forger)
    forger.run("DROP TABLE ad06.ledger_head CASCADE")
    kinds = {found.kind for found in verify_ledger(place, patience=0).findings}
    assert {FindingKind.CHAIN, FindingKind.PAPER} <= kinds
    assert FindingKind.KEY not in kinds


def test_an_event_that_cannot_be_booked_stops_what_is_folded_of_its_coop_where_it_stands(
    place: AuditPlace, forger: Forger
) -> None:
    forger.run(
        "UPDATE ad06.ledger_events SET state = convert_to(jsonb_set(convert_from(state, 'UTF8')::jsonb, '{shares}',"
        " '[]')::text, 'UTF8') WHERE position = 19"
    )
    found = verify_ledger(place, patience=0).findings
    replayed, papers = ([one for one in found if one.kind is kind] for kind in (FindingKind.REPLAY, FindingKind.PAPER))
    assert [one.position for one in replayed] == [one.position for one in papers] == [CAPTURED]
    assert "ne peuvent pas être établies à nouveau (ledger-corrupt)" in papers[0].sentence
    told = [one.sentence for one in found if one.kind is FindingKind.CLOSING]
    assert "La vérification « Clôtures » n’a pas pu aller à son terme (ledger-corrupt)." in told
