"""Names against ten years of proof: who paid is in a sealed archive, for those who answer for the books alone."""

from __future__ import annotations

import base64
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from typer.testing import CliRunner

from adapters.local_postgres import LocalPostgres
from adapters.people_vault import PayerName, VaultKeyMissing
from adapters.retention import ErasureList
from domain.aggregate import Stamp
from domain.association.roles import RevokeRole
from domain.errors import LedgerError, NoCurrentRight, NotAllowed
from domain.rights.roles import MemberRole, RoleRevocationReason
from projections import contributions, papers
from projections.contributions import ContributionRow
from reports.parts.wording import ERASED_FAMILY
from reports.render import render
from service.bootstrap.runtime import open_runtime
from service.cli.main import app
from service.demo.scenario import DemoIds
from service.papers.due_papers import issue_papers
from service.reports import ReportBuilder
from service.reports.accounting_archive import archived_names, asker
from service.retention.context import context_of
from service.retention.person.accounting_papers import papers_of
from service.retention.person.erasure import ErasureOutcome, erase_person
from service.retention.runner import run_rules
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.members.access import give_mandate, give_role
from tests.service.retention.test_restore import backup_of

SLUG: Final = "ad06"
NOW: Final = datetime(2024, 7, 10, 12, tzinfo=UTC)
LAST_DAY: Final = date(2034, 8, 31)
LEFT: Final = RoleRevocationReason.DEPARTURE


@pytest.fixture
def row(runtime: Runtime, ids: DemoIds) -> ContributionRow:
    """What somebody paid for who paid once; the season's papers are issued."""
    opened = runtime.ledger(SLUG)
    assert issue_papers(opened.ledger, ids.coop_id, Stamp(at=NOW, by="test")) > 0
    show(runtime)
    rows = opened.read(contributions.of_campaign, ids.campaign_id)
    names = {key: (one.first_name, one.last_name) for key, one in opened.people({row.payer_id for row in rows}).items()}
    alone = {one for one, count in Counter(names.values()).items() if count == 1}
    return next(row for row in rows if names[row.payer_id] in alone)


def show(runtime: Runtime) -> None:
    """Have the read models show everything."""
    projectors = Projectors(runtime)
    assert projectors.wait_for(SLUG, runtime.ledger(SLUG).ledger.store.head()[0], 20)
    projectors.close()


def forget(runtime: Runtime, payer_id: UUID, *, at: datetime = NOW, despite_accounts: bool = False) -> ErasureOutcome:
    """Forget a family, as an operator does."""
    context = context_of(runtime, SLUG, at)
    return erase_person(context, ErasureList(runtime.settings.erasures), payer_id, despite_accounts=despite_accounts)


def annex(runtime: Runtime, campaign_id: UUID, archived: Any = None) -> str:  # noqa: ANN401 - names by contribution
    """The annex by family, as a file of data."""
    return render(
        ReportBuilder(runtime.ledger(SLUG), NOW).family_voucher(campaign_id, archived), "json"
    ).content.decode()


def opened_by(runtime: Runtime, member: UUID, campaign_id: UUID) -> Any:  # noqa: ANN401 - names by contribution
    """What a member finds in the archive."""
    principal = asker(runtime, SLUG, str(member), datetime.now(UTC))
    return archived_names(runtime.ledger(SLUG), runtime.trail, principal, campaign_id)


def archived_rows(runtime: Runtime) -> int:
    """How many names the archive holds."""
    with psycopg.connect(runtime.database_url) as owner:
        return len(owner.execute("SELECT contribution_id FROM vault.payer_names").fetchall())


def openings(runtime: Runtime) -> list[str | None]:
    """Who opened the archive, as the trail says."""
    return [entry.actor for entry in runtime.trail.read(SLUG) if entry.kind == "archive-opened"]


def test_the_annex_names_a_forgotten_payer_to_a_reader_of_the_archive_alone(
    runtime: Runtime, row: ContributionRow
) -> None:
    opened = runtime.ledger(SLUG)
    payer = opened.vault.get_many([row.payer_id])[row.payer_id]
    name = f"{payer.first_name} {payer.last_name}"
    assert name in annex(runtime, row.campaign_id)
    outcome = forget(runtime, row.payer_id)
    assert (outcome.kept_until, outcome.archived, outcome.archived_until) == (None, 1, LAST_DAY)
    assert opened.vault.get(row.payer_id) is None
    plain = annex(runtime, row.campaign_id)
    assert (name in plain, ERASED_FAMILY in plain) == (False, True)
    treasurer, _ = give_role(opened.ledger, MemberRole.TREASURER)
    told = annex(runtime, row.campaign_id, opened_by(runtime, treasurer, row.campaign_id))
    assert (name in told, ERASED_FAMILY in told) == (True, False)
    assert payer.email not in told


def test_auditor_and_treasurer_open_the_archive_and_each_opening_is_in_the_trail(
    runtime: Runtime, row: ContributionRow
) -> None:
    forget(runtime, row.payer_id)
    ledger = runtime.ledger(SLUG).ledger
    members = [give_role(ledger, role)[0] for role in (MemberRole.AUDITOR, MemberRole.TREASURER)]
    for member in (*members, members[0]):
        assert list(opened_by(runtime, member, row.campaign_id)) == [row.contribution_id]
    assert openings(runtime) == [str(one) for one in (*members, members[0])]


def test_whoever_else_asks_is_refused_and_so_is_who_was_treasurer_a_moment_ago(
    runtime: Runtime, row: ContributionRow
) -> None:
    forget(runtime, row.payer_id)
    ledger = runtime.ledger(SLUG).ledger
    staff, _ = give_role(ledger, MemberRole.STAFF)
    holder, _ = give_mandate(ledger, row.coop_id)
    for member in (staff, holder):
        with pytest.raises(NotAllowed):
            opened_by(runtime, member, row.campaign_id)
    former, role_id = give_role(ledger, MemberRole.TREASURER)
    assert opened_by(runtime, former, row.campaign_id)
    stamp = Stamp(at=datetime.now(UTC), by="test")
    revoked = RevokeRole(
        stream_id=ledger.association_id, stamp=stamp, role_id=role_id, reason=RoleRevocationReason.DEPARTURE
    )
    ledger.bus.submit(revoked).result()
    for member in (former, uuid4()):
        with pytest.raises(NoCurrentRight):
            opened_by(runtime, member, row.campaign_id)
    assert openings(runtime) == [str(former)]


def test_the_names_go_with_the_tenth_exercise_after_their_last_paper(runtime: Runtime, row: ContributionRow) -> None:
    forget(runtime, row.payer_id)
    run_rules(runtime, datetime(2034, 8, 31, 21, 59, tzinfo=UTC))
    assert archived_rows(runtime) == 1
    erased = run_rules(runtime, datetime(2034, 8, 31, 22, 0, tzinfo=UTC))  # midnight in Paris
    assert [count for what, count in erased.items() if "archive" in what] == [1]
    assert archived_rows(runtime) == 0


def test_who_is_forgotten_years_later_is_kept_no_longer_than_the_papers(runtime: Runtime, row: ContributionRow) -> None:
    assert forget(runtime, row.payer_id, at=datetime(2031, 3, 1, tzinfo=UTC)).archived_until == LAST_DAY


def test_a_movement_that_no_paper_shows_yet_counts_from_the_exercise_of_today(
    runtime: Runtime, row: ContributionRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = runtime.ledger(SLUG)
    with monkeypatch.context() as before_papers:
        before_papers.setattr(papers, "of_coop", lambda *_: [])
        ((_, _, _, until),) = (msgspec.structs.astuple(one) for one in papers_of(opened, [row], date(2024, 9, 2)))
    assert until == date(2035, 8, 31)
    ((_, _, _, until),) = (msgspec.structs.astuple(one) for one in papers_of(opened, [row], date(2024, 9, 2)))
    assert until == LAST_DAY
    assert papers_of(opened, [row], date(2034, 9, 1)) == ()


def test_the_association_may_keep_no_name_and_forget_a_forgotten_family_for_good(
    runtime: Runtime, row: ContributionRow, ids: DemoIds
) -> None:
    rows = runtime.ledger(SLUG).read(contributions.of_campaign, ids.campaign_id)
    other = next(one for one in rows if one.payer_id != row.payer_id)
    assert forget(runtime, other.payer_id, despite_accounts=True).archived == 0
    assert archived_rows(runtime) == 0
    forget(runtime, row.payer_id)
    assert archived_rows(runtime) == 1
    assert forget(runtime, row.payer_id, despite_accounts=True).people == 1
    assert archived_rows(runtime) == 0


@pytest.fixture
def restored(
    runtime: Runtime, row: ContributionRow, postgres: LocalPostgres, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Runtime]:
    """A backup from before somebody was forgotten, put back: the list outside the backups is replayed."""
    with backup_of(postgres, runtime) as url:
        with Runtime(runtime.settings, None, runtime.database_url) as live:
            forget(live, row.payer_id)
        monkeypatch.setenv("COOPLEDGER_DATABASE_URL", url)
        with open_runtime(Settings(data_dir=runtime.settings.data_dir)) as service:
            yield service


def test_a_restored_vault_archives_again_the_name_that_it_forgets_again(
    restored: Runtime, row: ContributionRow
) -> None:
    opened = restored.ledger(SLUG)
    assert opened.vault.get(row.payer_id) is None
    names = opened.archive.of_campaign(row.campaign_id)
    assert {contribution: type(name) for contribution, name in names.items()} == {row.contribution_id: PayerName}


def test_the_command_writes_the_annex_and_asks_the_ledger_who_may(
    runtime: Runtime, row: ContributionRow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    payer = runtime.ledger(SLUG).vault.get(row.payer_id)
    assert payer is not None
    forget(runtime, row.payer_id)
    ledger = runtime.ledger(SLUG).ledger
    auditor, _ = give_role(ledger, MemberRole.AUDITOR)
    staff, _ = give_role(ledger, MemberRole.STAFF)
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", runtime.database_url)

    def run(by: object, name: str, *more: str) -> tuple[str, object]:
        words = ("papers", "annex", SLUG, row.campaign_id, "--by", by, "--to", tmp_path / name, *more)
        done = CliRunner().invoke(app, [str(word) for word in words])
        error = done.exception.code if isinstance(done.exception, LedgerError) else done.exit_code
        return done.output, error

    told, status = run(auditor, "named.json", "--archive")
    assert (told.splitlines()[-1], status) == (f"{tmp_path}/named.json : {size(tmp_path)} octets.", 0)
    assert payer.last_name in (tmp_path / "named.json").read_text(encoding="utf-8")
    assert (tmp_path / "named.json").stat().st_mode & 0o777 == 0o600
    assert run(auditor, "plain.json")[1] == 0
    assert ERASED_FAMILY in (tmp_path / "plain.json").read_text(encoding="utf-8")
    assert run(auditor, "named.json", "--archive")[1] == "export-unwritable"
    assert run(auditor, "annex.doc")[1] == "invalid-input"
    assert run(staff, "staff.json", "--archive")[1] == "not-allowed"
    assert run("op-1", "op.json", "--archive")[1] == "actor-invalid"
    assert not (tmp_path / "staff.json").exists()
    assert not (tmp_path / "op.json").exists()
    assert openings(runtime) == [str(auditor)] * 2


def test_a_change_of_keys_takes_the_archive_with_it(
    runtime: Runtime, row: ContributionRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(runtime, row.payer_id)
    new, old = base64.b64encode(b"n" * 32).decode(), os.environ["COOPLEDGER_VAULT_KEY"]
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", runtime.database_url)

    def archived() -> set[UUID]:
        with open_runtime(Settings(data_dir=runtime.settings.data_dir)) as service:
            return set(service.ledger(SLUG).archive.of_campaign(row.campaign_id))

    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", new)
    with pytest.raises(VaultKeyMissing):
        archived()
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", f"{new},{old}")
    monkeypatch.setenv("COOPLEDGER_DATA_DIR", str(runtime.settings.data_dir))
    assert CliRunner().invoke(app, ["vault", "rewrap", SLUG, "--reseal"]).exit_code == 0
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", new)
    assert archived() == {row.contribution_id}


def size(folder: Path) -> int:
    """How large the written annex is."""
    return (folder / "named.json").stat().st_size
