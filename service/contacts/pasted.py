"""Addresses as people paste them: one a line, or as a mailbox writes them, with names before or around (S-29).

Nothing here fails, and nothing takes longer than the text is long: what cannot be read is told with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from domain.texts.visible import visible_line

LONGEST_PASTED: Final = 400_000
"""Characters of all that is pasted at once."""
_LINE: Final = 4_000
"""Characters of one line: a mailbox writes all recipients of a letter on one."""
_SHOWN: Final = 60
_ANGLED: Final = re.compile(r"<([^<>]{1,300})>")
_WRAPPED: Final = re.compile(r"[(\[] ?([^\s()\[\]<>@]{1,100}@[^\s()\[\]<>@]{1,200}) ?[)\]]")
"""An address in brackets, which is the same as in angles: « Hélène Roy (hroy@courriel.fr) »."""
_SCHEME: Final = re.compile(r"mailto:\s*", re.IGNORECASE)
_PARTS: Final = re.compile(r"[;,\t]")
_NAMES: Final = 2


class TypedContact(NamedTuple):
    """A contact as it was given, field by field, nothing of it checked yet; ``line`` is where it stands."""

    line: int
    values: dict[str, str]


class UnreadLine(NamedTuple):
    """A line of which no address can be taken, cut to what a page shows."""

    line: int
    shown: str


class Pasted(NamedTuple):
    """What was found in a text."""

    contacts: list[TypedContact]
    unread: list[UnreadLine]


def read_pasted(text: str) -> Pasted:
    """Find the addresses of a text, each with the name that stands with it."""
    found = Pasted([], [])
    for number, line in enumerate(text[:LONGEST_PASTED].splitlines(), start=1):
        clean = visible_line(line.replace("\t", ";"), _LINE)
        if not clean:
            continue
        values = list(_of_line(clean)) if len(clean) <= _LINE else []
        if not values:
            found.unread.append(unread(number, clean))
        for one in values:
            if one:
                found.contacts.append(TypedContact(number, one))
            else:
                found.unread.append(unread(number, clean))
    return found


def unread(number: int, text: str) -> UnreadLine:
    """Tell of a line that cannot be read."""
    line = visible_line(text, _LINE)
    return UnreadLine(number, line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…")


def _of_line(line: str) -> Iterator[dict[str, str]]:
    """Yield the contacts of a line; an empty one for a part that is neither an address nor a name beside one."""
    line = _WRAPPED.sub(r"<\1>", _SCHEME.sub("", line))
    if "<" in line:
        end = 0
        for match in _ANGLED.finditer(line):
            before, name = _apart(line[end : match.start()])
            end = match.end()
            if before:
                yield from _plain(before)
            yield {**_named(name), "email": match[1].strip()}
        rest = line[end:].strip(" ,;")
        if rest:
            yield from _plain(rest)
        return
    yield from _plain(line)


def _apart(text: str) -> tuple[str, str]:
    """Tell what stands before an address in angles apart: addresses without a name, then the name of this one."""
    parts = re.split(r"(?<=[;,])", text)
    last = max((at for at, part in enumerate(parts, start=1) if "@" in part or part.strip().endswith(";")), default=0)
    return "".join(parts[:last]).strip(" ,;"), "".join(parts[last:]).strip(" ,;")


def _plain(line: str) -> Iterator[dict[str, str]]:
    """Yield the contacts of a line without angles: several addresses, or one with its name in other cells."""
    parts = [part.strip(" \"'") for part in _PARTS.split(line)]
    parts = [part for part in parts if part]
    if not any("@" in part for part in parts):
        yield {}
        return
    words = [word for part in parts for word in (part.split() if "@" in part else [part])]
    addresses = [word for word in words if "@" in word]
    names = [word for word in words if "@" not in word]
    if len(addresses) == 1:
        yield {**_of_cells(names), "email": addresses[0]}
        return
    for address in addresses:
        yield {"email": address}
    for _ in names:
        yield {}


def _of_cells(names: list[str]) -> dict[str, str]:
    """Read the cells beside an address: last and first name, or one cell with both."""
    if len(names) == _NAMES:
        return {"last_name": names[0], "first_name": names[1]}
    return _named(" ".join(names))


def _named(text: str) -> dict[str, str]:
    """Split a name: « DUPONT Marie », « Dupont, Marie » and « Marie Dupont » are one; one word alone is a last name."""
    text = text.strip(" \"'")
    last, comma, first = text.partition(",")
    if comma:
        return {"last_name": last.strip(), "first_name": first.strip()}
    words = text.split()
    if len(words) < _NAMES:
        return {"last_name": text} if text else {}
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if capitals and len(capitals) < len(words):
        others = [word for word in words if word not in capitals]
        return {"last_name": " ".join(capitals), "first_name": " ".join(others)}
    return {"first_name": words[0], "last_name": " ".join(words[1:])}
