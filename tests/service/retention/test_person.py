"""What is kept of a person is given to them and forgotten at their wish: theirs alone, and no total changes."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.email import FolderTransport, stored_emails
from adapters.family_accounts import LinkedContribution, Profile
from adapters.people_vault import PayerName, Person, PersonMissing
from adapters.retention import ErasureList, ErasureListUnwritable
from adapters.stripe_sandbox.testing import SandboxServer
from domain.errors import ReadersBehind
from service import people
from service.emails.sender import EmailSender
from service.emails.transports import open_transport
from service.retention.context import RetentionContext, context_of
from service.retention.person.erasure import InstalmentsPending, erase_person
from service.retention.person.export import export_person
from service.retention.person.private_file import ExportUnwritable
from service.runtime.open_ledger import OpenLedger
from service.runtime.projectors import Projectors
from service.settings import Settings
from tests.kit.email_world import CHILDREN, PAYER, PUBLIC, EmailWorld
from tests.kit.example_emails import letter
from tests.kit.example_files import picture
from tests.kit.service_world import SLUG, open_world_as

OTHER = Person("Robert", "DUPOND", "robert@famille.example")


@pytest.fixture
def world(
    database: str, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[EmailWorld]:
    """A world whose e-mails lie in its folder."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", "a" * 43 + "=")
    sender = EmailSender(open_transport(Settings(data_dir=tmp_path)), PUBLIC)
    with open_world_as(EmailWorld, database, sandbox, sender, data_dir=tmp_path) as founded:
        founded.certify()
        yield founded


def context(world: EmailWorld) -> RetentionContext:
    """What erasing needs, once the read models show everything."""
    opened = world.runtime.ledger(SLUG)
    projectors = Projectors(world.runtime)
    assert projectors.wait_for(SLUG, opened.ledger.store.head()[0], 20)
    projectors.close()
    return context_of(world.runtime, SLUG, world.now())


def erasures(world: EmailWorld) -> ErasureList:
    """The list outside the backups."""
    return ErasureList(world.runtime.settings.erasures)


def children_of(world: EmailWorld, contribution_id: UUID) -> list[UUID]:
    """The children on a contribution."""
    return [line.participant_id for line in world.contribution(contribution_id).lines.values()]


def exported(world: EmailWorld, person_id: UUID, folder: Path) -> dict[str, Any]:
    """The file of a person."""
    path = export_person(context(world).opened, person_id, folder, world.now())
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def state(opened: OpenLedger) -> tuple[int, bytes]:
    """The end of the log: its position and its hash."""
    return opened.ledger.store.head()


def test_the_file_holds_the_payers_own_payments_and_children_and_no_other_payer(
    world: EmailWorld, tmp_path: Path
) -> None:
    mine = world.pay_for(PAYER, "CP A", "CE1")
    payer_id = world.payer_id
    world.pay_for(OTHER, "CP A")
    child_id, *_ = children_of(world, mine)
    world.runtime.ledger(SLUG).photos.put(child_id, picture())
    told = exported(world, payer_id, tmp_path)
    assert told["personne"]["courriel"] == PAYER.email
    (contribution,) = told["contributions"]
    assert contribution["identifiant"] == str(mine)
    assert contribution["centimes"]["regle"] == 24_00
    assert {one["personne"]["prenom"] for one in contribution["enfants"]} == {one.first_name for one in CHILDREN}
    assert sum("photo_jpeg_base64" in one for one in contribution["enfants"]) == 1
    assert OTHER.last_name not in json.dumps(told, ensure_ascii=False)


def test_the_file_is_readable_by_its_owner_alone_and_replaces_no_other(world: EmailWorld, tmp_path: Path) -> None:
    world.pay_for(PAYER, "CP A")
    payer_id, opened = world.payer_id, context(world).opened
    path = export_person(opened, payer_id, tmp_path, world.now())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (PAYER.last_name not in path.name, str(payer_id) in path.name) == (True, True)
    with pytest.raises(ExportUnwritable):
        export_person(opened, payer_id, tmp_path, world.now())
    with pytest.raises(ExportUnwritable):
        export_person(opened, payer_id, tmp_path / "not there", world.now())
    with pytest.raises(PersonMissing):
        export_person(opened, uuid4(), tmp_path, world.now())


def test_the_name_of_who_paid_goes_to_the_archive_and_everything_else_is_gone(world: EmailWorld) -> None:
    mine = world.pay_for(PAYER, "CP A", "CE1")
    payer_id, children = world.payer_id, children_of(world, mine)
    outcome = erase_person(context(world), erasures(world), payer_id)
    opened = world.runtime.ledger(SLUG)
    assert (outcome.people, outcome.contributions, outcome.kept_until) == (3, 1, None)
    assert outcome.archived_until is not None
    assert outcome.archived_until.year == 2037
    assert opened.vault.get_many([payer_id, *children]) == {}
    assert opened.archive.of_campaign(world.campaign_id) == {mine: PayerName(PAYER.first_name, PAYER.last_name)}


def test_the_payer_goes_too_where_the_association_decides_so(world: EmailWorld) -> None:
    mine = world.pay_for(PAYER, "CP A", "CE1")
    payer_id, children = world.payer_id, children_of(world, mine)
    others = world.pay_for(OTHER, "CP A")
    opened = world.runtime.ledger(SLUG)
    before = state(opened)
    outcome = erase_person(context(world), erasures(world), payer_id, despite_accounts=True)
    assert (outcome.people, outcome.archived, outcome.archived_until) == (3, 0, None)
    assert not opened.archive.holds(payer_id)
    assert opened.vault.get_many([payer_id, *children]) == {}
    assert set(opened.vault.get_many([world.payer_id, *children_of(world, others)])) != set()
    assert state(opened) == before
    world.check_money()


def test_who_never_paid_goes_without_being_asked_twice(world: EmailWorld) -> None:
    world.place_for(PAYER, "CP A")
    outcome = erase_person(context(world), erasures(world), world.payer_id)
    assert (outcome.people, outcome.archived, outcome.kept_until) == (2, 0, None)


def test_who_holds_a_mandate_stays_for_the_accounts(world: EmailWorld) -> None:
    holder_id = uuid4()
    people.keep_holder(world.context.vault, world.coop_id, holder_id, OTHER, world.now())
    outcome = erase_person(context(world), erasures(world), holder_id)
    assert outcome.kept_until is not None
    assert world.runtime.ledger(SLUG).vault.get(holder_id) == OTHER


def test_what_was_typed_and_the_link_of_an_account_go(world: EmailWorld) -> None:
    mine, opened, token, account_id = world.pay_for(PAYER, "CP A"), world.runtime.ledger(SLUG), "t" * 22, uuid4()
    payer_id = world.payer_id
    opened.baskets.write(token, b"Anatole", world.now())
    opened.baskets.place(token, mine, (payer_id,))
    opened.families.accounts.create(account_id, Profile("A", "B", "a@famille.example"), world.now(), confirmed=True)
    other = LinkedContribution(world.campaign_id, uuid4(), world.now())
    for linked in (LinkedContribution(world.campaign_id, mine, world.now()), other):
        opened.families.accounts.link(account_id, linked)
    erase_person(context(world), erasures(world), payer_id)
    assert not opened.baskets.is_kept(mine, world.now())
    assert opened.families.accounts.contributions_of(account_id) == [other]


def test_letters_still_to_be_sent_are_dropped_and_those_in_the_folder_erased(world: EmailWorld, tmp_path: Path) -> None:
    mine = world.place_for(PAYER, "CP A")
    payer_id = world.payer_id
    assert world.submit(world.page(mine)) == "Paid"
    world.settle(seconds=3)
    folder = tmp_path / "outbox" / SLUG / str(world.coop_id)
    assert [path for path in folder.glob("*.eml") if PAYER.email.encode() in path.read_bytes()]
    FolderTransport(folder, "coop@ecole.example").send(letter(to="robert@famille.example"))
    with world.worker.outbox.pool.connection() as connection:
        connection.execute("UPDATE work.tasks SET state = 'waiting' WHERE lane = %s", (f"{SLUG}:letters:{mine}",))
    erase_person(context(world), erasures(world), payer_id, despite_accounts=True)
    assert [task for task in world.tasks() if task[5] == f"{SLUG}:letters:{mine}" and task[1] != "done"] == []
    world.settle()
    assert [email.to for email in stored_emails(folder)] == ["robert@famille.example"]


def test_the_provider_forgets_who_kept_a_card_once_no_instalment_is_left(world: EmailWorld) -> None:
    world.pay_for(PAYER, "CP A", instalments=3)
    payer_id = world.payer_id
    customers = world.sandbox.sandbox.state.table("customer")
    assert len(customers) == 1
    with pytest.raises(InstalmentsPending):
        erase_person(context(world), erasures(world), payer_id, despite_accounts=True)
    assert world.runtime.ledger(SLUG).vault.get(payer_id) == PAYER
    for _ in range(2):
        world.settle(days=31)
    erase_person(context(world), erasures(world), payer_id, despite_accounts=True)
    world.settle(days=1)
    assert customers == {}
    assert {method["customer"] for method in world.sandbox.sandbox.state.table("payment_method").values()} == {None}
    world.check_money()


def test_an_erasure_that_cannot_be_remembered_is_not_made(world: EmailWorld, tmp_path: Path) -> None:
    mine = world.pay_for(PAYER, "CP A")
    (tmp_path / "a file").write_text("x")
    spoilt, tasks = ErasureList(tmp_path / "a file" / "list"), world.worker.outbox.count()
    with pytest.raises(ErasureListUnwritable):
        erase_person(context(world), spoilt, world.payer_id, despite_accounts=True)
    everybody = [world.payer_id, *children_of(world, mine)]
    assert set(world.runtime.ledger(SLUG).vault.get_many(everybody)) == set(everybody)
    assert world.worker.outbox.count() == tasks


def test_nobody_is_erased_or_exported_by_halves_while_the_read_models_are_behind(
    world: EmailWorld, tmp_path: Path
) -> None:
    behind = context(world)
    world.pay_for(PAYER, "CP A")
    with pytest.raises(ReadersBehind):
        erase_person(behind, erasures(world), world.payer_id)
    with pytest.raises(ReadersBehind):
        export_person(behind.opened, world.payer_id, tmp_path, world.now())


def test_a_child_or_a_contact_is_erased_alone(world: EmailWorld) -> None:
    mine = world.pay_for(PAYER, "CP A", "CE1")
    first, second = children_of(world, mine)
    assert erase_person(context(world), erasures(world), first).people == 1
    assert set(world.runtime.ledger(SLUG).vault.get_many([first, second])) == {second}
    contact_id = uuid4()
    people.keep_contact(world.context.vault, world.coop_id, contact_id, OTHER, world.now())
    assert erase_person(context(world), erasures(world), contact_id).people == 1
    with pytest.raises(PersonMissing):
        erase_person(context(world), erasures(world), contact_id)
