"""What a verification says: to people in French, to programs as JSON, and when something of it fails itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from domain.errors import LedgerCorrupt, LedgerError, NotFound, StatementDoesNotAddUp
from reports.parts.report import Report
from service.audit import checks
from service.audit.findings import FindingKind
from service.audit.place import AuditorNotAdmitted, AuditPlace, find_place, printed_head
from service.audit.verification import verify_ledger
from service.cli.main import app
from service.papers.printer import PaperPrinter
from tests.service.audit.forger import Forger

LAST = 50
_HASH = "SELECT encode(hash, 'hex') FROM ad06.ledger_events WHERE position = 50"


def verify(*arguments: str) -> Result:
    """Run the command, as an auditor who has no key of the vault."""
    return CliRunner().invoke(app, ["verify", "ad06", *arguments])


def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for a projector."""
    monkeypatch.setattr("service.audit.verification._PATIENCE", 0)


@pytest.mark.usefixtures("place")
def test_a_sound_ledger_is_told_check_by_check_and_by_one_verdict() -> None:
    told = verify()
    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    assert [line.split("\u00a0:")[0] for line in lines[:-2]] == [f"✓ {check.label}" for check in checks.CHECKS]
    assert lines[-1] == "Tout est conforme."


def test_the_json_of_a_verification_names_each_check_and_each_finding(forger: Forger) -> None:
    sound = json.loads(verify("--json").stdout)
    assert (sound["sound"], sound["first_position"], sound["findings"]) == (True, None, [])
    assert (sound["association"], sound["events"], sound["position"]) == ("ad06", LAST, LAST)
    assert sound["chain_head"] == forger.value(_HASH)
    assert [check["code"] for check in sound["checks"]] == [check.code for check in checks.CHECKS]
    assert all(check["examined"] for check in sound["checks"] if check["code"] != "printed-heads")
    forger.run("DELETE FROM ad06.ledger_appends WHERE first_position = 20")
    told = verify("--json")
    assert told.exit_code == 1
    broken: dict[str, Any] = json.loads(told.stdout)
    assert broken["verdict"] == "NON CONFORME\u00a0: la première position en défaut est 20."
    assert broken["findings"][0] == {
        "kind": "append-record",
        "position": 20,
        "sentence": "Ajouts\u00a0: aucun ajout n’est enregistré pour l’événement 20.",
        "coop_id": None,
    }
    assert {check["code"]: check["findings"] for check in broken["checks"]}["append-records"] == 1


def test_a_head_from_a_document_is_compared_and_one_that_is_none_refused(forger: Forger) -> None:
    right = f"{forger.value(_HASH).upper()}@{LAST}"
    assert verify("--head", right).exit_code == 0
    beyond = verify("--head", right, "--head", right.replace(f"@{LAST}", "@51"))
    assert beyond.exit_code == 1
    assert "Le document porte l’événement 51, le registre finit à 50." in beyond.stdout
    assert "NON CONFORME\u00a0: la première position en défaut est 51." in beyond.stdout
    wrong = verify("--head", f"{'0' * 64}@7")
    assert "L’empreinte imprimée pour l’événement 7 n’est pas celle du registre." in wrong.stdout
    for text in ("7", "@7", f"{'0' * 63}@7", f"{'0' * 64}@-7", f"{'0' * 64}", "x" * 64 + "@7"):
        assert isinstance(verify("--head", text).exception, LedgerError)
        with pytest.raises(LedgerError):
            printed_head(text)


def test_a_ledger_that_is_not_there_is_not_found(place: AuditPlace) -> None:
    with pytest.raises(NotFound):
        find_place(place.dsn, "ad77")


def test_a_ledger_without_a_log_or_whose_door_is_shut_is_refused_by_name(place: AuditPlace, forger: Forger) -> None:
    shut = place.dsn.replace("dbname=", "dbname=no_")
    assert shut != place.dsn
    with pytest.raises(AuditorNotAdmitted):
        find_place(shut, "ad06")
    forger.run("DROP TABLE ad06.ledger_events CASCADE")
    with pytest.raises(LedgerCorrupt):
        verify_ledger(place, patience=0)


def test_every_document_is_made_and_one_that_cannot_be_made_is_a_finding(
    place: AuditPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly(monkeypatch)
    verdict = verify_ledger(place)
    assert {check.code: check.examined for check in verdict.checks}[
        "documents"
    ] == 7  # two statements, what is for later years, the papers folded, then three of the campaign

    def refuse(*_: object, **__: object) -> Report:
        raise StatementDoesNotAddUp(gap_euros="12,00 €", gap=1200)

    monkeypatch.setattr(PaperPrinter, "provisional_of", refuse)
    (found,) = verify_ledger(place).findings
    assert found.kind is FindingKind.DOCUMENT
    assert "Impossible d’établir la pièce provisoire de la collecte" in found.sentence
    assert "12,00 €" in found.sentence


@pytest.mark.parametrize("idle", ["checks.documents", "log.reading"])
def test_the_same_documents_are_made_whoever_makes_them_and_whatever_the_views_say(
    place: AuditPlace, forger: Forger, monkeypatch: pytest.MonkeyPatch, idle: str
) -> None:
    quickly(monkeypatch)
    monkeypatch.setattr(f"service.audit.{idle}.take_share", lambda *_: False)

    def refuse(*_: object) -> Report:
        raise StatementDoesNotAddUp(gap_euros="12,00 €", gap=1200)

    monkeypatch.setattr("service.reports.builder.statement", refuse)
    for kinds in ({FindingKind.DOCUMENT}, {FindingKind.DOCUMENT, FindingKind.READ_MODEL}):
        verdict = verify_ledger(place)
        assert {check.code: check.examined for check in verdict.checks}["documents"] == 7
        assert {found.kind for found in verdict.findings} == kinds
        told = [found.sentence for found in verdict.findings if found.kind is FindingKind.DOCUMENT]
        assert len(told) == 2
        assert all(sentence.startswith("Impossible d’établir le relevé du ") for sentence in told)
        forger.run("UPDATE ad06_read.coops SET name = 'Autre'")


def test_a_check_that_fails_itself_is_a_finding_and_the_others_go_on(
    place: AuditPlace, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly(monkeypatch)
    forger.run("DROP TABLE ad06.ledger_keys CASCADE", "UPDATE ad06_read.coops SET name = 'Autre'")
    verdict = verify_ledger(place)
    told = {check.code: check.findings for check in verdict.checks}
    assert told["keys"] == 1
    assert told["read-models"] == 1
    assert any("n’a pas pu aller à son terme" in finding.sentence for finding in verdict.findings)
