"""A payments file becomes contributions once, entirely or not at all, and leaves no name outside the vault."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.imports.errors import FormatUnknown
from adapters.log.ledger import Ledger
from adapters.migrate import migrate_database, migrate_ledger
from adapters.people_vault import Keyring, PeopleVault
from adapters.people_vault.person import canonical
from adapters.people_vault.person import commitment as commitment_of
from adapters.registry import AssociationEntry
from domain.aggregate import Stamp
from domain.campaign.contribution import Contribution
from domain.campaign.publication import ArchiveCampaign
from domain.campaign.settings import DraftCampaign
from domain.campaign.state import Campaign
from domain.coop.registration import DefineSchoolClasses, RegisterCoop
from domain.coop.state import Coop
from domain.errors import CampaignClosed, NotFound, StaleVersion
from domain.events.association import Policy
from domain.events.campaign import CampaignDetails
from domain.events.coop import CoopDetails
from domain.funds import CoopFunds, funds_of
from service.imports import Ending, ImportDecision, ImportReport, import_payments
from tests.kit.payment_files import HEADER, SAMPLES, as_csv, marie, sample

AT = datetime(2024, 10, 1, 8, tzinfo=UTC)
NAMES = ("Marie", "GALANTE", "Julien", "Laurence", "DURAND", "Robert", "DUPOND")
ASSOCIATION, COOP = uuid4(), uuid4()
KEY, NEXT_KEY = os.urandom(32), os.urandom(32)


CARD_OR_CASH_ONLY = "seuls les paiements par carte, en espèces ou sur une autre plateforme sont repris"


class ImportFixture(NamedTuple):
    """Where a treasurer imports a file: a ledger, its vault and a campaign."""

    ledger: Ledger
    vault: PeopleVault
    campaign_id: UUID
    database: str

    def take(
        self,
        source: Path | bytes,
        *,
        skip_errors: bool = False,
        dry_run: bool = False,
        decisions: Mapping[int, ImportDecision] = MappingProxyType({}),
    ) -> ImportReport:
        """Import a file."""
        return import_payments(
            self.ledger,
            self.vault,
            self.campaign_id,
            source,
            by="treasurer",
            at=AT,
            skip_errors=skip_errors,
            dry_run=dry_run,
            decisions=decisions,
        )

    def contributions(self) -> list[Contribution]:
        """What the campaign holds."""
        return list(self.ledger.store.load(Campaign, self.campaign_id).contributions.values())

    def funds(self) -> CoopFunds:
        """What the coop may spend, and what other platforms hold for it."""
        return funds_of(recorded.event for recorded in self.ledger.store.coop_events(COOP))

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Look into the database as its administrator."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(query.encode()).fetchall()


def cents_by_class(report: ImportReport) -> dict[str, int]:
    """What an import adds to each class, in cents."""
    return {total.class_code: total.cents for total in report.classes}


@pytest.fixture
def imports(database: str) -> Iterator[ImportFixture]:
    """A campaign in draft, on a ledger of its own."""
    migrate_database(database)
    migrate_ledger(database, "ad06", ASSOCIATION)
    with (
        Ledger(AssociationEntry("ad06", ASSOCIATION, None, demo=False), database) as ledger,
        Pool(ledger.vault_dsn, size=4) as pool,
    ):
        yield ImportFixture(ledger, PeopleVault(pool, ASSOCIATION, Keyring([KEY])), draft_campaign(ledger), database)


def draft_campaign(ledger: Ledger) -> UUID:
    """Draft a campaign of the coop."""
    policy = Policy()
    draft = DraftCampaign(
        stream_id=uuid4(),
        stamp=Stamp(at=AT, by="treasurer"),
        coop_id=COOP,
        details=CampaignDetails(title="Contributions volontaires des familles"),
        purpose=policy.purposes[0],
        school_year=2024,
        demo=False,
        policy=policy,
    )
    ledger.bus.submit(draft).result()
    return draft.stream_id


def list_classes(imports: ImportFixture, *labels: str) -> None:
    """Set the coop's list of classes for the campaign's school year."""
    stamp = Stamp(at=AT, by="treasurer")
    details = CoopDetails(name="Coop Test", school="école", town="Nice", affiliation_number="1")
    if not imports.ledger.store.load(Coop, COOP).version:
        imports.ledger.bus.submit(
            RegisterCoop(stream_id=COOP, stamp=stamp, association_id=ASSOCIATION, details=details, demo=False)
        ).result()
    imports.ledger.bus.submit(
        DefineSchoolClasses(stream_id=COOP, stamp=stamp, school_year=2024, labels=labels)
    ).result()


def file_of(*rows: Sequence[str]) -> bytes:
    """A CSV with the guide's header."""
    return as_csv(HEADER, *rows)


def test_the_guide_s_rows_give_its_figures_by_class_and_for_the_school(imports: ImportFixture) -> None:
    report = imports.take(SAMPLES / "guide.xlsx")
    assert report.ending is Ending.WRITTEN
    assert cents_by_class(report) == {"CE1": 1200, "CE2-CM1": 1200, "CPA": 2400}
    assert {total.class_code: total.children for total in report.classes} == {"CE1": 1, "CE2-CM1": 1, "CPA": 2}
    assert (report.cents, report.imported, report.lines) == (4800, 4, 4)
    assert report.text().splitlines() == [
        "4 lignes lues.",
        "4 lignes reprises, 0 déjà là.",
        "CE1\u00a0: 12,00\u00a0€ (1 enfant)",
        "CE2-CM1\u00a0: 12,00\u00a0€ (1 enfant)",
        "CPA\u00a0: 24,00\u00a0€ (2 enfants)",
        "École\u00a0: 48,00\u00a0€ (4 enfants)",
        "dont collecté ailleurs, jamais sur le compte en ligne\u00a0: 48,00\u00a0€ (AssoConnect)",
        f"Import {report.import_id} (à citer pour le retirer en entier)",
    ]
    lines = [line for held in imports.contributions() for line in held.lines.values()]
    assert sorted((line.class_code, line.held) for line in lines) == [
        ("CE1", 1200),
        ("CE2-CM1", 1200),
        ("CPA", 1200),
        ("CPA", 1200),
    ]


def test_the_same_payments_from_a_csv_after_a_workbook_change_nothing(imports: ImportFixture) -> None:
    imports.take(SAMPLES / "guide.xlsx")
    head = imports.ledger.store.head()
    people = imports.rows("SELECT person_id, updated_at FROM vault.people ORDER BY 1")
    again = imports.take(SAMPLES / "guide.csv")
    assert (again.imported, again.already_there, again.cents) == (0, 4, 0)
    assert imports.ledger.store.head() == head
    assert imports.rows("SELECT person_id, updated_at FROM vault.people ORDER BY 1") == people


def test_names_are_in_the_vault_and_nowhere_else(imports: ImportFixture, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        report = imports.take(SAMPLES / "guide.csv")
    stored = imports.rows("SELECT convert_from(state, 'UTF8') FROM ad06.ledger_events")
    stored += imports.rows("SELECT key FROM ad06.ledger_keys")
    outside = f"{stored} {caplog.text} {report!r} {report.text()}".casefold()
    keys = 4
    assert len(stored) == 1 + 4 * 2 + keys
    assert [name for name in NAMES if name.casefold() in outside] == []
    found = imports.vault.search(COOP, "galante marie")
    assert [(person.first_name, person.last_name) for person in found.values()] == [("Marie", "GALANTE")] * 2


def test_the_event_of_a_contribution_carries_the_commitment_of_its_payer(imports: ImportFixture) -> None:
    imports.take(SAMPLES / "guide.csv")
    ((payer_id, commitment),) = imports.rows(
        "SELECT convert_from(state, 'UTF8')::json ->> 'payer_id', convert_from(state, 'UTF8')::json ->> 'commitment'"
        " FROM ad06.ledger_events WHERE topic LIKE 'campaign.contribution_placed.%' ORDER BY position LIMIT 1"
    )
    ((salt,),) = imports.rows(f"SELECT salt FROM vault.people WHERE person_id = '{payer_id}'")  # noqa: S608 (an id)
    payer = imports.vault.get(UUID(str(payer_id)))
    assert payer is not None
    assert isinstance(salt, bytes)
    assert commitment == commitment_of(salt, canonical(payer))


def test_people_are_kept_as_long_as_their_purpose_needs(imports: ImportFixture) -> None:
    imports.take(file_of(marie()))
    kept = imports.rows("SELECT purpose, expires_on FROM vault.keys ORDER BY purpose")
    assert kept == [(1, date(2034, 8, 31)), (2, date(2026, 8, 31))]


def test_one_bad_line_stops_the_whole_file_and_is_named(imports: ImportFixture) -> None:
    report = imports.take(file_of(marie(), marie(first_name="Julien", due="douze"), marie(means="Chèque")))
    assert (report.ending, report.imported, report.cents) == (Ending.STOPPED, 0, 0)
    assert report.text().splitlines()[-4:] == [
        "Lignes refusées\u00a0:",
        "Ligne 3, colonne «\u00a0Montant dû\u00a0»\u00a0: montant illisible (deux décimales au plus).",
        f"Ligne 4, colonne «\u00a0Moyen de paiement\u00a0»\u00a0: {CARD_OR_CASH_ONLY}.",
        "Rien n’a été importé.",
    ]
    assert imports.contributions() == []
    assert imports.rows("SELECT person_id FROM vault.people") == []


def test_skipping_errors_imports_the_rest_and_the_corrected_file_adds_what_was_missing(imports: ImportFixture) -> None:
    first = imports.take(file_of(marie(), marie(first_name="Julien", due="douze")), skip_errors=True)
    assert (first.imported, [error.line for error in first.refused]) == (1, [3])
    second = imports.take(file_of(marie(), marie(first_name="Julien")))
    assert (second.imported, second.already_there, len(imports.contributions())) == (1, 1, 2)


def test_lines_that_were_not_paid_are_left_aside_and_said_so(imports: ImportFixture) -> None:
    report = imports.take(file_of(marie(), marie(first_name="Julien", status="En attente", day="")))
    assert (report.imported, report.lines) == (1, 2)
    assert "Ligne 3, colonne «\u00a0Paiement\u00a0»\u00a0: non repris\u00a0: paiement en attente." in report.text()


def test_a_trial_run_says_what_an_import_would_add_and_records_nothing(imports: ImportFixture) -> None:
    head = imports.ledger.store.head()
    report = imports.take(SAMPLES / "guide.csv", dry_run=True)
    assert (report.ending, report.imported, report.cents) == (Ending.TRIAL, 4, 4800)
    assert "4 lignes à reprendre, 0 déjà là." in report.text()
    assert imports.ledger.store.head() == head
    assert imports.rows("SELECT person_id FROM vault.people") == []


def test_cash_goes_to_the_cash_box_and_never_to_the_online_account(imports: ImportFixture) -> None:
    imports.take(file_of(marie(means="Espèces")))
    assert imports.rows("SELECT topic FROM ad06.ledger_events ORDER BY position DESC LIMIT 1") == [
        ("campaign.cash_received.1",)
    ]


def test_helloasso_payments_keep_their_number_and_leave_the_tip_out(imports: ImportFixture) -> None:
    report = imports.take(SAMPLES / "helloasso.csv")
    assert (cents_by_class(report), len(report.ignored)) == ({"SANS-CLASSE": 7550}, 3)
    payments = [payment for held in imports.contributions() for payment in held.external_payments.values()]
    assert {(payment.platform, payment.reference) for payment in payments} == {
        ("helloasso", "7001-OP"),
        ("helloasso", "7001-AD"),
        ("helloasso", "7003-OD"),
    }
    assert {held.tip_paid for held in imports.contributions()} == {0}
    assert imports.take(SAMPLES / "helloasso.csv").already_there == 3


def test_an_erased_person_is_not_put_back_by_the_same_file(imports: ImportFixture) -> None:
    imports.take(file_of(marie()))
    for person_id in imports.vault.search(COOP, "galante"):
        imports.vault.erase(person_id)
    imports.take(file_of(marie()))
    assert imports.vault.search(COOP, "") == {}


def test_two_overlapping_files_at_once_take_each_payment_once(imports: ImportFixture) -> None:
    files = [file_of(*(marie(first_name=f"Enfant{n}") for n in range(first, first + 40))) for first in (0, 20, 0, 10)]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(imports.take, files))
    assert sum(report.imported for report in reports) == 60
    assert sum(line.held for held in imports.contributions() for line in held.lines.values()) == 60 * 1200


def test_the_same_file_after_a_rotation_of_the_key_changes_nothing(imports: ImportFixture) -> None:
    imports.take(SAMPLES / "guide.csv")
    pool = imports.vault._pool
    assert PeopleVault(pool, ASSOCIATION, Keyring([NEXT_KEY, KEY])).rewrap() == 9
    rotated = imports._replace(vault=PeopleVault(pool, ASSOCIATION, Keyring([NEXT_KEY])))
    assert rotated.take(SAMPLES / "guide.csv").already_there == 4


def test_a_class_that_the_coop_s_list_does_not_have_is_shown_for_a_person_to_decide(imports: ImportFixture) -> None:
    list_classes(imports, "CP A", "CE1")
    rows = file_of(marie(school_class="cpa"), marie(first_name="Noé", school_class="CM2"))
    stopped = imports.take(rows)
    assert (stopped.ending, stopped.imported) == (Ending.STOPPED, 0)
    assert "Ligne 3, colonne «\u00a0classe\u00a0»\u00a0: cette classe n’est pas dans la liste" in stopped.text()
    taken = imports.take(rows, skip_errors=True)
    assert (taken.imported, [error.code for error in taken.refused]) == (1, ["class-unknown"])
    list_classes(imports, "CP A", "CE1", "CM2")
    assert (imports.take(rows).imported, len(imports.contributions())) == (1, 2)


def test_a_class_that_an_older_import_wrote_in_another_way_is_the_same_class(imports: ImportFixture) -> None:
    imports.take(file_of(marie(school_class="CM1 A")))
    list_classes(imports, "CM1-A")
    again = imports.take(file_of(marie(school_class="cm1-a")))
    assert (again.imported, again.already_there, again.reclassed) == (0, 1, ())


def test_an_archived_an_unknown_or_a_foreign_campaign_accepts_nothing_and_keeps_nobody(imports: ImportFixture) -> None:
    for campaign_id, scope in ((uuid4(), None), (imports.campaign_id, uuid4())):
        with pytest.raises(NotFound):
            import_payments(
                imports.ledger, imports.vault, campaign_id, sample("guide.csv"), by="treasurer", at=AT, scope=scope
            )
    imports.ledger.bus.submit(
        ArchiveCampaign(stream_id=imports.campaign_id, stamp=Stamp(at=AT, by="treasurer"))
    ).result()
    with pytest.raises(CampaignClosed):
        imports.take(SAMPLES / "guide.csv")
    assert imports.rows("SELECT person_id FROM vault.people") == []


def test_a_file_that_is_no_payments_table_is_refused(imports: ImportFixture) -> None:
    with pytest.raises(FormatUnknown):
        imports.take(b"a;b\r\n1;2\r\n")


def test_progress_ends_when_all_is_recorded(imports: ImportFixture) -> None:
    steps: list[tuple[int, int]] = []
    import_payments(
        imports.ledger,
        imports.vault,
        imports.campaign_id,
        sample("guide.csv"),
        by="treasurer",
        at=AT,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(0, 4), (4, 4)]


def test_every_contribution_has_its_own_key_that_is_no_plain_hash(imports: ImportFixture) -> None:
    imports.take(SAMPLES / "guide.csv")
    prefix = f"import:{imports.campaign_id}:"
    stored = imports.rows("SELECT key FROM ad06.ledger_keys WHERE key NOT LIKE 'payment_id%'")
    keys = [str(key) for (key,) in stored]
    assert len(keys) == 4
    assert all(key.startswith(prefix) and len(key) == len(prefix) + 64 for key in keys)


def test_an_import_that_overtakes_another_leaves_it_only_what_is_still_new(imports: ImportFixture) -> None:
    order = (*HEADER, "N° de commande")
    julien = (*marie(first_name="Julien", school_class="CE1"), "1001")
    narrow, wide = as_csv(order, (*marie(), "1001")), as_csv(order, julien, (*marie(), "1001"))
    overtakers = [narrow]

    def overtake(_done: int, _total: int) -> None:
        while overtakers:
            imports.take(overtakers.pop())

    report = import_payments(
        imports.ledger, imports.vault, imports.campaign_id, wide, by="treasurer", at=AT, progress=overtake
    )
    assert (report.imported, report.already_there, cents_by_class(report)) == (1, 1, {"CE1": 1200})
    assert sum(line.held for held in imports.contributions() for line in held.lines.values()) == 2400


def test_an_import_that_is_overtaken_for_ever_leaves_nobody_in_the_vault(
    imports: ImportFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(_: object) -> None:
        raise StaleVersion(expected=1)

    monkeypatch.setattr(imports.ledger.bus, "submit_together", overtaken)
    with pytest.raises(StaleVersion):
        imports.take(sample("guide.csv"))
    assert imports.contributions() == []
    assert imports.rows("SELECT count(*) FROM vault.people") == [(0,)]


def test_an_import_confirms_everybody_it_took_over(imports: ImportFixture) -> None:
    imports.take(sample("guide.csv"))
    assert imports.rows("SELECT count(*) FROM vault.keys WHERE provisional_until IS NOT NULL") == [(0,)]
    assert imports.rows("SELECT count(DISTINCT kind) FROM vault.keys") == [(2,)]
