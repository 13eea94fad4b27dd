"""Thousands of accounts of coops of which few moved: what a day of sweeps and of the daily proof asks the provider."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from adapters.log.command_bus import CommandOutcomes
from adapters.stripe_sandbox.connect.accounts import new_account
from adapters.stripe_sandbox.connect.bank_accounts import add_bank_account
from adapters.stripe_sandbox.connect.certification import certify
from adapters.stripe_sandbox.sandbox import Sandbox
from adapters.stripe_sandbox.testing import IBAN, run_sandbox
from benchmarks.bench import Bench
from benchmarks.figures import Claim, Figure, at_most
from benchmarks.subject import Subject
from domain.aggregate import Intent, Stamp
from domain.coop.certification import RecordCertified, RequestCertification
from domain.coop.registration import RegisterCoop
from domain.events.coop import CoopDetails
from domain.reconciliation.run import Reconciliation
from service.reconciliation.reconciler import reconcile_when_due
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.service_world import MONDAY, SLUG, ServiceWorld, open_campaign, open_world

MANY: Final = (5_000, 50)
"""How many accounts, and how many of them move on the day that is measured."""
QUICK: Final = (100, 2)
_LIMIT: Final = 15_000
_AIM: Final = 8_000
_HOURS: Final = 24
_PAID_AT: Final = 9
_PATIENCE: Final = 60.0
_BALANCES: Final = "GET /v1/balance"
_CALLS: Final = at_most("calls of the provider a day", "calls", _LIMIT, aim=_AIM)
_OF: Final = {
    _BALANCES: Claim("of these: balances", "calls", "all of them"),
    "GET /v1/balance_transactions": Claim("of these: movements", "calls", "all of them"),
    "GET /v1/events": Claim("of these: webhooks listed", "calls", "all of them"),
    "GET /v2/core/accounts/{id}": Claim("of these: what an account may do", "calls", "all of them"),
    "GET /v1/accounts/{account}/external_accounts": Claim("of these: its bank accounts", "calls", "all of them"),
}
_WHOLE: Final = Claim("accounts of the day's proof read whole", "accounts", "all accounts of the proof")


def _open(sandbox: Sandbox) -> str:
    """Have the provider open and certify an account; return its name."""
    responsibilities = {"fees_collector": "application", "losses_collector": "application"}
    recipient = {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
    given = {
        "dashboard": "express",
        "identity": {"country": "fr", "entity_type": "non_profit"},
        "configuration": {"recipient": recipient},
        "defaults": {"currency": "eur", "responsibilities": responsibilities},
    }
    account = new_account(sandbox, given)
    add_bank_account(sandbox, account["id"], IBAN, "Coop", {})
    for action in ("give_document", "accept"):
        certify(sandbox, account, action)
    return str(account["id"])


def _register(world: ServiceWorld, count: int) -> list[UUID]:
    """Register coops that the provider certified; return their ids."""
    context, coops = world.context, [uuid4() for _ in range(count)]
    waiting: list[Future[CommandOutcomes]] = []
    for coop_id in coops:
        account = _open(world.sandbox.sandbox)
        waiting += [context.ledger.bus.submit(command) for command in _commands(world, coop_id, account)]
        context.accounts.add(account, SLUG, coop_id)
    for one in waiting:
        one.result(_PATIENCE)
    return coops


def _commands(world: ServiceWorld, coop_id: UUID, account: str) -> tuple[Intent[Any], ...]:
    details = CoopDetails(name="Coop", school="École", town="Nice", affiliation_number="1")
    stamp, association_id = Stamp(at=world.now(), by="bench"), world.context.ledger.association_id
    return (
        RegisterCoop(stream_id=coop_id, stamp=stamp, association_id=association_id, details=details, demo=True),
        RequestCertification(stream_id=coop_id, stamp=stamp, provider_account=account),
        RecordCertified(stream_id=coop_id, stamp=stamp, provider_account=account),
    )


def _collect(world: ServiceWorld, coops: list[UUID]) -> None:
    """Have a family pay at each of some coops, and all that follows from it done."""
    for coop_id in coops:
        school = replace(world, coop_id=coop_id, campaign_id=uuid4(), told=[])
        open_campaign(school)
        assert school.submit(school.page(school.place("CP A")), "instant") == "Paid"
    world.sandbox.pass_time(seconds=3)


def _day(world: ServiceWorld, movers: list[UUID]) -> tuple[Counter[str], Reconciliation]:
    """Play a day of the worker's rounds; return what they asked the provider, and the proof."""
    asked, proof = Counter[str](), None

    def counted(round_of: Callable[[], object]) -> object:
        calls = world.sandbox.sandbox.calls
        before = calls.copy()
        found = round_of()
        asked.update(calls - before)
        return found

    for hour in range(_HOURS):
        if hour == _PAID_AT:
            _collect(world, movers)
        counted(world.worker.sweep)
        world.worker.work_off()
        found = counted(lambda: reconcile_when_due(world.worker, world.now()))
        proof = found if isinstance(found, Reconciliation) else proof
        world.sandbox.pass_time(seconds=3_600)
    assert proof is not None
    return asked, proof


def _measure(bench: Bench) -> Iterator[Figure]:
    """Let a day pass in which every account is read for the first time, then count one."""
    count, moving = bench.choose(MANY, QUICK)
    about, share = f", {count:,} accounts of which {moving} moved", count / MANY[0]
    os.environ["COOPLEDGER_VAULT_KEY"] = VAULT_KEY
    with bench.postgres("accounts") as postgres:
        with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE accounts")
        found_association(postgres.dsn("accounts"))
        with run_sandbox(start=MONDAY) as provider, open_world(postgres.dsn("accounts"), provider) as world:
            coops = _register(world, count)
            _day(world, coops[:moving])
            asked, proof = _day(world, coops[moving : 2 * moving])
    every = asked.total()
    yield _CALLS.figure(every, every / (_LIMIT * share), about)
    for kind, claim in _OF.items():
        yield claim.figure(asked[kind], asked[kind] / every, about)
    assert len(proof.accounts) == count + 1, "an account is missing in the proof"
    whole = len(proof.accounts) - proof.by_balance
    yield _WHOLE.figure(whole, whole / len(proof.accounts), about)


ACCOUNTS: Final = Subject(
    "accounts",
    f"{MANY[0]:,} accounts of coops of which {MANY[1]} moved: what a day asks the provider",
    8,
    (_CALLS, *_OF.values(), _WHOLE),
    _measure,
)
