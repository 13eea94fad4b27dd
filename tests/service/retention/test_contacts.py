"""Contacts that coops wrote down: forgotten with a family, gone on their day, and never back after a restore."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from adapters.contact_vault import ContactProfile
from adapters.retention import ErasureList
from adapters.stripe_sandbox.testing import SandboxServer
from service.contacts.address_book import add_contacts
from service.contacts.groups import all_groups, make_group
from service.emails.sender import EmailSender
from service.emails.transports import open_transport
from service.retention.context import RetentionContext, context_of
from service.retention.erasures import erase_contacts, replay
from service.retention.person.erasure import erase_person
from service.retention.traces import erase_expired_contacts
from service.runtime.projectors import Projectors
from service.settings import Settings
from tests.kit.email_world import PAYER, PUBLIC, EmailWorld
from tests.kit.service_world import SLUG, open_world_as

_TODAY = date(2026, 9, 2)


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
    projectors = Projectors(world.runtime)
    assert projectors.wait_for(SLUG, world.runtime.ledger(SLUG).ledger.store.head()[0], 20)
    projectors.close()
    return context_of(world.runtime, SLUG, world.now())


def addresses(world: EmailWorld) -> list[str]:
    """The addresses that the coop wrote down."""
    found = world.runtime.ledger(SLUG).contacts.people.of_coop(world.coop_id)
    return sorted(one.profile.email for one in found)


def test_forgetting_a_family_erases_its_contacts_whatever_their_case_in_every_coop(world: EmailWorld) -> None:
    opened, other_coop = world.runtime.ledger(SLUG), uuid4()
    family = world.pay_for(PAYER, "CP A")
    profiles = [ContactProfile(PAYER.email.upper(), "Another name"), ContactProfile("other@example.org")]
    for coop_id in (world.coop_id, other_coop):
        add_contacts(opened, coop_id, profiles, _TODAY)
    erase_person(context(world), ErasureList(world.runtime.settings.erasures), world.contribution(family).payer_id)
    assert addresses(world) == ["other@example.org"]
    assert len(opened.contacts.people.of_coop(other_coop)) == 1


def test_an_erased_contact_does_not_come_back_with_a_restored_vault(world: EmailWorld) -> None:
    opened = world.runtime.ledger(SLUG)
    add_contacts(opened, world.coop_id, [ContactProfile("gone@example.org")], _TODAY)
    (contact,) = opened.contacts.people.of_coop(world.coop_id)
    with psycopg.connect(world.runtime.database_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE backup AS SELECT * FROM vault.contacts")
        erase_contacts(world.runtime, opened, [contact.contact_id], world.now())
        assert addresses(world) == []
        owner.execute("DELETE FROM vault.erasures; INSERT INTO vault.contacts SELECT * FROM backup")
    assert addresses(world) == ["gone@example.org"]
    assert replay(world.runtime, ErasureList(world.runtime.settings.erasures).read()) == 1
    assert addresses(world) == []


def test_contacts_and_groups_go_at_the_end_of_the_next_school_year(world: EmailWorld) -> None:
    opened = world.runtime.ledger(SLUG)
    group_id = uuid4()
    make_group(opened, world.coop_id, group_id, "Conseil", _TODAY)
    add_contacts(opened, world.coop_id, [ContactProfile("kept@example.org")], _TODAY, [group_id])
    base = context(world)
    for now, left in ((datetime(2028, 8, 31, 12, tzinfo=UTC), 1), (datetime(2028, 9, 1, 12, tzinfo=UTC), 0)):
        erase_expired_contacts(base._replace(now=now))
        assert (len(addresses(world)), len(all_groups(opened, world.coop_id))) == (left, left)
