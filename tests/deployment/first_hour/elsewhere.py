"""What the documents name and the first hour does not do itself: who does, and why not here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from tests.deployment.first_hour.documents import Named, commands
from tests.deployment.install.document import PAGES
from tests.house.sources import ROOT


class Elsewhere(NamedTuple):
    """A file of tests or a script that does it (empty where nobody does), and why it is not done here."""

    by: str
    why: str


_INSTALL: Final = Elsewhere("tests/deployment/install/__main__.py", "typed as root into an empty Debian")
_BY_HAND: Final = Elsewhere(
    "tests/service/cli/test_recipe_by_hand.py",
    "typed line by line in a ledger with cash and bank lines",
)
_DOCKER: Final = Elsewhere("tests/deployment/test_compose.py", "no Docker here: each command of the file is started")
_INTEGRATION: Final = Elsewhere(".ci/run", "every test and check there is")
_RECONCILIATION: Final = Elsewhere("tests/service/reconciliation/test_cli.py", "the demonstration's key ends with it")
_DECISIONS: Final = Elsewhere(
    "tests/service/cli/test_recipe_of_the_provider.py", "wants money that moved in the provider's dashboard"
)
_SERVER: Final = Elsewhere("tests/service/cli/test_start_up.py", "a server of its own")
_STRIPE: Final = Elsewhere("tests/adapters/stripe_provider/test_live.py", "asks Stripe, with a key of one's own")
_RESTORE: Final = Elsewhere("tests/service/backups/test_round_trip.py", "wants an empty database")
_BENCH: Final = Elsewhere("benchmarks/__main__.py", "measures for minutes, on processors that do nothing else")

PAGES_ELSEWHERE: Final[Mapping[str, Elsewhere]] = {
    **{str(page.relative_to(ROOT)): _INSTALL for page in PAGES},
    "docs/recipes/money-by-hand.md": _BY_HAND,
}
"""Pages whose blocks of shell are typed elsewhere as they stand, one after the other."""

COMMANDS_ELSEWHERE: Final[Mapping[str, Elsewhere]] = {
    "./dev test": _INTEGRATION,
    "./dev check": _INTEGRATION,
    ".ci/run": _INTEGRATION,
    "./dev test --long": Elsewhere("tests/house/test_extent.py", "hours: before a release"),
    "./dev bench": _BENCH,
    "./dev bench [--quick]": _BENCH,
    "./dev bench --quick": _BENCH,
    "./dev bench http-post history": _BENCH,
    "./dev bench --profile basket": _BENCH,
    "./dev bench --json figures.jsonl": _BENCH,
    "./dev check-external": Elsewhere("tests/house/test_dev.py", "asks others, which may be out of reach"),
    "./dev lock": Elsewhere("tests/house/test_requirements.py", "asks for what is newest of every package"),
    "python -m tests.deployment.install FOLDER": _INSTALL,
    "python -m tests.deployment.first_hour FOLDER": Elsewhere("tests/deployment/first_hour/__main__.py", "this"),
    "systemctl is-active coopledger-worker": _INSTALL,
    "docker compose exec -T postgres pg_dump --username=coopledger --format=custom coopledger > database.dump": _DOCKER,
    "docker compose cp web:/erasures/erasures.jsonl .": _DOCKER,
    "cp .env.example .env && chmod 600 .env": _DOCKER,
    "docker compose up --wait": _DOCKER,
    "docker compose --profile tls up --wait": _DOCKER,
    "COOPLEDGER_WEB_PORTS=8000-8009 docker compose up --wait --scale web=2 --scale worker=2": _DOCKER,
    'docker compose run --rm migrate association open ad06 --name "OCCE 06" --siren 123456782': _DOCKER,
    "docker compose run --rm web member invite ad06": _DOCKER,
    "docker compose run --rm verify verify ad06": _DOCKER,
    "git pull --ff-only && docker compose build --pull && docker compose up --wait": _DOCKER,
    "docker buildx imagetools inspect python:3.11-slim-bookworm": _DOCKER,
    "coopledger restore BACKUP": _RESTORE,
    "pg_restore --single-transaction --exit-on-error --dbname=… database.dump": _RESTORE,
    "coopledger reconcile provider": _RECONCILIATION,
    "coopledger reconcile provider --json": _RECONCILIATION,
    "coopledger reconcile provider --csv rapprochement.csv": _RECONCILIATION,
    "coopledger refund allocate ad06 CAMPAIGN MADE_THERE --by ACTOR": _DECISIONS,
    "coopledger refund settle ad06 CAMPAIGN CAME_BACK MADE_THERE --by ACTOR": _DECISIONS,
    "coopledger decision explain-payment ad06 CAMPAIGN CONTRIBUTION PAYMENT --cents 500 --account goodwill"
    " --reason goodwill --by ACTOR": _DECISIONS,
    "coopledger work retry TASK": Elsewhere("tests/service/cli/test_jobs.py", "nothing is parked"),
    "coopledger web": _SERVER,
    "coopledger web --metrics-port 9101": Elsewhere("tests/service/diagnostics/test_metrics.py", "a server of its own"),
    "coopledger worker --metrics-port 9102": Elsewhere(
        "tests/service/cli/test_running_worker.py", "a server of its own"
    ),
    "read -rs COOPLEDGER_STRIPE_TEST_KEY && export COOPLEDGER_STRIPE_TEST_KEY": _STRIPE,
    "./dev test -m stripe_live tests/adapters/stripe_provider": _STRIPE,
}

_BANK: Final = Elsewhere("tests/adapters/stripe_sandbox/test_surprises.py", "the bank's, for tests")
_DISPUTES: Final = Elsewhere("tests/adapters/stripe_sandbox/test_dispute_turns.py", "the bank's, for tests")
_REFUNDS: Final = Elsewhere("tests/adapters/stripe_sandbox/test_refunds_and_disputes.py", "the bank's, for tests")
_GOOGLE: Final = Elsewhere("tests/service/pages/accounts/test_google.py", "there is only with a client of Google's")
_OF_OTHERS: Final = Elsewhere("", "a page of others: nothing here leaves this machine")
_EXAMPLE: Final = Elsewhere("", "a name to be replaced by one's own")

ADDRESSES_ELSEWHERE: Final[Mapping[str, Elsewhere]] = {
    "POST /_sandbox/events": _BANK,
    "/objects/{id}/late": Elsewhere("tests/service/payments/held/test_late_ids.py", "the bank's, for tests"),
    "POST /_sandbox/charges/…/claim": _DISPUTES,
    "/_sandbox/disputes/…/turn": _DISPUTES,
    "…/escalation": _DISPUTES,
    "…/closing": _DISPUTES,
    "/charges/{id}/refund": _REFUNDS,
    "/refunds/{id}/failure": _REFUNDS,
    "/{association}/compte/google": _GOOGLE,
    "…/retour": _GOOGLE,
    "https://…/{association}/compte/google/retour": _GOOGLE,
    "/{association}/c/{code}": Elsewhere("tests/service/pages/sharing/test_short_links.py", "what printed sheets say"),
    "/flux": Elsewhere("tests/service/web/test_streams.py", "how addresses of streams end"),
    "http://127.0.0.1:8001": _INSTALL,
    "http://127.0.0.1:8001/": _INSTALL,
    "https://owasp.org/www-project-application-security-verification-standard/": _OF_OTHERS,
    "https://www.rfc-editor.org/rfc/rfc9457": _OF_OTHERS,
    "https://hledger.org": _OF_OTHERS,
    "https://accounts.google.com": _OF_OTHERS,
    "https://coop.example": _EXAMPLE,
    "https://coop.example/api/v1/essai": _EXAMPLE,
    "https://coop.example/essai/contribuer/": _EXAMPLE,
    "https://coop.example/api/v1/health/ready": _EXAMPLE,
    "https://ecole.example": _EXAMPLE,
    "https://…": _EXAMPLE,
}


_LINES: Final = {
    one.text: PAGES_ELSEWHERE[one.page] for one in commands() if one.block == "sh" and one.page in PAGES_ELSEWHERE
}
"""The lines of those pages, read once."""


def elsewhere(command: Named) -> Elsewhere | None:
    """Who runs a command, if it is not run here: by its text, or as one of the lines of a page."""
    return COMMANDS_ELSEWHERE.get(command.text) or _LINES.get(command.text)
