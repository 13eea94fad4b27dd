"""``./dev demo``: an embedded Postgres, the guide's scenario, its documents, its own verification, then the service."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.money import euros
from domain.rights.roles import Role
from projections import class_balances, contributions, online_account, papers, payouts
from projections.engine.runner import tracked
from reports.parts.report import Report
from reports.render import Format, render
from service.associations import open_association
from service.audit.audit_check import CheckOutcome
from service.audit.place import place_of
from service.audit.verification import Verification, verify_ledger
from service.auth.actions import Action
from service.bootstrap.database import DEMONSTRATION, demonstration_key, start_embedded
from service.demo.access import appoint, give_roles, make_codes
from service.demo.lock import DemoLock
from service.demo.scenario import DemoIds, DemoScenario
from service.demo.season import Season
from service.papers.due_papers import ACTOR as PAPERS_ACTOR
from service.papers.due_papers import issue_papers
from service.papers.printer import PaperPrinter
from service.reports import ReportBuilder
from service.retention.person.private_file import write_private_file
from service.runtime.open_ledger import OpenLedger
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings

SLUG: Final = "ad06"
FORMATS: Final[tuple[Format, ...]] = ("pdf", "xlsx", "csv", "json")
_PATIENCE: Final = 30.0


class DemoDocument(NamedTuple):
    """A document of the demonstration: whose it is, if it names families, and its file in each format."""

    title: str
    coop_id: UUID
    restricted: bool
    files: Mapping[Format, Path]

    @property
    def action(self) -> Action:
        """What its reader must be allowed, as at the API."""
        return Action.EXPORT if self.restricted else Action.READ


class Demonstration:
    """The guide's coop on a fresh database; all of it is thrown away by the next demonstration."""

    def __init__(self, settings: Settings, today: date | None = None) -> None:
        """Start the server, play the scenario as of a Paris day (today's), and bring the read models up to it.

        Raises:
            DemonstrationRunning: another process has the folder; nothing was touched.

        """
        self.lock = DemoLock.take(settings.data_dir)
        # A key for this run only: the people are the guide's fictitious ones, and are made anew each time.
        key = os.environ.setdefault("COOPLEDGER_VAULT_KEY", base64.b64encode(os.urandom(32)).decode())
        self.folder = settings.data_dir / "demo"
        self.season = Season.before(today or paris_date(datetime.now(UTC)))
        postgres, url = start_embedded(settings, DEMONSTRATION, fresh=True)
        demonstration_key(settings).unlink(missing_ok=True)
        write_private_file(demonstration_key(settings), key.encode())  # for commands that read it afterwards
        named: dict[str, Any] = {"slug": SLUG, "name": "OCCE 06", "siren": "123456782", "demo": True}
        open_association(url, association_id=uuid4(), at=self.season.opened, by="demo", **named)
        self.runtime = Runtime(settings, postgres, url)
        self.projectors = Projectors(self.runtime)
        self.opened: OpenLedger = self.runtime.ledger(SLUG)
        self.ids: DemoIds = DemoScenario(self.opened, self.season).play()
        # No worker follows what was played: it happened at no bank.
        issue_papers(self.opened.ledger, self.ids.coop_id, Stamp(at=datetime.now(UTC), by=PAPERS_ACTOR))
        self._wait()

    def _wait(self) -> None:
        """Wait until the read models show the whole scenario."""
        head, _ = self.opened.ledger.store.head()
        if not self.projectors.wait_for(SLUG, head, _PATIENCE):
            raise TimeoutError(head)

    def documents(self) -> list[DemoDocument]:
        """Write every document in every format, and return where they are."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return [
            DemoDocument(
                f"{report.title} – {report.subtitle}", self.ids.coop_id, report.restricted, self._write(report)
            )
            for report in self._reports()
        ]

    def _reports(self) -> list[Report]:
        builder = ReportBuilder(self.opened, datetime.now(UTC))
        printer = PaperPrinter(self.opened, datetime.now(UTC))
        campaign_id, coop_id = self.ids.campaign_id, self.ids.coop_id
        return [
            builder.class_balance(campaign_id),
            *(printer.paper(row) for row in self.opened.read(papers.of_coop, coop_id)),
            printer.provisional(coop_id, campaign_id),
            builder.family_voucher(campaign_id),
            builder.payments_table(campaign_id),
            *(builder.statement(coop_id, month) for month in self.season.months),
        ]

    def _write(self, report: Report) -> dict[Format, Path]:
        """Write a document in every format."""
        paths: dict[Format, Path] = {}
        for form in FORMATS:
            rendered = render(report, form)
            paths[form] = self.folder / rendered.filename
            paths[form].write_bytes(rendered.content)
        return paths

    def verify(self, progress: Callable[[CheckOutcome], None]) -> Verification:
        """Verify the whole ledger, as an auditor does."""
        return verify_ledger(place_of(self.opened.ledger), progress=progress)

    def figures(self, verdict: Verification) -> dict[str, Any]:
        """The figures of the demonstration, in cents, read from the read models."""
        rows = self.opened.read(class_balances.of_campaign, self.ids.campaign_id)
        orders = self.opened.read(contributions.of_campaign, self.ids.campaign_id)
        paid = self.opened.read(payouts.of_coop, self.ids.coop_id)
        balance, _ = self.opened.read(online_account.balance, self.ids.coop_id)
        return {
            "by_class": {row.class_code: {"participants": row.participants, "cents": row.balance} for row in rows},
            "campaign_cents": sum(row.balance for row in rows),
            "refunds_cents": sum(row.refunded for row in orders),
            "tips_cents": sum(row.tip_paid - row.tip_refunded for row in orders),
            "payouts_cents": sum(row.cents for row in paid if row.status in ("sent", "paid")),
            "online_balance_cents": balance,
            "events": self.opened.read(tracked),
            "chain_head": verdict.chain_head,
            "verified": verdict.sound,
        }

    def members(self, *more_coop_ids: UUID) -> dict[Role, UUID]:
        """Give each role to somebody; return them with the mandate holder, who runs further coops too."""
        for coop_id in more_coop_ids:
            appoint(self.opened.ledger, coop_id, self.ids.mandate_holder_id)
        return give_roles(self.opened, self.ids.mandate_holder_id)

    def codes(self, members: Mapping[Role, UUID]) -> dict[Role, str]:
        """Return a code for the API for each role, valid for a week."""
        return make_codes(self.runtime.database_url, SLUG, members)

    def summary(self) -> str:
        """Say in French what the scenario did, with the guide's figures."""
        rows = self.opened.read(class_balances.of_campaign, self.ids.campaign_id)
        lines = [f"  {row.class_code:<8} {euros(row.balance):>10}  ({row.participants})" for row in rows]
        total, children = sum(row.balance for row in rows), sum(row.participants for row in rows)
        return "\n".join([*lines, f"  {'École':<8} {euros(total):>10}  ({children})"])

    def close(self) -> None:
        """Stop everything."""
        self.projectors.close()
        self.runtime.close()
        self.lock.release()
