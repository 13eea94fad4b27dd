"""Closings through HTTP: who closes names a period; a preview says the same; no figure is taken from anybody."""

from __future__ import annotations

from typing import Any, Final

import pytest

from service.demo.scenario import PAYOUT_CENTS
from tests.kit.api_server import AUDITOR, MANDATAIRE, STAFF, TREASURER, ApiServer

SEPTEMBER: Final[dict[str, Any]] = {"kind": "month", "first_day": "2024-09-01"}


@pytest.fixture(scope="module")
def path(api: ApiServer) -> str:
    """The closings of the guide's coop."""
    return f"/coops/{api.ids.coop_id}/closings"


def months(api: ApiServer, path: str, at_least: int | None = None) -> list[dict[str, Any]]:
    """All closings of the coop."""
    found: list[dict[str, Any]] = api.get(AUDITOR, path, at_least=at_least)
    return found


def test_the_closings_of_the_demonstration_are_chained_by_their_balances(api: ApiServer, path: str) -> None:
    *closed, year = months(api, path)
    assert [one["first_day"] for one in closed] == ["2024-05-01", "2024-06-01", "2024-07-01", "2024-08-01"]
    assert [after["boxes"]["opening"] for after in closed[1:]] == [one["boxes"]["closing"] for one in closed[:-1]]
    assert (year["kind"], year["first_day"]) == ("year", "2023-09-01")
    assert year["boxes"]["transfers"] == PAYOUT_CENTS == year["perpetual"]["payouts"]
    assert year["receipts"]["families"] == year["boxes"]["receipts"]
    assert year["disbursements"]["refunds"] == year["boxes"]["disbursements"] == 1_200
    assert {one["provider"]["state"] for one in (*closed, year)} == {"no-provider"}


@pytest.mark.parametrize("figure", ["boxes", "receipts", "up_to_position", "chain_head", "provider"])
def test_an_invented_figure_is_refused(api: ApiServer, path: str, figure: str) -> None:
    answer = api.call(TREASURER, "POST", path, {**SEPTEMBER, figure: 5_000_000})
    assert answer.status_code == 422


def test_a_month_is_closed_in_its_turn_with_what_its_preview_says_and_once(api: ApiServer, path: str) -> None:
    before = len(months(api, path))
    early = api.call(TREASURER, "POST", path, {"kind": "month", "first_day": "2024-10-01"})
    assert (early.status_code, early.json()["type"]) == (409, "urn:coopledger:period-out-of-order")
    assert "septembre 2024" in early.json()["detail"]
    seen = api.get(MANDATAIRE, f"{path}/preview", **SEPTEMBER)
    assert seen["refusal"] is None
    assert api.call(MANDATAIRE, "POST", path, SEPTEMBER).status_code == 403
    first, again = (api.done(STAFF, "POST", path, SEPTEMBER, key="close-september") for _ in range(2))
    assert (again["position"], again["replayed"]) == (first["position"], True)
    closed = months(api, path, first["position"])
    assert len(closed) == before + 1
    figures = {name: value for name, value in seen.items() if name not in {"refusal", "up_to_position", "chain_head"}}
    assert {name: closed[-1][name] for name in figures} == figures
    twice = api.call(TREASURER, "POST", path, SEPTEMBER)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:coopledger:period-already-closed")
    refusal = api.get(MANDATAIRE, f"{path}/preview", **SEPTEMBER)["refusal"]
    assert refusal == twice.json()["detail"]


def test_what_the_guide_collected_in_summer_for_the_next_year_is_told(api: ApiServer) -> None:
    """Paid in June and July 2024 at a tariff of 1 September 2024 to 31 August 2025: all of it is for that year."""
    path = f"/coops/{api.ids.coop_id}/income-in-advance.json"
    told = api.get(MANDATAIRE, path, year=2023)
    assert [figure["value"] for figure in told["figures"]] == [48_00, 0, 48_00, 0]
    assert [figure["value"] for figure in api.get(MANDATAIRE, path, year=2024)["figures"]] == [48_00, 48_00, 0, 0]
    early = api.call(MANDATAIRE, "GET", path, params={"year": 2099})
    assert (early.status_code, early.json()["type"]) == (409, "urn:coopledger:period-not-begun")


def test_a_month_to_come_has_no_statement(api: ApiServer) -> None:
    answer = api.call(MANDATAIRE, "GET", f"/coops/{api.ids.coop_id}/statement.json", params={"month": "2099-03-31"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:coopledger:period-not-begun")
    assert "Mars 2099" in answer.json()["detail"]
