"""The command line: what it does, and how each of its commands refuses."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner, Result

from adapters.family_accounts import Profile
from adapters.log.ledger import Ledger
from adapters.member_accounts import MemberProfile
from adapters.people_vault import BasketVault, FamilyGrant, LinkInvalid, Person, TokenPurpose
from adapters.registry import associations
from domain.errors import LedgerError
from projections.engine.runner import catch_up
from service.associations import open_association
from service.bootstrap.runtime import open_runtime
from service.cli.main import app
from service.demo.scenario import DemoIds, DemoScenario
from service.demo.season import GUIDE
from service.people import keep_children
from service.runtime.projector_sessions import projector_sessions
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.pdf_text import pages

OPENED = GUIDE.opened

Run = Callable[..., Result]


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command on a fresh database."""
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(b"k" * 32).decode())
    runner = CliRunner()

    def invoke(*arguments: object) -> Result:
        return runner.invoke(app, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture
def told(run: Run, database: str) -> DemoIds:  # noqa: ARG001 (its settings are the database's)
    """The guide's scenario, played on the database of ``run``."""
    association_id = uuid4()
    open_association(
        database,
        association_id=association_id,
        slug="ad06",
        name="OCCE 06",
        siren="123456782",
        demo=True,
        at=OPENED,
        by="test",
    )
    with open_runtime(Settings()) as runtime:
        ids = DemoScenario(runtime.ledger("ad06")).play()
    show(database)
    return ids


def show(database: str) -> None:
    """Bring the read models to the end of the log: no projector runs here."""
    with psycopg.connect(database) as connection:
        (entry,) = associations(connection)
    with Ledger(entry, database) as ledger, projector_sessions(ledger) as (log, read):
        catch_up(log, read, ledger.log_schema, ledger.read_schema)


def refused(result: Result) -> LedgerError:
    """The named error that a command ended with."""
    assert isinstance(result.exception, LedgerError), result.output
    return result.exception


@pytest.mark.parametrize(
    ("slug", "siren"),
    [
        *(("Bad-Slug", "123456782"), ("x" * 60, "123456782"), ("ad06;drop", "123456782")),
        *(("ad06", "12"), ("ad06", "123456789"), ("ad06", "1" * 5_000)),
    ],
)
def test_an_association_with_a_bad_identity_is_refused(run: Run, slug: str, siren: str) -> None:
    assert refused(run("association", "open", slug, "--name", "OCCE", "--siren", siren)).code == "typed-invalid"


def test_an_association_is_opened_once(run: Run) -> None:
    opened = run("association", "open", "ad06", "--name", "OCCE 06", "--siren", "123456782")
    assert opened.exit_code == 0, opened.output
    again = run("association", "open", "ad06", "--name", "OCCE 06", "--siren", "123456782")
    assert refused(again).code == "already-exists"
    assert "ad06" in run("association", "list").output
    assert run("migrate").exit_code == 0


def test_an_unknown_association_is_not_found(run: Run) -> None:
    run("migrate")
    for command in (("verify", "ad77"), ("rebuild", "ad77"), ("replay", "ad77", "--coop", uuid4())):
        assert refused(run(*command)).code == "not-found"


def test_the_story_verifies_rebuilds_and_replays(run: Run, told: DemoIds) -> None:
    verified = run("verify", "ad06")
    assert verified.exit_code == 0, verified.output
    assert "Tout est conforme." in verified.output
    rebuilt = run("rebuild", "ad06")
    assert rebuilt.exit_code == 0, rebuilt.output
    assert "Position 46" in rebuilt.output
    replayed = run("replay", "ad06", "--coop", told.coop_id)
    assert "Compte de collecte en ligne" in replayed.output
    before_all = run("replay", "ad06", "--coop", told.coop_id, "--known-at", "2020-01-01T00:00:00")
    assert before_all.stdout == "Cette coopérative n’était pas encore inscrite.\n"
    half = run("replay", "ad06", "--coop", told.coop_id, "--true-at", "2024-06-27")
    assert "24,00" in half.output


@pytest.mark.usefixtures("told")
def test_a_changed_byte_is_named_by_its_position(run: Run, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE ad06.ledger_events DISABLE TRIGGER ALL")
        connection.execute(
            "UPDATE ad06.ledger_events SET state = convert_to(replace(convert_from(state, 'UTF8'), '1200', '1300'),"
            " 'UTF8') WHERE position = 22"
        )
    result = run("verify", "ad06")
    assert result.exit_code == 1
    assert "position 22" in result.output


def test_a_rebuild_refuses_tables_that_differ_and_names_the_first_event(run: Run, told: DemoIds, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE ad06_read.participants SET paid = paid + 1 WHERE class_code = 'CE1' AND campaign_id = %s",
            (told.campaign_id,),
        )
    result = run("rebuild", "ad06")
    assert result.exit_code == 1
    assert "REFUSÉ" in result.output
    assert "participants" in result.output
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT paid FROM ad06_read.participants WHERE class_code = 'CE1'").fetchone()
    assert row == (1201,)


def test_a_file_with_a_bad_line_imports_nothing_unless_told(run: Run, told: DemoIds, tmp_path: Path) -> None:
    good = "Alice;PETIT;Paiement reçu;12,00 €;Carte bancai;05/07/2024;CE1\n"
    bad = "Bruno;GRAND;Paiement reçu;12,345 €;Carte bancai;05/07/2024;CE1\n"
    head = "Prénom participant;Nom participant;Paiement;Montant dû;Moyen de paiement;Date de paiement;classe\n"
    path = tmp_path / "paiements.csv"
    path.write_text(head + good + bad, encoding="utf-8")
    stopped = run("import", "ad06", told.campaign_id, path)
    assert stopped.exit_code == 1
    assert "3" in stopped.output  # the line, header included
    done = run("import", "ad06", told.campaign_id, path, "--skip-errors")
    assert done.exit_code == 0, done.output
    assert "1 ligne reprise" in done.output
    again = run("import", "ad06", told.campaign_id, path, "--skip-errors")
    assert "1 déjà là" in again.output


def test_the_import_says_no_to_unknown_campaigns_and_missing_files(run: Run, told: DemoIds, tmp_path: Path) -> None:
    path = tmp_path / "paiements.csv"
    path.write_text("n’importe quoi\n1\n", encoding="utf-8")
    assert run("import", "ad06", told.campaign_id, tmp_path / "absent.csv").exit_code == 2
    assert run("import", "ad06", "not-a-uuid", path).exit_code == 2
    assert isinstance(run("import", "ad06", told.campaign_id, path).exception, LedgerError)
    head = "Prénom participant;Nom participant;Paiement;Montant dû;Moyen de paiement;Date de paiement;classe\n"
    path.write_text(head + "A;B;Paiement reçu;12,00 €;Carte;05/07/2024;CE1\n", encoding="utf-8")
    assert refused(run("import", "ad06", uuid4(), path)).code == "not-found"


def test_a_new_key_of_the_vault_takes_over_from_the_old_one(
    run: Run, told: DemoIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = base64.b64encode(b"k" * 32).decode(), base64.b64encode(b"n" * 32).decode()
    person_id, account_id = uuid4(), uuid4()
    marie, profile = Person("Marie", "GALANTE"), Profile("Zoé", "GALANTE", "zoe@example.org")
    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger("ad06")
        keep_children(opened.vault, told.coop_id, {person_id: marie}, OPENED)
        opened.photos.put(person_id, b"a photo")
        opened.families.accounts.create(account_id, profile, OPENED, confirmed=True)
        secret = opened.vault.secret("iban")
        before, after = (MemberProfile("Anne", "AUTRE", f"{name}@ecole.example") for name in ("before", "after"))
        opened.members.members.invite(person_id, before, OPENED)
        opened.members.members.change(person_id, after, former_until=OPENED + timedelta(days=30))
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", f"{new},{old}")
    first, again = run("vault", "rewrap"), run("vault", "rewrap", "ad06")
    assert int(first.output.split(" : ")[1].split()[0]) > 3
    assert again.output == "ad06 : 0 clé(s) mise(s) à jour\n"
    lines = run("vault", "rewrap", "ad06", "--reseal").output.splitlines()
    assert int(lines[1].split(" : ")[1].split(" contenu(s) chiffré(s) de nouveau")[0]) > 3
    assert refused(run("vault", "rewrap", "ad99")).code == "not-found"
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", new)
    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger("ad06")
        assert opened.vault.get(person_id) == marie
        assert opened.photos.read(person_id) == b"a photo"
        account = opened.families.accounts.by_email(profile.email)
        assert account is not None
        assert account.profile == profile
        assert opened.vault.secret("iban") == secret
        (former,) = opened.members.former_addresses.of_members([person_id], OPENED)
        assert former.email == before.email


@pytest.mark.usefixtures("told")
def test_all_links_of_a_contribution_are_revoked_by_its_id(run: Run) -> None:
    grant = FamilyGrant(TokenPurpose.RECEIPT, uuid4(), uuid4(), date(2035, 1, 1))
    with open_runtime(Settings()) as runtime:
        opened, basket = runtime.ledger("ad06"), BasketVault.new_token()
        tokens = [opened.tokens.create(grant) for _ in range(2)]
        opened.baskets.write(basket, b"Marie", datetime.now(UTC))
        opened.baskets.place(basket, grant.contribution_id, ())
    revoked, again = (run("vault", "revoke-links", "ad06", grant.contribution_id) for _ in range(2))
    assert (revoked.output, again.output) == ("ad06 : 3 lien(s) coupé(s)\n", "ad06 : 0 lien(s) coupé(s)\n")
    assert refused(run("vault", "revoke-links", "ad99", grant.contribution_id)).code == "not-found"
    assert run("vault", "revoke-links", "ad06", "not-a-uuid").exit_code == 2
    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger("ad06")
        assert opened.baskets.read(basket, datetime.now(UTC)) is None
        for token in tokens:
            with pytest.raises(LinkInvalid):
                opened.tokens.find_old(token, TokenPurpose.RECEIPT)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("options", "public_url", "address"),
    [
        ((), None, "http://localhost:8000"),
        (("--host", "0.0.0.0", "--port", "9000"), "https://coop.example/", "https://coop.example"),  # noqa: S104 - an option
        (("--host", "localhost", "--port", "9000"), None, "http://localhost:9000"),
    ],
)
def test_the_service_is_reached_where_it_says_that_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], public_url: str | None, address: str
) -> None:
    """Payment pages lead back there: it follows the options of the command, as long as no public address is set."""
    served: list[str] = []

    def serve(runtime: Runtime, *_: object, **__: object) -> None:
        served.append(runtime.settings.address)
        runtime.close()

    monkeypatch.setattr("service.cli.serve.serve", serve)
    if public_url is not None:
        monkeypatch.setenv("COOPLEDGER_PUBLIC_URL", public_url)
    assert run("web", *options).exit_code == 0
    assert served == [address]


@pytest.mark.usefixtures("told")
def test_demonstration_and_real_data_never_mix(run: Run, database: str) -> None:
    with pytest.raises(LedgerError) as raised:
        open_association(
            database,
            association_id=uuid4(),
            slug="ad06",
            name="OCCE 06",
            siren="123456782",
            demo=False,
            at=datetime.now(UTC),
            by="test",
        )
    assert raised.value.code == "already-exists"
    assert run("verify", "ad06").exit_code == 0


def test_papers_are_issued_listed_and_printed_the_second_time_as_a_duplicate(
    run: Run, told: DemoIds, database: str, tmp_path: Path
) -> None:
    asked = ("--coop", told.coop_id, "--by", "123")
    assert "1 fait" in run("papers", "issue", "ad06", *asked).output
    assert "0 fait" in run("papers", "issue", "ad06", *asked).output
    show(database)
    assert run("verify", "ad06").exit_code == 0
    listed = run("papers", "list", "ad06", "--coop", told.coop_id, "--exercise", 2023).output.splitlines()
    numbers = ["V-2023-2024-0001", "R-2023-2024-0001/1", "R-2023-2024-0001/2", "R-2023-2024-0001"]
    assert [line.split()[2] for line in listed] == numbers
    position, file = listed[1].split()[0], tmp_path / "piece.pdf"
    contents = []
    for more in ((), (), ("--original",)):
        assert run("papers", "print", "ad06", position, *asked, "--to", file, *more).exit_code == 0
        contents.append(file.read_bytes())
    original, duplicate, again = contents
    assert original == again != duplicate
    assert "DUPLICATA" in "".join(pages(duplicate))
    assert "DUPLICATA" not in "".join(pages(original))


def test_a_paper_that_is_not_there_is_not_printed(run: Run, told: DemoIds, tmp_path: Path) -> None:
    asked = ("--coop", told.coop_id, "--by", "123", "--to", tmp_path / "piece.pdf")
    assert refused(run("papers", "print", "ad06", 1, *asked)).code == "not-found"
    assert not (tmp_path / "piece.pdf").exists()
