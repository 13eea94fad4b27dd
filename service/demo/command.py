"""What the command ``demo`` does: plays the scenario, verifies it, and serves it beside a bank to try paying at."""

from __future__ import annotations

import json
import shutil

import typer

from adapters.people_vault import FamilyGrant, TokenPurpose
from domain.calendar import paris_date
from service.bootstrap.worker import open_worker
from service.closings.runner import ClosingThread
from service.demo.bank import DemoBank
from service.demo.run import SLUG, Demonstration
from service.demo.tryout import TryOut, open_tryout
from service.emails.transports import folder_of
from service.family_links import LINK_LIFE, link_path
from service.retention.runner import RetentionThread
from service.settings import Settings
from service.web.server import Server
from service.worker.threads import WorkerThreads
from service.worker.worker import Worker


def demonstrate(settings: Settings, *, check: bool) -> bool:
    """Play the scenario on a fresh database, and serve it until interrupted; with ``check`` only verify it.

    Returns:
        Whether the ledger holds what it must.

    """
    demonstration = Demonstration(settings)
    try:
        typer.echo("Contributions volontaires des familles en début d’année :")
        typer.echo(demonstration.summary())
        for path in demonstration.documents():
            if path.suffix == ".pdf":
                typer.echo(f"  {path}")
        verdict = demonstration.verify(lambda done: typer.echo(f"  {done.french}"))
        figures = json.dumps(demonstration.figures(verdict), ensure_ascii=False)
        if not check:
            _serve(demonstration, settings, figures)
            return True
    finally:
        demonstration.close()
    typer.echo(figures)
    return verdict.sound


def _serve(demonstration: Demonstration, settings: Settings, figures: str) -> None:
    """Open the bank and a school to try paying at, print the addresses, links and codes, serve until interrupted."""
    base = settings.address
    # The e-mails of an earlier demonstration are about people who are gone with its database.
    shutil.rmtree(folder_of(settings, SLUG), ignore_errors=True)
    bank = DemoBank(base, settings.port + 1).start()
    worker = open_worker(demonstration.runtime, bank.settings())
    tryout = open_tryout(worker, bank, SLUG)
    worker_threads = WorkerThreads(worker, threads=2)
    retention = RetentionThread(demonstration.runtime, worker.now)
    closings = ClosingThread(demonstration.runtime, worker, worker.now)
    try:
        typer.echo(figures)
        typer.echo(f"\nPage du mandataire : {base}/{SLUG}/collectes/{demonstration.ids.campaign_id}")
        typer.echo(f"Page des familles  : {base}/{SLUG}/contribuer/{tryout.campaign_id}")
        typer.echo(f"Essayer de payer   : {base}{contribution_page(worker, tryout)}")
        typer.echo(f"Collecte d’essai   : {base}/{SLUG}/collectes/{tryout.campaign_id}")
        typer.echo(f"Courrier (non envoyé) : {base}/{SLUG}/courrier")
        typer.echo(f"Banque de démonstration : {bank.url}")
        typer.echo(f"Interface (OpenAPI) : {base}/api/v1/openapi.json")
        access = demonstration.access(tryout.coop_id)
        for role, path in access.links.items():
            typer.echo(f"Entrer, une fois, {role:<11}: {base}{path}")
        letters = folder_of(settings, SLUG) / str(demonstration.opened.ledger.association_id)
        typer.echo(f"Liens demandés ensuite  : {letters}")
        for role, code in access.codes.items():
            typer.echo(f"Code de l’API {role:<11}: {code}")
        typer.echo("Arrêter : Ctrl+C\n")
        Server(demonstration.runtime, settings.host, settings.port, worker, closes=False).serve_until_told()
    finally:
        closings.close()
        retention.close()
        worker_threads.close()
        worker.close()
        bank.close()


def contribution_page(worker: Worker, tryout: TryOut) -> str:
    """Make a link to the page of the contribution that waits to be paid, and return its path."""
    until = paris_date(worker.now()) + LINK_LIFE
    grant = FamilyGrant(TokenPurpose.CONTRIBUTION, tryout.campaign_id, tryout.contribution_id, until)
    return link_path(SLUG, grant.purpose, worker.context(SLUG).tokens.create(grant))
