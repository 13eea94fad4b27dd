"""A long log is read by a process of its own: whoever reads it, the same is found."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from service.audit.findings import FindingKind
from service.audit.log.beside import LONG, worker_for
from service.audit.place import AuditPlace
from service.audit.verification import verify_ledger
from tests.service.audit.forger import Forger
from tests.service.audit.tampering import CAPTURED, change_byte, change_day, renumber


def test_a_process_is_started_for_a_long_log_alone() -> None:
    with worker_for(LONG - 1) as short, worker_for(LONG) as long:
        assert isinstance(short, ThreadPoolExecutor)
        assert isinstance(long, ProcessPoolExecutor)


def test_another_process_finds_what_a_thread_finds(
    place: AuditPlace, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = {}
    for tamper in (None, renumber, change_day, change_byte):
        if tamper is not None:
            tamper(forger)
        for longest in (LONG, 0):
            monkeypatch.setattr("service.audit.log.beside.LONG", longest)
            verdicts[longest] = verify_ledger(place, patience=0)
        assert verdicts[0] == verdicts[LONG]
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
