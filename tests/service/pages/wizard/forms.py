"""What a mandate holder does on the pages of a campaign by hand: read a form, change some of its fields, send it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape
from html.parser import HTMLParser
from typing import Final
from uuid import UUID

import httpx2

from domain.campaign.state import Campaign
from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.members.sessions import MEMBER_COOKIE

Fields = list[tuple[str, str]]
File = tuple[str, bytes]
STEPS: Final = ("informations", "tarifs", "formulaire", "paiement", "publication")
_TAG: Final = re.compile(r"<[^>]+>")


class FormFields(HTMLParser):
    """The fields of the largest form of a page as a browser would send them, without those of buttons and files."""

    def __init__(self, html: str) -> None:
        """Read them."""
        super().__init__()
        self._forms: list[Fields] = []
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)

    @property
    def fields(self) -> Fields:
        """The fields, in their order."""
        return max(self._forms, key=len, default=[])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is filled in."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._forms.append([])
        elif tag == "textarea":
            self._area = name
            self._forms[-1].append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in dict(self._forms[-1])):
            self._forms[-1] = [one for one in self._forms[-1] if one[0] != self._select] + [(self._select, value)]
        elif tag == "input" and name and given.get("type") != "file" and self._forms:
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                self._forms[-1].append((name, value))

    def handle_endtag(self, tag: str) -> None:
        """Note that a field ended."""
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """Note the text of a field of several lines."""
        if self._area is not None:
            name, before = self._forms[-1][-1]
            self._forms[-1][-1] = (name, (before + data).removeprefix("\n"))


def said(html: str) -> str:
    """The text of a page, in one line."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def errors_of(html: str) -> dict[str, str]:
    """What a page says is wrong, by field."""
    return {field: unescape(sentence) for field, sentence in re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', html)}


class Runner:
    """Somebody who runs a campaign without scripts: reads forms, changes fields, presses buttons."""

    def __init__(self, api: ApiServer, client: httpx2.Client) -> None:
        """Be signed in."""
        self.api = api
        self.client = client
        self.campaign_id = ""

    @property
    def coop(self) -> str:
        """Where the coop's pages are."""
        return f"/{SLUG}/coops/{self.api.ids.coop_id}"

    @property
    def here(self) -> str:
        """Where the campaign's pages are."""
        return f"/{SLUG}/collectes/{self.campaign_id}"

    def step(self, name: str) -> str:
        """Where a step is, of a campaign that is not there yet the first."""
        return f"{self.here}/etapes/{name}" if self.campaign_id else f"{self.coop}/collectes/nouvelle"

    def read(self, path: str, status: int = 200) -> str:
        """Open a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, said(answer.text)[:500])
        return answer.text

    def fields(self, name: str) -> Fields:
        """The fields of a step as they are shown."""
        return FormFields(self.read(self.step(name))).fields

    def send(
        self,
        name: str,
        changes: Mapping[str, str | None] | None = None,
        *,
        fields: Fields | None = None,
        files: Sequence[tuple[str, File]] = (),
        action: str = "suivant",
    ) -> httpx2.Response:
        """Send a step with some fields changed (None leaves one out), or the given fields, by a button."""
        known = self.fields(name) if fields is None else fields
        changed = changes or {}
        kept = [(field, value) for field, value in known if field not in changed]
        added = [(field, value) for field, value in changed.items() if value is not None]
        parts: list[tuple[str, tuple[str | None, bytes]]] = [
            (field, (None, value.encode())) for field, value in [*kept, *added, ("action", action)]
        ]
        parts += [(field, (file[0], file[1])) for field, file in files]
        return self.client.post(self.step(name), files=parts)

    def go(self, name: str, changes: Mapping[str, str | None] | None = None, action: str = "suivant") -> str:
        """Send a step that is right, and return where it leads."""
        answer = self.send(name, changes, action=action)
        assert answer.status_code == 303, (name, answer.status_code, errors_of(answer.text), said(answer.text)[:300])
        to = str(answer.headers["location"])
        found = re.search(r"/collectes/([0-9a-f-]{36})", to)
        if not self.campaign_id and found:
            self.campaign_id = found[1]
        return to

    def draft(self, title: str = "Contributions volontaires") -> None:
        """Begin another campaign."""
        self.campaign_id = ""
        self.go("informations", {"title": title, "purpose": "contribution-volontaire"})

    def publish(self, title: str = "Contributions volontaires") -> None:
        """Begin another campaign and put it on line."""
        self.draft(title)
        self.go("tarifs", {"amount-0-0": "12,00"})
        self.go("publication", {"decided_on": "2026-09-10"}, action="publier")

    def state(self) -> Campaign:
        """The campaign as the log has it."""
        return self.api.opened.ledger.store.load(Campaign, UUID(self.campaign_id))

    def topics(self) -> list[str]:
        """What the log tells of the campaign."""
        facts = self.api.opened.ledger.store.newer({UUID(self.campaign_id): 0})
        return [fact.event.TOPIC for fact in facts]


@contextmanager
def runner(api: ApiServer, who: str = MANDATAIRE) -> Iterator[Runner]:
    """Sign somebody in."""
    cookies = {MEMBER_COOKIE: api.session(who)}
    with httpx2.Client(base_url=api.url, cookies=cookies, headers={"Accept": "text/html"}, timeout=60) as client:
        yield Runner(api, client)
