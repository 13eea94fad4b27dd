"""The report of a reconciliation run, with the names of those whose accounts they are."""

from __future__ import annotations

from domain.errors import NotFound
from domain.reconciliation.expected import PLATFORM
from domain.reconciliation.run import Reconciliation
from reports.parts.report import Report
from reports.provider_reconciliation import LedgerHead, provider_reconciliation
from service.reconciliation.unexplained import ReconciliationContext


def report_of(worker: ReconciliationContext, outcome: Reconciliation) -> Report:
    """Make the report of a run over all accounts of a worker's provider."""
    entries = worker.runtime.associations()
    heads = []
    for entry in entries:
        position, link = worker.runtime.ledger(entry.slug).ledger.store.head()
        heads.append(LedgerHead(entry.slug, position, link.hex()))
    return provider_reconciliation(outcome, _owners(worker), heads, demo=any(entry.demo for entry in entries))


def _owners(worker: ReconciliationContext) -> dict[str, str]:
    """The names of the accounts' owners, as the operators of the installation know them."""
    owners = {PLATFORM: "Plateforme"}
    for known in worker.accounts.all():
        try:
            details = worker.context(known.ledger).coop(known.coop_id).details
        except NotFound:  # an account made for a coop that was never registered keeps its own name
            continue
        if details is not None:
            owners[known.account] = f"{known.ledger} – {details.name}, {details.school} ({known.account})"
    return owners
