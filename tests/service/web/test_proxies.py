"""Who asks is who our own proxy says, and nobody else's word counts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.settings import Settings
from tests.service.web.conftest import PROXY, DeployedServer

HERE = "127.0.0.1"


def seen(deployed: DeployedServer, source: str, **headers: str) -> tuple[str, str]:
    """How the server sees a request from an address with these headers: the visitor's address, and the scheme."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with deployed.client(source) as client:
        told = client.get("/whoami", headers=named).json()
    return told["address"], told["scheme"]


def test_the_visitor_that_our_proxy_names_is_believed(deployed: DeployedServer) -> None:
    told = seen(deployed, PROXY, X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")
    assert told == ("203.0.113.9", "https")


def test_what_the_visitor_wrote_before_our_proxy_is_not_believed(deployed: DeployedServer) -> None:
    assert seen(deployed, PROXY, X_Forwarded_For="198.51.100.1, 203.0.113.9")[0] == "203.0.113.9"
    assert seen(deployed, PROXY, X_Forwarded_For=f"198.51.100.1, 203.0.113.9, {PROXY}")[0] == "203.0.113.9"


def test_a_visitor_who_comes_without_the_proxy_names_nobody(deployed: DeployedServer) -> None:
    told = seen(deployed, HERE, X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")
    assert told == (HERE, "http")


def test_no_proxy_is_trusted_unless_it_is_named() -> None:
    assert Settings().trusted_proxies == ()


def test_proxies_are_addresses_and_networks_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPLEDGER_TRUSTED_PROXIES", "172.31.174.1, 10.0.0.0/8 ,fd00::/8")
    assert [str(one) for one in Settings().trusted_proxies] == ["172.31.174.1/32", "10.0.0.0/8", "fd00::/8"]
    monkeypatch.setenv("COOPLEDGER_TRUSTED_PROXIES", "proxy.example")
    with pytest.raises(ValidationError):
        Settings()
