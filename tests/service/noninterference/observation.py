"""All that an observer can ask for: every page and file that links lead to, streams, and reads of the API.

What is compared are bytes. Taken out is only what is random in both worlds for a reason, or is the clock of a machine;
each pattern says which.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import httpx2

from tests.kit.members.sessions import SLUG
from tests.service.pages.frame.crawl import START

Seen = dict[str, bytes]
"""What was answered, by what was asked for."""
_LINK: Final = re.compile(r'(?:href|src|data-stream|action)="(/[^"#]*)')
PLAIN: Final = {"Accept-Encoding": "identity"}
"""What who looks asks for: nothing is packed that would be unpacked at once."""
_MOST: Final = 3_000
_OF_EACH_ANSWER: Final = frozenset({"date", "x-request-id", "content-length"})
"""Headers that differ from answer to answer; the length is that of the body, which is compared."""
_RANDOM: Final = (
    (re.compile(rb'name="cle" value="[^"]+"'), b"the key of a form, drawn for each page (a double click is one)"),
    (re.compile(rb'data-key="[^"]+"'), b"the same, where a script sends the form"),
    (re.compile(rb'"request_id": ?"[0-9a-f]{32}"'), b"the id of the request, drawn for each"),
    (re.compile("référence [0-9a-f]{32}".encode()), b"the same, as pages say it"),
    (re.compile(rb'"entry_id":(\d+),"at":"[^"]+"'), b"when the trail was written: the database's clock"),
    (re.compile(rb'"as_of":"[^"]+"|id="as-of">[^<]*<'), b"when a live page was read: the machine's clock"),
)
FIRST: Final = (START, f"/{SLUG}/courrier")
"""Where one begins: the page of e-mails that never left has no link of its own."""
_LEFT_OUT: Final = re.compile(r"/(deconnexion|static/)|/api/v1/docs|/openapi\.json")
"""Signing out, and what is the same for everybody."""


def pages(url: str, cookies: Mapping[str, str], first: Iterable[str] = FIRST, *, follow: bool = True) -> Seen:
    """Open some pages as the holder of cookies, and all that their links lead to, each address once."""
    seen: Seen = {}
    waiting = list(first)
    with httpx2.Client(base_url=url, cookies=dict(cookies), headers=PLAIN, follow_redirects=True, timeout=60) as client:
        while waiting:
            path = waiting.pop(0)
            if path in seen or _LEFT_OUT.search(path):
                continue
            assert len(seen) < _MOST, "the pages have no end"
            seen[path] = first_event(client, path) if path.endswith("/flux") else answer_bytes(client.get(path))
            if follow and seen[path].startswith(b"200 text/html"):
                waiting += [html.unescape(link) for link in _LINK.findall(seen[path].decode())]
    return seen


def read_templates(url: str) -> list[str]:
    """Return the addresses of everything that the API reads, with the names of ids in them."""
    document: dict[str, Any] = httpx2.get(f"{url}/api/v1/openapi.json", timeout=60).json()
    return [path for path, operations in document["paths"].items() if "get" in operations]


def reads(url: str, token: str, templates: Iterable[str], ids: Mapping[str, str]) -> Seen:
    """Ask for everything that the API reads, with the ids of the world in its addresses."""
    headers = {"Authorization": f"Bearer {token}", **PLAIN}
    with httpx2.Client(base_url=url, headers=headers, timeout=60) as client:
        filled = [path for template in templates for path in _filled(template, ids)]
        return {path: answer_bytes(client.get(path)) for path in filled if not path.endswith("/stream")}


def differences(one: Seen, other: Seen) -> dict[str, tuple[bytes, bytes]]:
    """What differs, by what was asked for: the first bytes of each that do."""
    found = {}
    for path in sorted(one.keys() | other.keys()):
        first, second = one.get(path, b"nothing"), other.get(path, b"nothing")
        if first != second:
            place = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), 0)
            found[path] = first[max(0, place - 60) : place + 60], second[max(0, place - 60) : place + 60]
    return found


def answer_bytes(answer: httpx2.Response) -> bytes:
    """An answer as it is compared: its status and kind, its other headers, its body."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    rest = [f"{name}: {value}" for name, value in sorted(answer.headers.multi_items()) if name not in _OF_EACH_ANSWER]
    return plain("\n".join((f"{answer.status_code} {kind}", *rest, "", "")).encode() + answer.content)


def first_event(client: httpx2.Client, path: str) -> bytes:
    """Return what a stream says first: all that it knows."""
    with client.stream("GET", path) as answer:
        if answer.status_code != httpx2.codes.OK:
            return str(answer.status_code).encode()
        lines: list[str] = []
        for line in answer.iter_lines():
            if not line and any(one.startswith("data") for one in lines):
                break
            lines.append(line)
        return plain("\n".join(lines).encode())


def plain(content: bytes) -> bytes:
    """Take out what is random in both worlds."""
    for pattern, why in _RANDOM:
        content = pattern.sub(b"(" + why + b")", content)
    return content


def _filled(template: str, ids: Mapping[str, str]) -> Iterator[str]:
    """The addresses of a template whose ids are known; those of one with others cannot be asked for."""
    names = re.findall(r"\{(\w+)\}", template)
    if all(name in ids for name in names):
        yield re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], template)
