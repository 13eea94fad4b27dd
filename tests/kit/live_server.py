"""A world whose service is on line: the sandbox notifies it, workers work, read models follow."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from adapters.email import FolderTransport
from adapters.people_vault import FamilyGrant, TokenPurpose
from adapters.stripe_sandbox.testing import SECRETS, run_sandbox
from domain.calendar import paris_date
from domain.rights.roles import Role
from service.emails.sender import EmailSender
from service.family_links import link_path
from service.runtime.projectors import Projectors
from service.settings import Settings
from service.worker.threads import WorkerThreads
from tests.kit.api_server import SLUG, address_of, free_port, run_web_server
from tests.kit.email_world import PUBLIC, EmailWorld, links
from tests.kit.example_emails import letters_in
from tests.kit.members.sessions import new_member, open_session
from tests.kit.service_world import open_world_as
from tests.kit.waiting import wait_until

FAR: Final = date(2035, 1, 1)
_PATIENCE: Final = 20.0


@dataclass
class LiveServer:
    """A world and the address of its service."""

    world: EmailWorld
    url: str
    database: str
    letters: Path

    def link(self, path: str) -> str | None:
        """Where the latest e-mail that leads to a path leads, if one came: its address without the host."""
        for letter in reversed(letters_in(self.letters)):
            for link in links(letter):
                if f"/{path}/" in link:
                    return link.removeprefix(PUBLIC)
        return None

    def mandataire_session(self) -> str:
        """Sign somebody new in with the mandate of the coop, and return the session's token."""
        opened = self.world.runtime.ledger(SLUG)
        return open_session(opened, new_member(opened, Role.MANDATAIRE, self.world.coop_id), self.world.now())

    def address(self, contribution_id: UUID) -> str:
        """A page on which a family sees its contribution, each time by another token."""
        return self.family_link(TokenPurpose.CONTRIBUTION, contribution_id)

    @property
    def yesterday(self) -> date:
        """The last day of a link that is over, and not forgotten yet."""
        return paris_date(self.world.now()) - timedelta(days=1)

    def family_link(self, purpose: TokenPurpose, contribution_id: UUID, until: date = FAR, number: int = 0) -> str:
        """A link as a page or an e-mail would hold it, without the host."""
        grant = FamilyGrant(purpose, self.world.campaign_id, contribution_id, until, number)
        return link_path(SLUG, purpose, self.world.context.tokens.create(grant))


@contextlib.contextmanager
def run_live_server(database: str, letters: Path) -> Iterator[LiveServer]:
    """Put the service on line for a while, heard by the sandbox; e-mails are laid down in a folder."""
    email_sender = EmailSender(
        lambda _association, _coop: FolderTransport(letters, "ne-pas-repondre@coop.example"), PUBLIC
    )
    with contextlib.ExitStack() as opened:
        held, sandbox = opened.enter_context(free_port()), opened.enter_context(run_sandbox(fee_delay=1))
        # Families come back from the sandbox's pages in a browser: to the address that the service has here.
        # By its name: passkeys refuse addresses that are numbers.
        named = address_of(held).replace("127.0.0.1", "localhost")
        settings = Settings(secure_cookies=False, public_url=named)
        world = opened.enter_context(open_world_as(EmailWorld, database, sandbox, email_sender, settings))
        projectors = Projectors(world.runtime)
        workers = WorkerThreads(world.worker, threads=2)
        try:
            with run_web_server(world.runtime, world.worker, held) as url:
                for kind, secret in SECRETS.items():
                    told = f"{url}/provider/notifications/{kind}"
                    sandbox.do("/endpoints", url=told, secrets=[secret], kind=kind)
                # A first page that is asked for before read models know the coop is « Page introuvable ».
                head, _ = world.context.ledger.store.head()
                wait_until(lambda: world.runtime.feed.position(f"{SLUG}_read") >= head, seconds=_PATIENCE)
                yield LiveServer(world, named, database, letters)
        finally:
            workers.close()
            projectors.close()
