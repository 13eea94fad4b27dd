"""The command line invites the first person of an association, and shows a link to whom no letter reaches."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from adapters.member_accounts import MemberLinkPurpose
from domain.errors import LedgerError
from service.associations import open_association
from service.bootstrap.runtime import open_runtime
from service.cli.main import app
from service.demo.season import GUIDE
from service.settings import Settings

_LINK: Final = re.compile(r"https://coop\.example/ad06/(invitation|connexion)/(\S+)")


@pytest.fixture(autouse=True)
def installation(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An association on a fresh database."""
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.setenv("COOPLEDGER_PUBLIC_URL", "https://coop.example/")
    identity = {"association_id": uuid4(), "slug": "ad06", "name": "OCCE 06", "siren": "123456782"}
    open_association(database, **identity, demo=True, at=GUIDE.opened, by="test")  # type: ignore[arg-type]


def run(*arguments: str, typed: str = "") -> str:
    """Run one command that must succeed, and return what it said."""
    result = CliRunner().invoke(app, list(arguments), input=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def test_the_first_person_is_invited_by_what_is_typed_and_comes_in_once_a_role_is_given() -> None:
    told = run("member", "invite", "ad06", typed="Laurence\nMARDEGAN\nl.mardegan@ecole.example\n")
    found, link = re.search(r"Membre : (\S+)", told), _LINK.search(told)
    assert found is not None
    assert link is not None
    member_id = UUID(found[1])
    assert link[1] == "invitation"
    assert run("member", "list", "ad06").strip() == f"{member_id}  Laurence MARDEGAN <l.mardegan@ecole.example>"
    run("role", "grant", "ad06", str(member_id), "staff")
    another = _LINK.search(run("member", "link", "ad06", str(member_id)))
    assert another is not None
    now = datetime.now(UTC)
    with open_runtime(Settings()) as runtime:
        stores = runtime.ledger("ad06").members
        assert stores.links.holds(link[2], MemberLinkPurpose.INVITATION, now) == (member_id, None)
        assert stores.links.use(another[2], MemberLinkPurpose.SIGN_IN, now) == member_id
        assert stores.links.use(link[2], MemberLinkPurpose.INVITATION, now) is None


@pytest.mark.parametrize("typed", ["\n\n\n", "Laurence\nMARDEGAN\nnowhere\n"])
def test_what_is_no_name_or_no_address_is_refused(typed: str) -> None:
    result = CliRunner().invoke(app, ["member", "invite", "ad06"], input=typed)
    assert result.exit_code != 0
    assert run("member", "list", "ad06") == ""


def test_a_link_for_nobody_is_refused() -> None:
    result = CliRunner().invoke(app, ["member", "link", "ad06", str(uuid4())])
    assert isinstance(result.exception, LedgerError)
    assert result.exception.code == "not-found"


def test_an_association_demands_passkeys_until_it_does_not() -> None:
    def demanded() -> bool:
        with open_runtime(Settings()) as runtime:
            return runtime.ledger("ad06").association().policy.demands_passkey

    assert not demanded()
    run("member", "require-passkeys", "ad06")
    assert demanded()
    run("member", "require-passkeys", "ad06", "--off")
    assert not demanded()
