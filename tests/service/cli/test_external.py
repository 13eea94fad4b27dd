"""What other platforms collect, by the command line: imported, paid out, taken back."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

from domain.external.errors import ExternalFundsExceeded, ExternalPaymentPaidOut
from service.demo.scenario import DemoIds
from tests.service.cli.test_cli import Run, refused, run, show, told

__all__ = ["run", "told"]
_HEAD = "Prénom participant;Nom participant;Paiement;Montant dû;Moyen de paiement;Date de paiement;classe\n"
_PAYOUT = ("--platform", "assoconnect", "--reference", "V-1", "--cents", 1200, "--day", "2024-07-20")


def imported(run: Run, told: DemoIds, folder: Path) -> str:
    """Import a payment of another platform; return the id of the import, as its report names it."""
    path = folder / "paiements.csv"
    path.write_text(_HEAD + "Alice;PETIT;Paiement reçu;12,00 €;Carte bancai;05/07/2024;CE1\n", encoding="utf-8")
    report = run("import", "ad06", told.campaign_id, path).output
    assert "dont collecté ailleurs, jamais sur le compte en ligne\u00a0: 12,00\u00a0€ (AssoConnect)" in report
    (import_id,) = re.findall(r"Import ([0-9a-f-]{36}) ", report)
    return str(import_id)


def test_what_was_imported_is_listed_paid_out_and_withdrawn_in_that_order_back(
    run: Run, told: DemoIds, database: str, tmp_path: Path
) -> None:
    import_id = imported(run, told, tmp_path)
    too_much = (*_PAYOUT[:5], 1201, *_PAYOUT[6:])
    assert isinstance(refused(run("external", "payout", "ad06", told.coop_id, *too_much)), ExternalFundsExceeded)
    payout_id = run("external", "payout", "ad06", told.coop_id, *_PAYOUT, "--fee-cents", 20).output.strip()
    again = run("external", "payout", "ad06", told.coop_id, *_PAYOUT, "--fee-cents", 20)
    assert again.output.strip() == "Ce versement était déjà enregistré."

    withdrawal = ("external", "withdraw-import", "ad06", told.campaign_id, import_id, "--reason", "wrong_file")
    assert isinstance(refused(run(*withdrawal)), ExternalPaymentPaidOut)
    show(database)
    listed = run("external", "list", "ad06", told.coop_id).output
    assert "AssoConnect : 0,00\u00a0€ (versé 12,00\u00a0€)" in listed
    assert f"{payout_id}  2024-07-20  V-1  12,00\u00a0€  dont frais 0,20\u00a0€" in listed
    before = run("external", "list", "ad06", told.coop_id, "--day", "2024-07-19").output
    assert "AssoConnect : 12,00\u00a0€ (versé 0,00\u00a0€)" in before

    back = run("external", "withdraw-payout", "ad06", told.coop_id, payout_id, "--reason", "mistake")
    assert back.output == "Versement retiré.\n"
    assert run(*withdrawal).output == "Paiements retirés : 1\n"
    show(database)
    assert run("verify", "ad06").exit_code == 0
    assert (
        f"{payout_id}  2024-07-20  V-1  12,00\u00a0€  dont frais 0,20\u00a0€  retiré"
        in run("external", "list", "ad06", told.coop_id).output
    )


def test_a_payment_that_nobody_recorded_is_not_withdrawn(run: Run, told: DemoIds) -> None:
    unknown = ("external", "withdraw-payment", "ad06", told.campaign_id, uuid4(), "--reason", "duplicate")
    assert refused(run(*unknown)).code == "not-found"
    assert run(*unknown[:-1], "no-reason").exit_code == 2
