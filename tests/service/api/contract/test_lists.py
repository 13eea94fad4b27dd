"""Lists are cut to what is wanted, page by page, and a balance is told as of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from domain.calendar import paris_date
from service.api.books.past_balance import balance_on
from tests.kit.api_server import MANDATAIRE, TREASURER, ApiServer


def _listed(api: ApiServer, **query: Any) -> dict[str, Any]:  # noqa: ANN401 - as the route takes them
    page: dict[str, Any] = api.get(MANDATAIRE, f"/campaigns/{api.ids.campaign_id}/contributions", **query)
    return page


def test_a_last_full_page_has_no_next(api: ApiServer) -> None:
    whole = _listed(api)["items"]
    assert _listed(api, limit=len(whole))["next"] is None
    assert _listed(api, limit=len(whole) - 1)["next"] == whole[-2]["contribution_id"]
    head = api.head()
    assert api.get(TREASURER, "/events", after=head - 2, limit=2)["next"] is None
    assert api.get(TREASURER, "/events", after=head - 3, limit=2)["next"] == head - 1


def test_contributions_are_listed_by_status_and_means_and_from_the_latest(api: ApiServer) -> None:
    whole = _listed(api)["items"]
    latest = _listed(api, order="latest_first")["items"]
    assert [one["contribution_id"] for one in latest] == [one["contribution_id"] for one in reversed(whole)]
    for name in ("status", "means"):
        values = {one[name] for one in whole}
        assert values
        for value in values:
            assert _listed(api, **{name: value})["items"] == [one for one in whole if one[name] == value]
    first, *others = latest
    rest = _listed(api, order="latest_first", after=first["contribution_id"])["items"]
    assert rest == others


def test_a_filter_that_is_none_is_refused_with_those_there_are(api: ApiServer) -> None:
    path = f"/campaigns/{api.ids.campaign_id}/contributions"
    answer = api.call(MANDATAIRE, "GET", path, params={"status": "gone"})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, "/status")
    assert {"received", "refunded", "unpaid"} <= set(error["allowed"])


def test_campaigns_and_payouts_are_listed_by_status(api: ApiServer) -> None:
    coop = f"/coops/{api.ids.coop_id}"
    campaigns = api.get(TREASURER, f"{coop}/campaigns")
    for status in {one["status"] for one in campaigns} | {"archived"}:
        assert api.get(TREASURER, f"{coop}/campaigns", status=status) == [
            one for one in campaigns if one["status"] == status
        ]
    payouts = api.get(TREASURER, f"{coop}/payouts")
    assert api.get(TREASURER, f"{coop}/payouts", status="paid") == [one for one in payouts if one["status"] == "paid"]


def test_a_balance_is_told_at_the_end_of_a_day(api: ApiServer) -> None:
    coop, today = f"/coops/{api.ids.coop_id}", paris_date(datetime.now(UTC))
    now = api.get(TREASURER, f"{coop}/balance")
    told = api.get(TREASURER, f"{coop}/balance", as_of=str(today))
    assert (told["balance_cents"], told["blocked_cents"]) == (now["balance_cents"], now["blocked_cents"])
    assert (told["as_of"], told["available_cents"], now["as_of"]) == (str(today), None, None)
    before = api.get(TREASURER, f"{coop}/balance", as_of="2020-01-01")
    assert (before["balance_cents"], before["blocked_cents"]) == (0, 0)
    assert balance_on(api.opened.ledger.store, api.ids.coop_id, date(2024, 7, 4)) != (0, 0)
