"""Whatever is changed behind the ledger's back is found, by its position, and what lies behind it is looked at too."""

from __future__ import annotations

import pytest

from adapters.log.chain import genesis
from service.audit.findings import FindingKind
from service.audit.place import AuditPlace, PrintedHead
from service.audit.verification import Verification, verify_ledger
from tests.service.audit.forger import Forger
from tests.service.audit.tampering import (
    CAPTURED,
    CERTIFIED,
    FEE,
    JULY,
    LAST,
    PAID_OUT,
    PART,
    STATEMENT,
    TABLE,
    YEAR,
    Row,
    change_byte,
    change_payout,
    forge,
    reprint,
)


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_what_was_tampered_with_is_found(row: Row, place: AuditPlace, forger: Forger) -> None:
    if callable(row.tamper):
        row.tamper(forger)
    else:
        forger.run(*row.tamper)
    found = verify(place)
    assert not found.sound
    assert row.kinds <= {finding.kind for finding in found.findings}, found.findings
    assert found.first_position == row.position, found.findings


def verify(place: AuditPlace) -> Verification:
    """Verify without waiting for a projector: none runs here."""
    return verify_ledger(place, patience=0)


def test_behind_a_break_later_events_and_read_models_are_still_looked_at(place: AuditPlace, forger: Forger) -> None:
    change_byte(forger)
    forger.run(
        "UPDATE ad06.ledger_events SET topic = 'x.y.1' WHERE position = 23",
        "DELETE FROM ad06.ledger_events WHERE position = 44",
        "DELETE FROM ad06.ledger_keys WHERE first_position = 19 AND strpos(key, chr(31)) > 0",
        "UPDATE ad06_read.payouts SET cents = cents + 1",
        "UPDATE ad06_read.coops SET name = 'Autre'",
    )
    found = verify(place)
    named = {(finding.kind, finding.position) for finding in found.findings}
    chain = {(FindingKind.CHAIN, FEE), (FindingKind.CHAIN, CAPTURED + 4), (FindingKind.CHAIN, JULY)}
    assert chain | {(FindingKind.REPLAY, CAPTURED + 4), (FindingKind.KEY, CAPTURED)} <= named
    told = " ".join(finding.sentence for finding in found.findings if finding.kind is FindingKind.READ_MODEL)
    assert all(f"La vue {table} diffère du rejeu" in told for table in ("journal", "payouts", "coops"))
    assert found.first_position == CERTIFIED  # the last event that touched the coop's row
    assert [finding.position for finding in found.findings if finding.position is not None] == sorted(
        finding.position for finding in found.findings if finding.position is not None
    )


def test_a_closing_that_states_other_figures_is_found_however_well_it_is_chained(
    place: AuditPlace, forger: Forger
) -> None:
    forger.replace(JULY, '"transfers":3600', '"transfers":3500')
    forger.replace(JULY, '"closing":', '"closing":1')
    forger.chain_again()
    forger.rebuild()
    closing, *later = (finding for finding in verify(place).findings if finding.kind is FindingKind.CLOSING)
    assert closing.position == JULY
    assert [finding.position for finding in later] == [JULY + 1, YEAR]
    assert all("porte une empreinte" in finding.sentence for finding in later)
    assert "virements 35,00\u00a0€ au lieu de 36,00\u00a0€" in closing.sentence


@pytest.mark.parametrize(
    ("position", "before", "after", "named"),
    [
        (JULY, '"blocked":0', '"blocked":5', "fonds contestés"),
        (JULY, '"receipts":{"families":24', '"receipts":{"families":23', "origine des encaissements"),
        (JULY, '"disbursements":{"families":0', '"disbursements":{"families":9', "origine des décaissements"),
        (YEAR, '"perpetual":{"disbursements":1200', '"perpetual":{"disbursements":1300', "cumul perpétuel"),
        (YEAR, '"year_to_date":{"disbursements":1200', '"year_to_date":{"disbursements":12', "cumul de l’exercice"),
        (YEAR, '"held_elsewhere":[]', '"held_elsewhere":[{"platform":"x","cents":1}]', "fonds d’autres plateformes"),
        (YEAR, '"papers_issued":["V-2023-2024-0001",', '"papers_issued":[', "pièces émises"),
        (YEAR, '"last_day":"2024-08-31"', '"last_day":"2024-09-30"', "dernier jour"),
        (JULY, '"kind":"month"', '"kind":"weeks"', "invalid-input"),
    ],
)
def test_each_sum_of_a_closing_is_folded_from_the_log_again(
    place: AuditPlace, forger: Forger, position: int, before: str, after: str, named: str
) -> None:
    forge(forger, position, before, after)
    found = [finding for finding in verify(place).findings if finding.kind is FindingKind.CLOSING]
    assert found[0].position == position
    assert named in found[0].sentence
    assert all("porte une empreinte" in later.sentence for later in found[1:])


def test_what_a_paper_was_changed_in_is_said_by_its_name(place: AuditPlace, forger: Forger) -> None:
    reprint(forger)
    found, *later = verify(place).findings
    assert found.position == PART
    assert all("porte une empreinte" in finding.sentence for finding in later)
    assert "la pièce R-2023-2024-0001/1 n’est pas ce qui a été émis\u00a0: texte imprimé" in found.sentence


def test_papers_that_would_be_refused_today_are_told_with_the_reason(place: AuditPlace, forger: Forger) -> None:
    change_payout(forger)
    told = [finding for finding in verify(place).findings if finding.kind is FindingKind.PAPER]
    assert told[0].position == STATEMENT
    assert "sont refusées" in told[0].sentence


def test_papers_that_cannot_be_made_again_are_told_at_the_event_that_stops_them(
    place: AuditPlace, forger: Forger
) -> None:
    forger.run("DELETE FROM ad06.ledger_events WHERE position = 36")
    (found,) = (finding for finding in verify(place).findings if finding.kind is FindingKind.PAPER)
    assert found.position == PAID_OUT - 1
    assert "ne peuvent pas être établies à nouveau" in found.sentence


def cut_clean(forger: Forger) -> None:
    """The last event is deleted with all that speaks of it, and the read models are made anew."""
    forger.run(
        "DELETE FROM ad06.ledger_keys WHERE first_position = 50",
        "DELETE FROM ad06.ledger_appends WHERE first_position = 50",
        "DELETE FROM ad06.ledger_events WHERE position = 50",
    )
    forger.move_head(LAST - 1)
    forger.rebuild()


def test_a_tail_cut_with_all_that_speaks_of_it_is_told_by_a_head_on_paper_alone(
    place: AuditPlace, forger: Forger
) -> None:
    printed = PrintedHead(LAST, forger.value("SELECT encode(hash, 'hex') FROM ad06.ledger_events WHERE position = 50"))
    assert verify_ledger(place, printed=[printed], patience=0).sound
    cut_clean(forger)
    assert verify(place).sound
    (found,) = verify_ledger(place, printed=[printed], patience=0).findings
    assert (found.kind, found.position) == (FindingKind.PRINTED_HEAD, LAST)


def test_a_tail_cut_clean_is_told_by_the_workers_who_had_read_further(place: AuditPlace, forger: Forger) -> None:
    forger.run("INSERT INTO work.followed (ledger, position) VALUES ('ad06', 50)")
    assert verify(place).sound
    cut_clean(forger)
    (found,) = verify(place).findings
    assert (found.kind, found.position) == (FindingKind.HEAD, LAST)


def test_an_event_after_the_last_closing_chained_anew_is_told_by_a_head_on_paper_alone(
    place: AuditPlace, forger: Forger
) -> None:
    last = forger.value("SELECT encode(hash, 'hex') FROM ad06.ledger_events WHERE position = 50")
    printed = [PrintedHead(0, genesis(place.association_id).hex()), PrintedHead(LAST, last)]
    forger.replace(LAST, '"counted":100', '"counted":900')
    forger.chain_again()
    forger.rebuild()
    assert verify(place).sound
    (found,) = verify_ledger(place, printed=printed, patience=0).findings
    assert (found.kind, found.position) == (FindingKind.PRINTED_HEAD, LAST)


def test_what_no_query_can_read_is_told_and_the_other_invariants_are_asked(place: AuditPlace, forger: Forger) -> None:
    forger.run(
        "UPDATE ad06.ledger_events SET state = '{' WHERE position = 20",
        "ALTER TABLE ad06_read.payouts DROP COLUMN cents",
        "UPDATE ad06_read.coops SET name = 'Autre'",
    )
    found = verify(place)
    told = [finding.sentence for finding in found.findings]
    assert any("n’a pas pu être vérifié (22P02)" in sentence for sentence in told)
    assert "La vue payouts n’a pas la forme attendue." in told
    assert any("La vue coops diffère" in sentence for sentence in told)
    assert (FindingKind.REPLAY, FEE) in {(finding.kind, finding.position) for finding in found.findings}
