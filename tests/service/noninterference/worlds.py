"""Worlds that agree on all that anybody is shown, and differ in which contacts contributed.

One school is founded, reminded once, paid for, and has asked for the second reminder; then its database and its files
are copied for each world: the hashes of the log hold the database's clock. What a world adds lies in the vault alone:
by which letter's link, or by which account, somebody contributed whose name and address everybody sees.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import psycopg
import structlog
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier
from typer.testing import CliRunner

from adapters.family_accounts import LinkedContribution, Profile
from adapters.local_postgres import LocalPostgres
from adapters.people_vault import Person
from adapters.stripe_provider import StripeIds
from adapters.stripe_sandbox.testing import run_sandbox
from domain.rights.roles import Role
from service.cli.main import app
from service.diagnostics.metrics import MetricsListener
from service.emails.sender import open_email_sender
from service.emails.transports import reminders_place
from service.messages import stop_links
from service.receipts import proof
from service.reminders.sender import BETWEEN, LOOKS
from service.retention.runner import run_rules
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.worker.worker import Worker
from tests.kit.api_server import run_web_server
from tests.kit.association import found_association
from tests.kit.databases import copied_database, database_with
from tests.kit.members.access import CLASS, give_access
from tests.kit.members.sessions import MEMBER_COOKIE, SLUG, new_member, open_session
from tests.kit.service_world import MONDAY, open_world_as
from tests.service.noninterference.observation import Seen, pages, plain, reads
from tests.service.reminders.reminder_world import ReminderWorld, address

FAMILIES: Final = ("abel", "blin", "cornu", "duval", "evrard", "faure")
PAYERS: Final = ("OLIVIER", "PRUNIER", "ROSIER")
"""Who paid, under addresses that are no contact's."""
OBSERVERS: Final = (Role.MANDATAIRE, Role.TEACHER, Role.STAFF, Role.TREASURER, Role.AUDITOR)
"""Who looks; the teacher is the one of the class that is reminded."""
_SECRETS: Final = ("families", "members", "fresh", proof.SECRET, stop_links.SECRET)
"""Secrets of the association that ids and links are made with: each is drawn when it is first asked for."""
_FILE: Final = re.compile(r'name="fichier" value="([0-9a-f-]{36})"')
_OF_A_COOP: Final = (Role.MANDATAIRE, Role.TEACHER)
_KEY: Final = "the-form-that-asks"
_CLOCKS: Final = {
    "trail.entries": {"at", "request_id"},
    "work.tasks": {"added_at"},
    f"{SLUG}.ledger_appends": {"recorded_at"},
    f"{SLUG}.ledger_events": {"recorded_at"},
    "registry.api_tokens": {"last_used_at"},
}
"""Columns that the database's own clock fills in, and ids of requests, which are drawn."""


@dataclass
class Founded:
    """The school that every world begins as."""

    database: str
    files: Path
    now: datetime
    coop_id: UUID
    campaign_id: UUID
    contributions: dict[str, UUID]
    members: dict[Role, UUID]
    tokens: dict[Role, str]
    ids: dict[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def founded_school(postgres: LocalPostgres, files: Path) -> Iterator[Founded]:
    """Found the school: a class that was reminded once and is to be again, three families that paid between."""
    with database_with(postgres, found_association) as database:
        with run_sandbox(fee_delay=1, start=MONDAY) as sandbox:
            settings = Settings(secure_cookies=False, data_dir=files)
            with open_world_as(ReminderWorld, database, sandbox, open_email_sender(settings), settings) as world:
                world.write_down(*FAMILIES, code=CLASS)
                world.appoint()
                world.name_contact()
                members, tokens = _let_in(world)
                world.remind(CLASS)
                paid = {name: world.pay_for(_payer(name), CLASS) for name in PAYERS}
                world.days_later(5)
                world.ask(CLASS)
                for name in _SECRETS:
                    world.opened.vault.secret(name)
                world.worker.plan()
                school = Founded(database, files, world.now(), world.coop_id, world.campaign_id, paid, members, tokens)
        school.ids = {
            "association": SLUG,
            "coop_id": str(school.coop_id),
            "campaign_id": str(school.campaign_id),
            "contribution_id": str(paid["OLIVIER"]),
            "school_year": "2026",
        }
        yield school


def _payer(name: str) -> Person:
    return Person("Dominique", name, f"{name.lower()}@grands-parents.example")


def _let_in(world: ReminderWorld) -> tuple[dict[Role, UUID], dict[Role, str]]:
    """Give each observer its role, and an access to the API."""
    opened, members, tokens = world.opened, {}, {}
    for role in OBSERVERS:
        coop_id = world.coop_id if role in _OF_A_COOP else None
        members[role] = new_member(opened, role, coop_id)
        tokens[role] = give_access(opened.ledger, world.runtime.database_url, role, coop_id)
    return members, tokens


@dataclass
class World:
    """One copy of the school on line, with a clock that stands still until it is moved."""

    school: Founded
    runtime: Runtime
    worker: Worker
    url: str
    database: str
    files: Path
    clock: list[datetime]
    told: list[Any]
    metrics: MetricsListener
    seen: Seen = field(default_factory=dict)

    def contribute(self, matched: Mapping[str, tuple[str, str]]) -> None:
        """Have families have contributed: by whose payment, and by a letter's link or by an account."""
        opened = self.runtime.ledger(SLUG)
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

    def session(self, role: Role) -> str:
        """Sign an observer in now."""
        return open_session(self.runtime.ledger(SLUG), self.school.members[role], self.clock[0])

    def browser(self, role: Role) -> httpx2.Client:
        """Give an observer a browser without scripts."""
        cookies = {MEMBER_COOKIE: self.session(role)}
        return httpx2.Client(base_url=self.url, cookies=cookies, headers={"Origin": self.url}, timeout=60)

    def ask_once_more(self) -> None:
        """Ask for the last reminder by the page, as the mandate holder, and note the answer: the world ends with it."""
        self.clock[0] += timedelta(days=5)
        path = f"/{SLUG}/collectes/{self.school.campaign_id}/rappels"
        with self.browser(Role.MANDATAIRE) as client:
            answer = client.post(path, data={"classe": CLASS, "cle": _KEY})
        self.seen["the last reminder"] = f"{answer.status_code} {answer.headers.get('location')}".encode()

    def watch(self, name: str) -> None:
        """Note what the operator sees at this moment: metrics, counts of tasks, what is parked."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics.port}/metrics", timeout=10) as answer:
            told = [line for line in answer.read().decode().splitlines() if line.startswith("coopledger_queue")]
        self.seen[f"metrics {name}"] = "\n".join(told).encode()
        for command in (["work", "status", "--json"], ["work", "parked", SLUG, "--json"]):
            result = CliRunner().invoke(app, command, env={"COOPLEDGER_DATABASE_URL": self.database})
            self.seen[f"{' '.join(command)} {name}"] = result.output.encode()

    def run_to_the_end(self) -> None:
        """Have the worker do everything that comes of the reminder, half an hour after the other."""
        end, step = self.clock[0] + LOOKS * BETWEEN, timedelta(minutes=30)
        while self.clock[0] < end:
            self.watch(f"before {self.clock[0]}")
            self.worker.work_off()
            self.watch(f"after {self.clock[0]}")
            self.clock[0] += step
        self.worker.work_off()

    def observe(self) -> None:
        """Note all that the observers see, and all that lies outside the vault."""
        for role in OBSERVERS:
            found = pages(self.url, self.session(role))
            found |= reads(self.url, self.school.tokens[role], self.school.ids)
            self.seen |= {f"{role.value} {path}": answer for path, answer in found.items()}
        self.take_files()
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
        session = self.session(Role.MANDATAIRE)
        self.seen |= pages(self.url, session, (f"/{SLUG}/courrier",), follow=False)
        self.seen |= _tables(self.database)
        with structlog.testing.capture_logs() as told:
            erased = run_rules(self.runtime, self.clock[0] + timedelta(days=40))
        self.seen["retention"] = repr((sorted(erased.items()), [_line(one) for one in told])).encode()
        self.seen["log lines"] = "\n".join(map(_line, self.told)).encode()


@contextlib.contextmanager
def world_of(postgres: LocalPostgres, school: Founded, files: Path) -> Iterator[World]:
    """Put a copy of the school on line."""
    name = str(conninfo_to_dict(school.database)["dbname"])
    shutil.copytree(school.files, files)
    with copied_database(postgres, name) as database, contextlib.ExitStack() as stack:
        settings = Settings(secure_cookies=False, data_dir=files, public_url="http://localhost")
        runtime = stack.enter_context(Runtime(settings, None, database))
        clock = [school.now]
        worker = Worker(runtime, None, lambda: clock[0], ids=StripeIds(), email_sender=open_email_sender(settings))
        projectors = Projectors(runtime)
        stack.callback(projectors.close)
        assert projectors.wait_for(SLUG, runtime.ledger(SLUG).ledger.store.head()[0], 20)
        url = stack.enter_context(run_web_server(runtime, worker))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        metrics = stack.enter_context(MetricsListener(runtime, "worker", port, lambda: clock[0]))
        told = stack.enter_context(structlog.testing.capture_logs())
        yield World(school, runtime, worker, url, database, files, clock, told, metrics)


def letters(world: World) -> int:
    """How many letters of reminders lie in the folder that no page shows, beside those of the school's beginning."""
    place = str(reminders_place(world.runtime.ledger(SLUG).ledger.association_id))
    laid, before = (sorted(files.rglob(f"{place}/*.eml")) for files in (world.files, world.school.files))
    return len(laid) - len(before)


def _line(entry: Mapping[str, Any]) -> str:
    """A line of the log, without the id of a request and how long it took."""
    return repr({key: value for key, value in entry.items() if key not in {"request_id", "milliseconds"}})


def _tables(database: str) -> Seen:
    """Every row outside of the vault, without what the database's own clock fills in and ids of requests."""
    found: Seen = {}
    query = """
        SELECT table_schema, table_name, array_agg(column_name::text ORDER BY ordinal_position)
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema', 'vault')
        GROUP BY 1, 2 ORDER BY 1, 2
    """
    with psycopg.connect(database) as connection:
        for schema, table, columns in connection.execute(query).fetchall():
            left_out = _CLOCKS.get(f"{schema}.{table}", set())
            kept = [Identifier(one) for one in columns if one not in left_out]
            rows = connection.execute(
                SQL("SELECT {} FROM {}.{}").format(SQL(", ").join(kept), Identifier(schema), Identifier(table))
            ).fetchall()
            found[f"rows of {schema}.{table}"] = plain("\n".join(sorted(map(repr, rows))).encode())
    return found
