"""Worlds that agree on all that anybody is shown, and differ in which contacts contributed.

One school is founded, reminded once, paid for, and has asked for the second reminder; then its database and its files
are copied for each world: the hashes of the log hold the database's clock. What a world adds lies in the vault alone:
by which letter's link, or by which account, somebody contributed whose name and address everybody sees.
"""

from __future__ import annotations

import contextlib
import io
import re
import socket
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
import structlog
from typer.testing import CliRunner

from adapters.family_accounts import LinkedContribution, Profile
from adapters.local_postgres import LocalPostgres
from adapters.people_vault import Person
from adapters.stripe_sandbox.testing import run_sandbox
from domain.rights.roles import Role
from service.cli import jobs
from service.cli.main import app
from service.diagnostics.metrics import MetricsListener
from service.emails.sender import open_email_sender
from service.emails.transports import reminders_place
from service.messages import stop_links
from service.receipts import proof
from service.reminders.sender import BETWEEN, LOOKS
from service.retention.runner import run_rules
from service.settings import Settings
from tests.kit.association import found_association
from tests.kit.databases import database_with
from tests.kit.members.access import CLASS
from tests.kit.members.sessions import MEMBER_COOKIE, SLUG
from tests.kit.service_world import MONDAY, open_world_as
from tests.service.noninterference.copies import Founded, World, copy_on_line, let_in, line_of, rows_outside_the_vault
from tests.service.noninterference.observation import pages
from tests.service.reminders.reminder_world import ReminderWorld, address

FAMILIES: Final = ("abel", "blin", "cornu", "duval", "evrard", "faure")
PAYERS: Final = ("OLIVIER", "PRUNIER", "ROSIER")
"""Who paid, under addresses that are no contact's."""
OBSERVERS: Final = (Role.MANDATAIRE, Role.TEACHER, Role.STAFF, Role.TREASURER, Role.AUDITOR)
"""Who looks; the teacher is the one of the class that is reminded."""
_SECRETS: Final = ("families", "members", "fresh", proof.SECRET, stop_links.SECRET)
"""Secrets of the association that ids and links are made with: each is drawn when it is first asked for."""
_FILE: Final = re.compile(r'name="fichier" value="([0-9a-f-]{36})"')
_KEY: Final = "the-form-that-asks"


@dataclass
class RemindedSchool(Founded):
    """The school, with the families' payments."""

    contributions: dict[str, UUID]


@contextlib.contextmanager
def founded_school(postgres: LocalPostgres, files: Path) -> Iterator[RemindedSchool]:
    """Found the school: a class that was reminded once and is to be again, three families that paid between."""
    with database_with(postgres, found_association) as database:
        with run_sandbox(fee_delay=1, start=MONDAY) as sandbox:
            settings = Settings(secure_cookies=False, data_dir=files)
            with open_world_as(ReminderWorld, database, sandbox, open_email_sender(settings), settings) as world:
                world.write_down(*FAMILIES, code=CLASS)
                world.appoint()
                world.name_contact()
                observers = let_in(world.opened, database, world.coop_id, OBSERVERS)
                world.remind(CLASS)
                paid = {name: world.pay_for(_payer(name), CLASS) for name in PAYERS}
                world.days_later(5)
                world.ask(CLASS)
                for name in _SECRETS:
                    world.opened.vault.secret(name)
                world.worker.plan()
                coop_id, campaign_id, now = world.coop_id, world.campaign_id, world.now()
        yield RemindedSchool(database, files, now, coop_id, campaign_id, observers, paid)


def _payer(name: str) -> Person:
    return Person("Dominique", name, f"{name.lower()}@grands-parents.example")


@dataclass
class RemindedWorld(World):
    """A copy of it, whose log and metrics are noted as well."""

    school: RemindedSchool
    told: list[Any] = field(default_factory=list)
    metrics_port: int = 0

    def contribute(self, matched: Mapping[str, tuple[str, str]]) -> None:
        """Have families have contributed: by whose payment, and by a letter's link or by an account."""
        opened = self.opened
        contacts = opened.contacts.people.by_addresses(self.school.coop_id, [address(name) for name in FAMILIES])
        places = [opened.reminders.at(self.school.campaign_id, CLASS, place) for place in range(1, len(FAMILIES) + 1)]
        for name, (payer, way) in matched.items():
            contribution_id, contact_id = self.school.contributions[payer], contacts[address(name)].contact_id
            if way == "link":
                (listed,) = (one for one in places if one and one.contact_id == contact_id)
                token = opened.reminders.token(listed.list_id, contact_id)
                opened.reminders.link(self.school.campaign_id, token, contribution_id)
            else:
                account_id = uuid4()
                profile = Profile("", "", address(name))
                opened.families.accounts.create(account_id, profile, self.clock[0], confirmed=True)
                link = LinkedContribution(self.school.campaign_id, contribution_id, self.clock[0])
                opened.families.accounts.link(account_id, link)

    def ask_once_more(self) -> None:
        """Ask for the last reminder by the page, as the mandate holder, and note the answer: the world ends with it."""
        self.clock[0] += timedelta(days=5)
        path = f"/{SLUG}/collectes/{self.school.campaign_id}/rappels"
        with self.browser(Role.MANDATAIRE) as client:
            answer = client.post(path, data={"classe": CLASS, "cle": _KEY})
        self.seen["the last reminder"] = f"{answer.status_code} {answer.headers.get('location')}".encode()

    def watch(self, name: str) -> None:
        """Note what the operator sees at this moment: metrics, counts of tasks, what is parked."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=10) as answer:
            told = [line for line in answer.read().decode().splitlines() if line.startswith("coopledger_queue")]
        self.seen[f"metrics {name}"] = "\n".join(told).encode()
        # The commands themselves, on queues that are open already: typed, each would read the whole command line anew.
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as said:
            patch.setattr(jobs, "_queues", lambda: contextlib.nullcontext((self.worker.outbox, self.worker.inbox)))
            jobs.status(as_json=True)
            self.seen[f"work status {name}"] = said.getvalue().encode()
            jobs.parked(SLUG, as_json=True)
            self.seen[f"work parked {name}"] = said.getvalue().encode()

    def type_commands(self) -> None:
        """Note what the operator's commands say when they are typed."""
        for command in (["work", "status", "--json"], ["work", "parked", SLUG, "--json"]):
            result = CliRunner().invoke(app, command, env={"COOPLEDGER_DATABASE_URL": self.database})
            self.seen[f"typed {' '.join(command)}"] = result.output.encode()

    def run_to_the_end(self) -> None:
        """Have the worker do everything that comes of the reminder, half an hour after the other.

        What the operator sees is noted before each round, and after those in which something was done.
        """
        end, step = self.clock[0] + LOOKS * BETWEEN, timedelta(minutes=30)
        while self.clock[0] < end:
            self.watch(f"before {self.clock[0]}")
            if self.worker.work_off():
                self.watch(f"after {self.clock[0]}")
            self.clock[0] += step
        self.worker.work_off()

    def observe(self) -> None:
        """Note all that the observers see, and all that lies outside the vault."""
        for role in OBSERVERS:
            self.look_as(role, self.school.ids(self.school.contributions["OLIVIER"]))
        self.take_files()
        self.type_commands()
        self.glance()

    def take_files(self) -> None:
        """Note the files that a mandate holder asks for by forms: of the list, and those that the worker prepares."""
        campaign, page = self.school.campaign_id, f"/{SLUG}/coops/{self.school.coop_id}/exports"
        with self.browser(Role.MANDATAIRE) as client:
            for form in ("xlsx", "csv"):
                chosen = {"etape": "fichier", "toutes": "1", "format": form}
                answer = client.post(f"/{SLUG}/collectes/{campaign}/participants/exporter", data=chosen)
                self.seen[f"participants {form}"] = f"{answer.status_code}\n".encode() + answer.content
                for kind in ("contributions", "participants"):
                    wanted = {"contenu": kind, "choix": str(campaign), "format": form, "cle": f"{kind}-{form}"}
                    assert client.post(page, data=wanted).status_code == 303
                    self.worker.work_off()
            for export_id in sorted(set(_FILE.findall(client.get(page).text))):
                answer = client.post(page, data={"fichier": export_id})
                self.seen[f"prepared {export_id}"] = f"{answer.status_code}\n".encode() + answer.content

    def glance(self) -> None:
        """Note what is told beside the pages, and the page of e-mails."""
        cookies = {MEMBER_COOKIE: self.session(Role.MANDATAIRE)}
        self.seen |= pages(self.url, cookies, (f"/{SLUG}/courrier",), follow=False)
        self.seen |= rows_outside_the_vault(self.database)
        with structlog.testing.capture_logs() as told:
            erased = run_rules(self.runtime, self.clock[0] + timedelta(days=40))
        self.seen["retention"] = repr((sorted(erased.items()), [line_of(one) for one in told])).encode()
        self.seen["log lines"] = "\n".join(map(line_of, self.told)).encode()


@contextlib.contextmanager
def world_of(postgres: LocalPostgres, school: RemindedSchool, files: Path) -> Iterator[RemindedWorld]:
    """Put a copy of the school on line, and listen to its log and its metrics."""
    with copy_on_line(RemindedWorld, postgres, school, files) as world, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        world.metrics_port = probe.getsockname()[1]
        probe.close()
        with (
            MetricsListener(world.runtime, "worker", world.metrics_port, lambda: world.clock[0]),
            structlog.testing.capture_logs() as world.told,
        ):
            yield world


def letters(world: RemindedWorld) -> int:
    """How many letters of reminders lie in the folder that no page shows, beside those of the school's beginning."""
    place = str(reminders_place(world.opened.ledger.association_id))
    laid, before = (sorted(files.rglob(f"{place}/*.eml")) for files in (world.files, world.school.files))
    return len(laid) - len(before)
