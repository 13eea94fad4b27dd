"""« À votre attention »: payments that are contested, instalments that stopped, payouts that did not arrive."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from domain.calendar import french_date, paris_date
from domain.campaign.instalments import RecordInstalmentFailed
from domain.events.association import AssociationRegistered
from projections.base.read_model import set_schema
from projections.engine.runner import tracked
from tests.kit.api_server import AUDITOR, SLUG, TREASURER, ApiServer
from tests.kit.waiting import wait_until
from tests.projections.history import PRICE, TIP, History
from tests.projections.projected_ledger import append, connect
from tests.service.pages.coop.conftest import Visits
from tests.service.pages.coop.figure_crawl import rows_of
from tests.service.pages.coop.test_home import concerns

_VALID: Final = (date(2020, 1, 1), date(2099, 12, 31))
CONTESTED: Final = (
    "2 paiements sont contestés auprès de la banque d’une famille. La somme est bloquée jusqu’à sa réponse."
)
STOPPED: Final = "Une contribution reste incomplète : des échéances ont échoué ou ont été arrêtées."


def play() -> tuple[History, UUID]:
    """A coop to which everything happened that asks for attention, in the last days."""
    history = History(77)
    history.now = datetime.now(UTC) - timedelta(days=5)
    coop_id = history.coop("Coop des Tilleuls")
    campaign_id = history.campaign(coop_id, valid=_VALID)
    paid = [history.place(campaign_id, "CP", instalments=times) for times in (1, 1, 1, 3, 3)]
    payments = [history.pay(campaign_id, contribution_id) for contribution_id in paid]
    for payment_id in payments[:2]:
        history.dispute(campaign_id, payment_id, PRICE, TIP)
    for number in (2, 3):
        refusal: dict[str, Any] = {"number": number, "attempt_id": f"at_{number}", "reason": "expired_card"}
        history.do(RecordInstalmentFailed, campaign_id, contribution_id=paid[3], **refusal, final=True)
    payout_id = history.payout(coop_id, 500)
    history.wait(days=2)
    history.fail(coop_id, payout_id)
    return history, coop_id


@pytest.fixture(scope="module")
def troubled(api: ApiServer) -> UUID:
    """The coop, in the log of the service."""
    history, coop_id = play()
    facts = [fact for fact in history.facts if not isinstance(fact.event, AssociationRegistered)]
    with connect(api.database_url) as connection:
        set_schema(connection, f"{SLUG}_read")
        last = tracked(connection)
        append(api.database_url, [fact._replace(position=last + at) for at, fact in enumerate(facts, 1)], SLUG)
        wait_until(lambda: tracked(connection) == last + len(facts), seconds=30)
    return coop_id


def test_contested_payments_and_stopped_instalments_lead_to_their_rows(
    api: ApiServer, visits: Visits, troubled: UUID
) -> None:
    client = visits(TREASURER)
    found = concerns(client, troubled)
    assert rows_of(client, found[CONTESTED])[:2] == (2, 2 * PRICE)
    number, missing, *_ = rows_of(client, found[STOPPED])
    assert number == 1
    assert 0 < missing < PRICE
    assert api.client.get(found[CONTESTED]).status_code != 200, "who is not signed in sees none"


def test_a_payout_that_did_not_arrive_is_told_with_its_amount_and_its_day(visits: Visits, troubled: UUID) -> None:
    day = french_date(paris_date(datetime.now(UTC) - timedelta(days=3)))
    sentence = f"Le virement de 5,00 € n’est pas arrivé à la banque : il est revenu le {day}."
    assert concerns(visits(TREASURER), troubled)[sentence] == f"/{SLUG}/coops/{troubled}/compte"


def test_whoever_sees_the_coop_is_told_of_its_money(visits: Visits, troubled: UUID) -> None:
    assert {CONTESTED, STOPPED} <= set(concerns(visits(AUDITOR), troubled))


def test_what_is_contested_is_blocked_and_can_not_be_paid_out(visits: Visits, troubled: UUID) -> None:
    client, base = visits(TREASURER), f"/{SLUG}/coops/{troubled}/operations?lignes=compte&montant="
    sums = {word: rows_of(client, f"{base}{word}").total for word in ("solde", "bloque", "disponible")}
    assert sums["bloque"] == 2 * PRICE
    assert sums["disponible"] == sums["solde"] - sums["bloque"]
