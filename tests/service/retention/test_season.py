"""After a season and an erasure nobody's name, address or telephone is anywhere, and no total or hash has changed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from adapters.family_accounts import LinkedContribution, Profile
from adapters.people_vault import Person
from adapters.retention import ErasureList
from adapters.stripe_sandbox.testing import SandboxServer
from domain.campaign.basket import AbandonContribution
from reports.render import render
from service.audit.place import place_of
from service.audit.verification import verify_ledger
from service.baskets.basket import Basket, BasketChild, to_bytes
from service.emails.sender import EmailSender
from service.emails.transports import open_transport
from service.receipts.receipt_service import ReceiptService
from service.reports import ReportBuilder
from service.retention.context import context_of
from service.retention.person.erasure import erase_person
from service.retention.person.export import export_person
from service.retention.runner import run_rules
from service.runtime.projectors import Projectors
from service.settings import Settings
from tests.kit.email_world import CHILDREN, CONTACT, HOLDER, PAYER, PUBLIC, EmailWorld
from tests.kit.example_emails import read, subject
from tests.kit.example_files import picture
from tests.kit.service_world import SLUG, open_world_as

GONE: Final = (PAYER, *CHILDREN, Person("Théodule", "FRICOTEAU", "theodule@famille.example", "+33698765432"))
NEEDLES: Final = tuple(
    word for one in GONE for word in (one.first_name, one.last_name, one.email, one.phone.removeprefix("+33")) if word
)
"""What must be nowhere any more: names, addresses, telephone numbers."""


class Season(NamedTuple):
    """What a season left: who paid, what they paid for, and what must not change."""

    payers: list[UUID]
    contributions: list[UUID]


@pytest.fixture
def world(
    database: str, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[EmailWorld]:
    """A world whose e-mails lie in its folder."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", "a" * 43 + "=")
    sender = EmailSender(open_transport(Settings(data_dir=tmp_path)), PUBLIC)
    with open_world_as(EmailWorld, database, sandbox, sender, data_dir=tmp_path) as founded:
        yield founded


def play(world: EmailWorld) -> Season:
    """Letters, instalments, refunds, a payout, a basket given up, an account, photos: all that a season brings."""
    world.certify()
    world.appoint(HOLDER)
    world.name_contact(CONTACT)
    opened, payers, paid = world.runtime.ledger(SLUG), [], []
    for payer, classes, instalments in ((PAYER, ("CP A", "CE1"), 3), (GONE[3], ("CP A",), 1), (PAYER, ("CE1",), 1)):
        paid.append(world.pay_for(payer, *classes, instalments=instalments))
        payers.append(world.payer_id)
        for line in world.contribution(paid[-1]).lines.values():
            opened.photos.put(line.participant_id, picture())
    world.refund(paid[1], 5_00)
    world.settle(days=31)
    world.settle(days=31)
    world.payout(10_00)
    world.settle(days=10)
    given_up = world.place_for(PAYER, "CP A")
    payers.append(world.payer_id)
    world.do(AbandonContribution, contribution_id=given_up, reason="expired")
    typed = Basket(world.campaign_id, [BasketChild("child0", "Anatole", "QUATREBARBES")], "Théodule", "FRICOTEAU")
    opened.baskets.write("t" * 22, to_bytes(typed), world.now())
    opened.baskets.place("t" * 22, paid[0], payers[:1])
    account_id = uuid4()
    opened.families.accounts.create(account_id, Profile("A", "B", "a@famille.example"), world.now(), confirmed=True)
    opened.families.accounts.link(account_id, LinkedContribution(world.campaign_id, paid[0], world.now()))
    show(world)
    return Season(payers, [*paid, given_up])


def show(world: EmailWorld) -> None:
    """Have the read models show everything."""
    projectors = Projectors(world.runtime)
    assert projectors.wait_for(SLUG, world.runtime.ledger(SLUG).ledger.store.head()[0], 20)
    projectors.close()


def documents(world: EmailWorld, season: Season) -> dict[str, bytes]:
    """Every document that could name somebody, and every total: as files of data."""
    opened = world.runtime.ledger(SLUG)
    builder = ReportBuilder(opened, world.now())
    made = [
        builder.class_balance(world.campaign_id),
        builder.family_voucher(world.campaign_id),
        builder.payments_table(world.campaign_id),
    ]
    receipts = ReceiptService(opened, world.now(), PUBLIC)
    made += [receipts.receipt(receipts.source(world.campaign_id, one)).report for one in season.contributions[:3]]
    return {f"{number}-{one.name}": render(one, "json").content for number, one in enumerate(made)}


def dump(world: EmailWorld) -> str:
    """Every row of every table of the database, as text; bytes as text too where they are one."""
    found = []
    with psycopg.connect(world.runtime.database_url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname <> 'information_schema' AND schemaname !~ '^pg_'"  # nor tables of a session that ends
        ).fetchall()
        assert len(tables) > 40
        for schema, table in tables:
            for row in connection.execute(SQL("SELECT * FROM {}").format(Identifier(schema, table))):
                found += [one.decode("latin-1") if isinstance(one, bytes) else str(one) for one in row]
                found += [one.decode(errors="ignore") for one in row if isinstance(one, bytes)]
    return "\n".join(found)


def heads(world: EmailWorld) -> tuple[object, ...]:
    """What no erasure may change: the end of the log, the money, what the read models hold."""
    verdict = verify_ledger(place_of(world.runtime.ledger(SLUG).ledger))
    assert verdict.findings == ()
    with psycopg.connect(world.runtime.database_url) as connection:
        read = SQL("SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} AS t")
        tables = ("contributions", "participants", "refund_lines", "journal_lines", "payouts")
        known = {
            name
            for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'ad06_read'")
            if name in tables
        }
        sums = [connection.execute(read.format(Identifier("ad06_read", name))).fetchone() for name in sorted(known)]
    assert len(sums) >= 3
    return verdict.events, verdict.chain_head, sums


def texts_of(folder: Path) -> dict[str, str]:
    """The files below a folder, as mail programs and people read them."""
    return {str(path): _text_of(path) for path in folder.rglob("*") if path.is_file()}


def _text_of(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix != ".eml":
        return content.decode(errors="replace")
    message = read(content)
    parts = [one.get_content() for one in message.walk() if one.get_content_maintype() == "text"]
    return "\n".join([subject(content), str(message["To"]), str(message["Reply-To"]), *parts])


def held(texts: dict[str, str] | str) -> list[str]:
    """The needles that occur, whatever the case."""
    every = texts if isinstance(texts, str) else "\n".join(texts.values())
    return [needle for needle in NEEDLES if needle.casefold() in every.casefold()]


@pytest.mark.parametrize("despite_accounts", [True, False])
def test_after_a_season_and_an_erasure_nobody_is_found_anywhere_and_no_total_changed(
    world: EmailWorld,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    *,
    despite_accounts: bool,
) -> None:
    caplog.set_level(logging.INFO)
    season = play(world)
    before = documents(world, season)
    assert held({name: content.decode() for name, content in before.items()})  # the season does name them
    outbox = tmp_path / "outbox"
    assert {"Anatole", "theodule@famille.example"} <= set(held(texts_of(outbox)))
    unchanged = heads(world)

    opened = world.runtime.ledger(SLUG)
    exports = tmp_path / "exports"
    exports.mkdir()
    given = [export_person(opened, payer, exports, world.now()) for payer in season.payers]
    assert held(texts_of(exports))
    for path in given:
        path.unlink()  # handed over
    for payer in season.payers:
        context = context_of(world.runtime, SLUG, world.now())
        erase_person(context, ErasureList(world.runtime.settings.erasures), payer, despite_accounts=despite_accounts)
    world.settle()
    run_rules(world.runtime, world.now())
    show(world)

    assert heads(world) == unchanged
    assert held(dump(world)) == []
    assert held(texts_of(tmp_path)) == []
    after = documents(world, season)
    assert held({name: content.decode() for name, content in after.items()}) == []
    assert after.keys() == before.keys()
    assert any("Personne effacée" in content.decode() for content in after.values())
    assert world.sandbox.sandbox.state.table("customer") == {}
    assert held(caplog.text) == []
    told = capsys.readouterr()
    assert held(told.out + told.err) == []
    world.check_money()
    assert opened.vault.get_many(season.payers) == {}
    # Where the ten years run, who paid is in the archive, and nothing else of them.
    archived = opened.archive.of_campaign(world.campaign_id)
    assert set(archived) == (set() if despite_accounts else set(season.contributions[:3]))
    assert {name.last_name for name in archived.values()} <= {PAYER.last_name, GONE[3].last_name}
    # Those who did not ask are there.
    assert HOLDER in everybody(world)


def everybody(world: EmailWorld) -> list[Person]:
    """Whoever is in the vault."""
    with psycopg.connect(world.runtime.database_url) as connection:
        ids = [person_id for (person_id,) in connection.execute("SELECT person_id FROM vault.people")]
    return list(world.runtime.ledger(SLUG).vault.get_many(ids).values())
