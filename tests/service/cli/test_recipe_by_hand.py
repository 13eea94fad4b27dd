"""What the recipe of money by hand tells to type is typed, in its order, and the ledger proves itself afterwards."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest

from domain.campaign.disputes.facts import RecordDisputeOpened
from domain.campaign.refunds import RecordRefundFailed
from domain.coop.payouts import RequestPayout
from domain.coop.state import Coop
from domain.external.payments import MEANS
from service.bootstrap.runtime import open_runtime
from service.demo.scenario import DemoIds
from service.settings import Settings
from tests.house.sources import ROOT
from tests.service.cli.test_cli import Run, run, told
from tests.service.cli.test_families import at_the_desk, campaign, enter, in_cash, of_two_children, sound

__all__ = ["run", "told"]
RECIPE: Final = ROOT / "docs/recipes/money-by-hand.md"
_PLACEHOLDER: Final = re.compile(r"[A-Z]{4,}(?:_[A-Z]+)*")
_NAMED: Final = {"cash deposit": "DEPOSIT", "refund pay": "REFUND", "external payment": "PAYMENT"}
"""The commands that print an identifier first, and what the recipe calls it."""
_LATER: Final = datetime(2024, 7, 20, tzinfo=UTC)


def typed() -> list[list[str]]:
    """The commands of the recipe, word by word."""
    lines = RECIPE.read_text(encoding="utf-8").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("coopledger ")]


def prepared(told: DemoIds) -> dict[str, object]:
    """What the recipe takes for granted: a refund that came back, cash, an empty online account."""
    with open_runtime(Settings()) as runtime:
        account = runtime.ledger("ad06").ledger.store.load(Coop, told.coop_id).current_account
    (came_back,) = campaign(told).refunds
    enter(
        lambda stamp, _: RecordRefundFailed(
            stream_id=told.campaign_id, stamp=stamp, refund_id=came_back, reason="expired_card", failed_at=_LATER
        ),
        lambda stamp, opened: RequestPayout(
            stream_id=told.coop_id, stamp=stamp, payout_id=uuid4(), cents=opened.available(told.coop_id)
        ),
        lambda stamp, _: RecordDisputeOpened(
            stream_id=told.campaign_id,
            stamp=stamp,
            dispute_id="du_1",
            provider_movement="txn_1",
            payment_id=next(iter(campaign(told).payments)),
            cents=1_000_00,
            fee_cents=0,
            opened_at=_LATER,
        ),
        at=_LATER,
    )
    return {
        "CAMPAIGN": told.campaign_id,
        "COOP": told.coop_id,
        "ACCOUNT": account,
        "PAID_IN_CASH": in_cash(told, "B-1"),
        "PAID_BY_CARD": of_two_children(told),
        "PAID_ELSEWHERE": at_the_desk(told, MEANS),
        "CAME_BACK": came_back,
        "ADJUSTMENT": uuid4(),
        "DISPUTED": "du_1",
    }


def test_what_the_recipe_tells_to_type_is_entered(
    run: Run, told: DemoIds, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "releve.pdf").write_bytes(b"%PDF-1.7 releve")
    monkeypatch.chdir(tmp_path)
    known = prepared(told)
    for words in typed():
        given = [str(known[word]) if _PLACEHOLDER.fullmatch(word) else word for word in words]
        done = run(*given)
        assert done.exit_code == 0, (words, done.output, done.exception)
        if name := _NAMED.get(" ".join(words[:2])):
            known[name] = done.output.split()[0]
    assert len(typed()) >= 14
    sound(run, database)
