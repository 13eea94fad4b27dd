"""The service keeps the word of its OpenAPI document, whatever a program sends: schemathesis on the live port."""

from __future__ import annotations

from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from tests.kit.api_server import AUDITOR, MANDATAIRE, PLATFORM, TREASURER, ApiServer
from tests.kit.run.extent import Extent
from tests.service.api.routes import ROUTES

_ROLES: Final = (TREASURER, PLATFORM, MANDATAIRE, AUDITOR)
_EXCLUDED: Final = [positive_data_acceptance, unsupported_method]
_PATIENCE: Final = 60
"""Seconds to wait for an answer: a document is made in a process of its own, which a busy machine starts slowly."""
_PREFIX: Final = "/api/v1/{association}"


@pytest.fixture(scope="module")
def contract(api: ApiServer) -> schemathesis.BaseSchema:
    """The OpenAPI document, as the service gives it."""
    return schemathesis.openapi.from_url(f"{api.url}/api/v1/openapi.json")


@pytest.mark.parametrize("route", sorted(ROUTES), ids=" ".join)
def test_an_operation_keeps_its_word(
    api: ApiServer, contract: schemathesis.BaseSchema, route: tuple[str, str], extent: Extent
) -> None:
    method, path = route
    operation = contract[_PREFIX + path][method]
    ids = {
        name: value
        for name, value in {
            "association": "ad06",
            "coop_id": str(api.ids.coop_id),
            "campaign_id": str(api.ids.campaign_id),
        }.items()
        if "{" + name + "}" in _PREFIX + path
    }

    @settings(
        max_examples=extent.count(ci=3, long=16),
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        valid=operation.as_strategy(GenerationMode.POSITIVE, path_parameters=ids),
        wrong=operation.as_strategy(GenerationMode.NEGATIVE),
    )
    def check(valid: Case[Any], wrong: Case[Any]) -> None:
        for who in _ROLES:
            headers = {"Authorization": f"Bearer {api.tokens[who]}"}
            valid.call_and_validate(headers=headers, excluded_checks=_EXCLUDED, timeout=_PATIENCE)
        headers = {"Authorization": f"Bearer {api.tokens[TREASURER]}"}
        wrong.call_and_validate(headers=headers, excluded_checks=_EXCLUDED, timeout=_PATIENCE)

    check()
