"""The demonstration on line, beside a bank to try paying at: its door, its roles and their codes."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from adapters.people_vault import FamilyGrant, TokenPurpose
from domain.calendar import paris_date
from domain.rights.roles import Role
from service.bootstrap.worker import open_worker
from service.closings.runner import ClosingThread
from service.demo.access import DemoMembers, let_teacher_in
from service.demo.bank import DemoBank
from service.demo.pages.entry import DemoPlaces, EntryPage
from service.demo.pages.guard import DemoGuard
from service.demo.run import SLUG, DemoDocument, Demonstration
from service.demo.school.address_book import fill_address_book
from service.demo.school.families import CLASS
from service.demo.school.life import SchoolLife, beginning
from service.demo.tryout import TryOut, fill_basket, open_family, open_tryout
from service.emails.transports import folder_of
from service.family_links import LINK_LIFE, link_path
from service.retention.runner import RetentionThread
from service.settings import PROJECT, Settings
from service.web.server import Server
from service.worker.threads import WorkerThreads
from service.worker.worker import Worker

CODES: Final = "codes.json"
"""The file of the codes for the API, beside the documents."""
_PRIVATE: Final = 0o600


def serve(demonstration: Demonstration, settings: Settings, documents: list[DemoDocument]) -> None:
    """Open the bank and the door, print the one address that leads to everything, serve until interrupted."""
    # The e-mails of an earlier demonstration are about people who are gone with its database.
    shutil.rmtree(folder_of(settings, SLUG), ignore_errors=True)
    guard = DemoGuard(demonstration.runtime)
    bank = DemoBank(settings.address, settings.port + 1, guard, beginning(datetime.now(UTC))).start()
    worker = open_worker(demonstration.runtime, bank.settings())
    pages = [make_entry_page(demonstration, worker, bank, guard, documents).router()]
    server = Server(demonstration.runtime, settings.host, settings.port, worker, closes=False, before=pages)
    worker_threads = WorkerThreads(worker, threads=2)
    retention = RetentionThread(demonstration.runtime, worker.now)
    closings = ClosingThread(demonstration.runtime, worker, worker.now)
    try:
        demonstration.lock.tell(settings.address)
        typer.echo(f"\nOuvrir la démonstration : {settings.address}/")
        typer.echo("Arrêter : Ctrl+C\n")
        server.serve_until_told()
    finally:
        closings.close()
        retention.close()
        worker_threads.close()
        worker.close()
        bank.close()


def make_entry_page(
    demonstration: Demonstration, worker: Worker, bank: DemoBank, guard: DemoGuard, documents: list[DemoDocument]
) -> EntryPage:
    """Open the school to try, with its life, give everybody a role, and return the door that leads to all of it."""
    tryout = open_tryout(worker, bank, SLUG)
    members = _members(demonstration, worker, tryout)
    SchoolLife(worker, bank, SLUG, tryout).play()
    fill_basket(worker, SLUG, tryout)
    fill_address_book(demonstration.opened, tryout.coop_id, paris_date(worker.now()))
    return EntryPage(guard, _places(demonstration, worker, tryout, bank), members, documents)


def _places(demonstration: Demonstration, worker: Worker, tryout: TryOut, bank: DemoBank) -> DemoPlaces:
    """Where the door leads."""
    basket = contribution_page(worker, tryout)
    codes = demonstration.folder / CODES
    shown = codes.relative_to(PROJECT) if codes.is_relative_to(PROJECT) else codes
    letters = folder_of(demonstration.runtime.settings, SLUG) / str(demonstration.opened.ledger.association_id)
    return DemoPlaces(
        SLUG, tryout.coop_id, tryout.campaign_id, basket, bank.url, shown, letters, paris_date(worker.now())
    )


def _members(demonstration: Demonstration, worker: Worker, tryout: TryOut) -> DemoMembers:
    """Give everybody a role, and keep their codes for the API in a file that its owner alone reads."""
    members = demonstration.members(tryout.coop_id)
    keep_codes(demonstration.folder / CODES, {role.value: code for role, code in demonstration.codes(members).items()})
    teacher = let_teacher_in(demonstration.opened, tryout.coop_id, CLASS, worker.now())
    return DemoMembers({**members, Role.TEACHER: teacher}, open_family(worker, SLUG, tryout))


def keep_codes(path: Path, codes: dict[str, str]) -> None:
    """Write the codes for the API by role, for this machine's user alone."""
    path.unlink(missing_ok=True)
    path.touch(_PRIVATE)
    path.write_text(json.dumps(codes, indent=2), encoding="utf-8")


def contribution_page(worker: Worker, tryout: TryOut) -> str:
    """Make a link to the page of the contribution that waits to be paid, and return its path."""
    until = paris_date(worker.now()) + LINK_LIFE
    grant = FamilyGrant(TokenPurpose.CONTRIBUTION, tryout.campaign_id, tryout.contribution_id, until)
    return link_path(SLUG, grant.purpose, worker.context(SLUG).tokens.create(grant))
