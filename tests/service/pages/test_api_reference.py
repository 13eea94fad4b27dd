"""The reference of the API: every operation and every schema, under the policy of every page, readable by everybody."""

from __future__ import annotations

from typing import Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from service.api.contract.document import openapi_document
from service.pages.security import content_policy
from tests.house.sources import ROOT
from tests.kit.api_server import ApiServer

_PATH: Final = "/api/v1/docs"
_WIDTHS: Final = (390, 1280)
_SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


def test_every_operation_and_every_schema_has_its_place(api: ApiServer) -> None:
    answer = api.client.get(_PATH)
    assert answer.status_code == 200
    document = openapi_document()
    ids = [operation["operationId"] for operations in document["paths"].values() for operation in operations.values()]
    assert [one for one in ids if f'id="{one}"' not in answer.text] == []
    assert [one for one in document["components"]["schemas"] if f'id="schema-{one}"' not in answer.text] == []


def test_it_is_served_from_here_under_the_policy_of_every_page(api: ApiServer) -> None:
    answer = api.client.get(_PATH)
    assert answer.headers["content-security-policy"] == content_policy()
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert "//" not in answer.text.replace("https://", "").replace("http://", "")


def test_the_readme_names_it() -> None:
    assert _PATH in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.browser
def test_it_is_accessible_and_no_wider_than_a_telephone(api: ApiServer, browser: Browser) -> None:
    for width in _WIDTHS:
        for scheme in _SCHEMES:
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page.goto(f"{api.url}{_PATH}")
            page.evaluate("for (const one of [...document.querySelectorAll('details')].slice(0, 5)) one.open = true")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            page.close()
