"""The page of an installation that sends nothing: who may see the e-mails, and that they are text and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx2
import pytest

from adapters.email import FolderTransport
from service.emails.transports import folder_of
from service.pages.security import HEADERS
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, TREASURER, ApiServer, run_web_server
from tests.kit.example_emails import letter
from tests.kit.members.sessions import MEMBER_COOKIE

_HOSTILE: Final = "<script>alert(1)</script> & <b>Éléonore</b>"
_PAGE: Final = f"/{SLUG}/courrier"


@contextmanager
def _visit(api: ApiServer, folder: Path, **settings: Any) -> Iterator[httpx2.Client]:  # noqa: ANN401 - settings as they are
    """An installation on line whose data is in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
        given = Settings(secure_cookies=False, data_dir=folder, **settings)
        with (
            Runtime(given, None, api.database_url) as runtime,
            run_web_server(runtime) as url,
            httpx2.Client(base_url=url, headers={"Accept": "text/html"}) as visit,
        ):
            yield visit


def _lay_down(folder: Path, coop_id: UUID) -> None:
    """Leave an e-mail whose subject and text would be more than text."""
    post = FolderTransport(folder_of(Settings(data_dir=folder), SLUG) / str(coop_id), "ne-pas-repondre@coop.example")
    post.send(letter(subject=f"Paiement reçu – {_HOSTILE}", text=_HOSTILE))


def _page(api: ApiServer, visit: httpx2.Client, who: str) -> httpx2.Response:
    """The page as a signed-in person sees it."""
    visit.cookies.set(MEMBER_COOKIE, api.session(who))
    return visit.get(_PAGE)


def test_letters_are_shown_as_text_under_the_strict_policy(api: ApiServer, tmp_path: Path) -> None:
    _lay_down(tmp_path, api.ids.coop_id)
    with _visit(api, tmp_path) as visit:
        answer = _page(api, visit, MANDATAIRE)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;Éléonore&lt;/b&gt;" in answer.text
    assert answer.text.count("Éléonore") == 2
    assert "<script>" not in answer.text
    assert "<iframe" not in answer.text


def test_a_coop_s_letters_are_for_its_mandataire_only(api: ApiServer, tmp_path: Path) -> None:
    _lay_down(tmp_path, api.ids.coop_id)
    with _visit(api, tmp_path) as visit:
        anonymous = visit.get(_PAGE)
        assert (anonymous.status_code, "connexion" in anonymous.headers["location"]) == (303, True)
        seen = {who: _page(api, visit, who) for who in (MANDATAIRE, FOREIGN, TREASURER, AUDITOR)}
    assert {who: answer.status_code for who, answer in seen.items()} == {
        MANDATAIRE: 200,
        FOREIGN: 200,
        TREASURER: 403,
        AUDITOR: 403,
    }
    assert [who for who, answer in seen.items() if "Éléonore" in answer.text] == [MANDATAIRE]


def test_where_a_server_takes_letters_there_is_no_such_page(api: ApiServer, tmp_path: Path) -> None:
    _lay_down(tmp_path, api.ids.coop_id)
    with _visit(api, tmp_path, smtp_host="mail.example", smtp_sender="a@coop.example") as visit:
        answer = _page(api, visit, MANDATAIRE)
    assert (answer.status_code, "Éléonore" in answer.text) == (404, False)
