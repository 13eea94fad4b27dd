"""What every answer carries, whatever was asked for and however it ended."""

from __future__ import annotations

import pytest

from tests.kit.api_server import SLUG, ApiServer

ASKED = (
    ("GET", "/api/v1/health"),
    ("GET", f"/api/v1/{SLUG}/coops"),
    ("POST", f"/api/v1/{SLUG}/coops"),
    ("GET", "/nowhere"),
    ("GET", "/static/style.css"),
    ("GET", "/static/family.js"),
    ("GET", f"/{SLUG}/connexion"),
    ("GET", f"/{SLUG}/cguv"),
)


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_answer_says_what_it_is_and_no_other_origin_reads_it(api: ApiServer, method: str, path: str) -> None:
    headers = {"Accept": "text/html", "Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    answer = api.client.request(method, path, headers=headers)
    kind = answer.headers["content-type"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert kind.endswith("; charset=utf-8") or kind in {"application/json", "application/problem+json"}
    assert [name for name in answer.headers if name.startswith("access-control-")] == []
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "PROPFIND"])
@pytest.mark.parametrize("path", ["/api/v1/health", f"/{SLUG}/connexion", "/static/style.css"])
def test_a_method_that_no_route_takes_is_refused(api: ApiServer, method: str, path: str) -> None:
    answer = api.client.request(method, path, headers={"X-Secret": "do-not-say-it-back"})
    assert answer.status_code == 405
    assert "do-not-say-it-back" not in answer.text
