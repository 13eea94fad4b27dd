"""What is past its day goes, in every kind, where no payment provider is configured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from adapters.email import FolderTransport
from adapters.family_accounts import Profile
from adapters.files import draw_picture
from adapters.people_vault import BasketVault, Person, Purpose
from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.campaign.basket import AbandonContribution, Child, PlaceContribution
from domain.campaign.settings import EditDetails, SetNotifications
from domain.events.campaign import CampaignDetails
from projections import contributions
from service import people
from service.associations import open_association
from service.demo.scenario import DemoIds
from service.retention import runner
from service.retention.rule import RetentionRule
from service.retention.runner import RetentionIncomplete, RetentionThread, run_rules
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from tests.kit.example_emails import letter
from tests.kit.example_files import picture
from tests.kit.waiting import wait_until

NOW: Final = datetime(2024, 7, 10, 12, tzinfo=UTC)
MARIE: Final = Person("Marie", "GALANTE", "marie@famille.example")


def do(runtime: Runtime, ids: DemoIds, kind: Any, at: datetime = NOW, **fields: Any) -> None:  # noqa: ANN401 - a command
    """Carry out a command of the campaign, and have the read models show it."""
    opened = runtime.ledger("ad06")
    opened.ledger.bus.submit(kind(stream_id=ids.campaign_id, stamp=Stamp(at=at, by="test"), **fields)).result(30)
    projectors = Projectors(runtime)
    assert projectors.wait_for("ad06", opened.ledger.store.head()[0], 20)
    projectors.close()


def rows(runtime: Runtime, query: str) -> list[tuple[Any, ...]]:
    """Look into the database as its administrator."""
    with psycopg.connect(runtime.database_url) as connection:
        return connection.execute(query.encode()).fetchall()


def change(runtime: Runtime, statement: str, *values: object) -> None:
    """Change something as the database's administrator."""
    with psycopg.connect(runtime.database_url) as connection:
        connection.execute(statement.encode(), values)


def place(runtime: Runtime, ids: DemoIds, at: datetime = NOW) -> tuple[UUID, UUID, UUID]:
    """A family fills a basket; return the contribution, the payer and the child."""
    contribution_id, payer_id, child_id = uuid4(), uuid4(), uuid4()
    vault = runtime.ledger("ad06").vault
    commitment = people.keep_payer(vault, ids.coop_id, payer_id, MARIE, at)
    people.keep_children(vault, ids.coop_id, {child_id: MARIE}, at)
    do(
        runtime,
        ids,
        PlaceContribution,
        at,
        contribution_id=contribution_id,
        payer_id=payer_id,
        commitment=commitment,
        children=(Child(participant_id=child_id, class_label="CP", tariff_id="enfant", cents=1200),),
        tip_cents=0,
        means="card",
        instalments=1,
        terms_version="1",
        known_classes={},
        desk=True,
    )
    return contribution_id, payer_id, child_id


@pytest.mark.usefixtures("ids")
def test_people_past_their_day_go_with_their_photos(runtime: Runtime) -> None:
    before = rows(runtime, "SELECT count(*) FROM vault.people")
    run_rules(runtime, datetime(2025, 8, 31, 12, tzinfo=UTC))
    assert rows(runtime, "SELECT count(*) FROM vault.people") == before
    run_rules(runtime, datetime(2025, 9, 1, 12, tzinfo=UTC))
    assert rows(runtime, "SELECT DISTINCT purpose FROM vault.keys") == [(1,)]
    run_rules(runtime, datetime(2034, 9, 1, 12, tzinfo=UTC))
    assert rows(runtime, "SELECT count(*) FROM vault.people") == [(0,)]


def test_who_gave_up_before_paying_goes_after_weeks_and_not_after_ten_years(runtime: Runtime, ids: DemoIds) -> None:
    vault = runtime.ledger("ad06").vault
    given_up, payer_id, child_id = place(runtime, ids)
    _, waiting_payer, _ = place(runtime, ids)
    do(runtime, ids, AbandonContribution, contribution_id=given_up, reason="expired")
    run_rules(runtime, NOW + timedelta(days=45))
    assert vault.get(payer_id) == MARIE
    erased = run_rules(runtime, NOW + timedelta(days=45, seconds=1))
    assert erased["people of contributions that were given up, for which no money ever moved"] == 2
    assert (vault.get(payer_id), vault.get(child_id), vault.get(waiting_payer)) == (None, None, MARIE)
    paid = runtime.ledger("ad06").read(contributions.of_campaign, ids.campaign_id)
    assert {row.payer_id for row in paid if row.paid} <= set(vault.get_many(row.payer_id for row in paid))


def test_a_contact_goes_a_day_after_another_took_its_place(runtime: Runtime, ids: DemoIds) -> None:
    opened, former, present = runtime.ledger("ad06"), uuid4(), uuid4()
    for contact_id in (former, present):
        people.keep_contact(opened.vault, ids.coop_id, contact_id, MARIE, NOW)
        do(runtime, ids, EditDetails, details=CampaignDetails(title="Rentrée", contact_id=contact_id))
    run_rules(runtime, NOW)
    assert set(opened.vault.get_many([former, present])) == {former, present}
    change(runtime, "UPDATE vault.people SET updated_at = now() - interval '25 hours'")
    run_rules(runtime, NOW)
    assert set(opened.vault.get_many([former, present])) == {present}


def test_an_address_to_notify_stays_while_a_campaign_names_it_and_goes_a_day_after(
    runtime: Runtime, ids: DemoIds
) -> None:
    """S-99: kept as the contact is, and no longer."""
    opened, former, present = runtime.ledger("ad06"), uuid4(), uuid4()
    for contact_id in (former, present):
        people.keep_contact(opened.vault, ids.coop_id, contact_id, MARIE, NOW)
        do(runtime, ids, SetNotifications, contact_ids=(contact_id,))
    change(runtime, "UPDATE vault.people SET updated_at = now() - interval '25 hours'")
    run_rules(runtime, NOW)
    assert set(opened.vault.get_many([former, present])) == {present}
    run_rules(runtime, datetime(2025, 9, 1, tzinfo=UTC))
    assert opened.vault.get(present) is None


def test_a_picture_goes_a_day_after_no_campaign_shows_it(runtime: Runtime, ids: DemoIds) -> None:
    opened, former, present = runtime.ledger("ad06"), draw_picture(picture(1300, 900)), draw_picture(picture(900, 700))
    for drawn in (former, present):
        opened.files.keep_picture(drawn)
        do(runtime, ids, EditDetails, details=CampaignDetails(title="Rentrée", picture=str(drawn.ref)))
    run_rules(runtime, NOW)
    assert opened.files.find(former.ref.digest, 480) is not None
    change(runtime, "UPDATE files.contents SET kept_at = now() - interval '25 hours'")
    opened.files.keep_picture(former)  # given again, for a change that is about to be recorded
    run_rules(runtime, NOW)
    assert opened.files.find(former.ref.digest, 480) is not None
    change(runtime, "UPDATE files.contents SET kept_at = now() - interval '25 hours'")
    run_rules(runtime, NOW)
    assert opened.files.find(former.ref.digest, 480) is None
    assert opened.files.find(present.ref.digest, 480) is not None


def test_nothing_is_taken_for_gone_while_the_read_models_are_behind(runtime: Runtime, ids: DemoIds) -> None:
    opened, contact_id, drawn = runtime.ledger("ad06"), uuid4(), draw_picture(picture(900, 700))
    people.keep_contact(opened.vault, ids.coop_id, contact_id, MARIE, NOW)
    opened.files.keep_picture(drawn)
    change(runtime, "UPDATE files.contents SET kept_at = now() - interval '25 hours'")
    change(runtime, "UPDATE vault.people SET updated_at = now() - interval '25 hours'")
    details = CampaignDetails(title="Rentrée", contact_id=contact_id, picture=str(drawn.ref))
    command = EditDetails(stream_id=ids.campaign_id, stamp=Stamp(at=NOW, by="test"), details=details)
    opened.ledger.bus.submit(command).result(30)
    run_rules(runtime, NOW)
    assert opened.vault.get(contact_id) == MARIE
    assert opened.files.find(drawn.ref.digest, 480) is not None


def test_passing_things_pass(runtime: Runtime, ids: DemoIds, tmp_path: Path) -> None:
    add_task = "INSERT INTO work.tasks (ledger, kind, subject, lane, facts, run_at, state, ended_at)"
    for number, (kind, state, days) in enumerate(
        (("letter:account-confirm", "done", 31), ("letter:account-confirm", "done", 29), ("letter:receipt", "done", 31),
         ("letter:payment", "done", 400), ("letter:account-confirm", "waiting", 31))
    ):  # fmt: skip
        values = ("ad06", kind, str(number), "ad06:x", Jsonb({}), NOW, state, NOW - timedelta(days=days))
        change(runtime, f"{add_task} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", *values)
    add_body = "INSERT INTO work.notifications (event, endpoint, kind, object_id, created_at, run_at, state, body,"
    for event, days in (("evt_old", 8), ("evt_new", 6)):
        heard = (event, "platform", "charge.succeeded", "ch_1", NOW, NOW, "done", b"{}", NOW - timedelta(days=days))
        change(runtime, f"{add_body} received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", *heard)
    folder = tmp_path / "outbox" / "ad06" / str(ids.coop_id)
    FolderTransport(folder, "coop@ecole.example").send(letter())
    run_rules(runtime, NOW)
    assert rows(runtime, "SELECT subject FROM work.tasks ORDER BY subject") == [("1",), ("3",), ("4",)]
    assert rows(runtime, "SELECT event, body IS NULL FROM work.notifications ORDER BY event") == [
        ("evt_new", False),
        ("evt_old", True),
    ]
    assert len(list(folder.glob("*.eml"))) == 1
    run_rules(runtime, datetime.now(UTC) + timedelta(days=31))
    assert list(folder.glob("*.eml")) == []


def test_baskets_and_accounts_go_in_their_time_and_no_sooner(runtime: Runtime) -> None:
    opened, now, account_id = runtime.ledger("ad06"), datetime.now(UTC), uuid4()
    left, fresh = BasketVault.new_token(), BasketVault.new_token()
    opened.baskets.write(left, b"left", now - timedelta(days=1))
    opened.baskets.write(fresh, b"fresh", now)
    opened.families.accounts.create(account_id, Profile("A", "B", "a@famille.example"), now - timedelta(days=8))
    past, kept = uuid4(), uuid4()
    for person_id, until in ((past, paris_date(now) - timedelta(days=1)), (kept, paris_date(now))):
        purpose = Purpose.CLASS_LIFE
        opened.vault.put(MARIE, person_id=person_id, coop_id=uuid4(), purpose=purpose, expires_on=until)
    run_rules(runtime, now)
    assert opened.families.accounts.by_id(account_id) is None
    assert opened.baskets.read(left, now - timedelta(minutes=1)) is None
    assert opened.baskets.read(fresh, now) is not None
    assert opened.vault.get_many([past, kept]).keys() == {kept}


@pytest.mark.usefixtures("ids")
def test_a_rule_that_fails_stops_no_other_and_is_told(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> int:
        raise psycopg.OperationalError

    first, *others = runner._RULES
    monkeypatch.setattr(runner, "_RULES", (RetentionRule("broken", {}, "x", "x", broken), first, *others))
    with pytest.raises(RetentionIncomplete):
        run_rules(runtime, datetime(2034, 9, 1, 12, tzinfo=UTC))
    assert rows(runtime, "SELECT count(*) FROM vault.people") == [(0,)]


@pytest.mark.usefixtures("ids")
def test_a_thread_follows_the_rules_without_a_payment_provider(runtime: Runtime) -> None:
    with RetentionThread(runtime, lambda: datetime(2034, 9, 1, tzinfo=UTC), every=timedelta(milliseconds=50)):
        wait_until(lambda: rows(runtime, "SELECT count(*) FROM vault.people") == [(0,)])


@pytest.mark.usefixtures("ids")
def test_the_worker_erases_where_no_payment_provider_is_configured(runtime: Runtime) -> None:
    """The guide's children are past their day since 2025."""
    assert date.today() > date(2025, 8, 31)  # noqa: DTZ011 - years apart
    assert (2,) in rows(runtime, "SELECT DISTINCT purpose FROM vault.keys")
    env = {name: value for name, value in os.environ.items() if not name.startswith("COOPLEDGER_STRIPE")}
    env["COOPLEDGER_DATABASE_URL"] = runtime.database_url
    with subprocess.Popen([sys.executable, "-m", "service.cli", "worker"], env=env, stderr=subprocess.PIPE) as worker:
        try:
            wait_until(lambda: rows(runtime, "SELECT DISTINCT purpose FROM vault.keys") == [(1,)], seconds=30)
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.communicate(timeout=30)
    assert worker.returncode == 0


@pytest.mark.usefixtures("ids")
def test_a_round_rests_after_each_association_and_ends_where_it_is_told_to(runtime: Runtime) -> None:
    named: dict[str, Any] = {"slug": "ad83", "name": "OCCE 83", "siren": "123456782", "demo": True}
    open_association(runtime.database_url, association_id=uuid4(), at=NOW, by="test", **named)
    rested: list[int] = []

    def rest(associations: int) -> bool:
        rested.append(associations)
        return len(rested) == 3

    run_rules(runtime, NOW, rest)
    assert rested == [2, 2]
    run_rules(runtime, NOW, rest)
    assert rested == [2, 2, 2]
