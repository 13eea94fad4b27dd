"""The demonstration plays the guide's scenario, with the guide's own figures, and verifies itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.rights.roles import Role
from service.demo.run import FORMATS, Demonstration
from service.settings import Settings


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """One demonstration, on a server of its own."""
    folder: Path = tmp_path_factory.mktemp("demo")
    patch = pytest.MonkeyPatch()
    patch.delenv("COOPLEDGER_VAULT_KEY", raising=False)
    played = Demonstration(Settings(data_dir=folder, database_url=None))
    yield played
    played.close()
    patch.undo()


def test_the_guides_families_give_the_guides_figures(demonstration: Demonstration) -> None:
    figures = demonstration.figures(demonstration.verify(lambda _: None))
    assert figures["by_class"] == {
        "CPA": {"participants": 2, "cents": 24_00},
        "CE1": {"participants": 1, "cents": 12_00},
        "CE2-CM1": {"participants": 1, "cents": 12_00},
    }
    assert figures["campaign_cents"] == 48_00
    assert figures["tips_cents"] == 1_92
    assert figures["refunds_cents"] == 12_00
    assert figures["campaign_cents"] == figures["payouts_cents"] + figures["online_balance_cents"]
    assert figures["verified"] is True


def test_every_document_is_written_in_every_format(demonstration: Demonstration) -> None:
    paths = demonstration.documents()
    assert len(set(paths)) == len(paths) == 10 * len(FORMATS)
    assert all(path.stat().st_size > 500 for path in paths)


def test_the_summary_is_what_a_teacher_reads(demonstration: Demonstration) -> None:
    assert "48,00\u00a0€  (4)" in demonstration.summary()


def test_each_role_has_a_code_that_is_worth_what_the_ledger_says_today(demonstration: Demonstration) -> None:
    held = {
        role: [(grant.role, grant.coop_id) for grant in demonstration.runtime.principal(code, fresh=True).grants]
        for role, code in demonstration.access().codes.items()
    }
    everywhere = {role: [(role, None)] for role in (Role.STAFF, Role.TREASURER, Role.AUDITOR, Role.PLATFORM)}
    assert held == {**everywhere, Role.MANDATAIRE: [(Role.MANDATAIRE, demonstration.ids.coop_id)]}
