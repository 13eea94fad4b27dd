"""The report of a reconciliation shows every account's totals and every difference, to the cent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.reconciliation.breaks import Break, BreakState
from domain.reconciliation.expected import Direction
from domain.reconciliation.matching import Key, MatchState
from domain.reconciliation.run import CheckedAccount, Reconciliation, ReconciliationRun
from domain.reconciliation.totals import Totals
from reports.parts.report import Report
from reports.provider_reconciliation import LedgerHead, provider_reconciliation
from reports.render.csv_ import to_csv
from reports.render.json_ import to_json

NOW: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FIRST: Final = NOW - timedelta(days=3)
HEADS: Final = (LedgerHead("ad06", 1_284, "5f" * 32), LedgerHead("ad83", 16, "a0" * 32))
WHOSE: Final = {"": "Plateforme", "acct_1": "ad06 – Jules Ferry"}
LASTING: Final = Break(
    Key("acct_1", "po_1", Direction.OUT),
    MatchState.PROVIDER_ONLY,
    0,
    -5_00,
    "payout",
    FIRST,
    FIRST,
    NOW,
    BreakState.PERSISTING,
)
GONE: Final = LASTING._replace(
    key=Key("", "ch_1", Direction.IN),
    kind=MatchState.AMOUNT_DIFFERS,
    ledger_cents=12_00,
    provider_cents=11_45,
    state=BreakState.RESOLVED,
    resolved_at=NOW - timedelta(days=1),
)


def checked(account: str, balance: int, ledger: int, *, gap: int = 0, steady: bool = True) -> CheckedAccount:
    """An account whose difference is all broken."""
    whole = Totals(balance=balance, movements=balance, ledger=ledger, in_flight=0, breaks=balance - ledger)
    return CheckedAccount(ReconciliationRun(account, NOW, FIRST, 4, 1, steady, whole), gap)


def report(*accounts: CheckedAccount, breaks: tuple[Break, ...] = (), unread: tuple[str, ...] = ()) -> Report:
    """The report of a run."""
    return provider_reconciliation(Reconciliation(NOW, accounts, breaks, 2, unread), WHOSE, HEADS, demo=False)


def test_each_account_shows_its_control_totals_and_each_break_both_amounts_and_its_age() -> None:
    made = report(checked("", 300, 300), checked("acct_1", 1_500, 2_000), breaks=(GONE, LASTING))
    accounts, breaks, _ = (list(table.rows()) for table in made.tables)
    assert [row[:7] for row in accounts] == [
        ("Plateforme", 300, 300, 300, 0, 0, 0),
        ("ad06 – Jules Ferry", 1_500, 1_500, 2_000, -500, 0, -500),
    ]
    assert [(row[0], row[1], row[2], row[3], row[5], row[6], row[7], row[10], row[11]) for row in breaks] == [
        ("ad06 – Jules Ferry", "po_1", "sortie", "prestataire seul", 0, -500, -500, 3, "persistant"),
        ("Plateforme", "ch_1", "entrée", "montants différents", 1_200, 1_145, -55, 2, "résolu"),
    ]
    assert made.subtitle == "À examiner"
    assert [figure.value for figure in made.figures] == [2, 0, 0, 1, 1, 2, 0]


def test_the_totals_of_the_accounts_are_those_of_the_installation() -> None:
    accounts = report(checked("", 300, 300), checked("acct_1", 1_500, 2_000)).tables[0]
    total = accounts.total()
    assert total is not None
    assert total[:5] == ("Total", 1_800, 1_800, 2_300, -500)


def test_an_account_says_whether_its_totals_hold() -> None:
    made = report(checked("", 5, 5), checked("a", 5, 5, gap=1), checked("b", 5, 5, steady=False), unread=("acct_gone",))
    assert [row[-1] for row in made.tables[0].rows()] == [
        "conforme",
        "mouvement manquant",
        "solde en mouvement",
        "non lu\u00a0: inconnu du prestataire",
    ]
    assert made.subtitle == "À examiner"


def test_a_new_break_is_no_alarm_yet() -> None:
    assert report(checked("", 5, 5), breaks=(LASTING._replace(state=BreakState.NEW),)).subtitle == "Conforme"


def test_its_proof_covers_every_ledger() -> None:
    made = report(checked("", 5, 5))
    assert made.provenance.last_position == 1_300
    assert made.provenance.coop == "Toutes les coopératives de l’installation"
    assert list(made.tables[2].rows()) == [tuple(head) for head in HEADS]
    assert made.provenance.period == "relevé du 23 novembre 2026 à 04\u00a0h\u00a000"


def test_it_is_written_as_json_and_csv_like_its_neighbours() -> None:
    made = report(checked("", 300, 300), breaks=(LASTING,))
    document = json.loads(to_json(made))
    assert document["report"] == "rapprochement-prestataire-2026-11-23"
    assert document["tables"][1]["rows"][0][:8] == [
        "ad06 – Jules Ferry",
        "po_1",
        "sortie",
        "prestataire seul",
        "payout",
        0,
        -500,
        -500,
    ]
    assert "ad06 – Jules Ferry;po_1;sortie;prestataire seul;payout;0,00;-5,00;-5,00" in to_csv(made).decode()
    assert "Aucun écart." not in to_json(made).decode()
