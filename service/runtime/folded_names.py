"""Names of the people of a few campaigns, folded for search and order, for a quarter of an hour (ADR 65).

Names are sealed in the vault, and the database can neither sort nor search them. A list of ten thousand takes a second
to open; the next pages of it find the names here. They are never written anywhere, and what is shown is read from the
vault each time: no name is shown from here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from adapters.connections import arrays
from adapters.people_vault import NameReader, Person
from domain.texts.addresses import address_form
from domain.texts.visible import plain_letters

LIFE: Final = 900.0
"""Seconds for which names stay in memory at most, used or not."""
MOST: Final = 6
"""How many campaigns a process has names of at most."""
ROOM: Final = 48 << 20
"""Bytes that they take at most, about."""
_PERSON: Final = 420
"""Bytes of a person beside the letters of the name: ids, tuples and what finds them."""
ORDERS: Final = ("nom", "prenom", "payeur")
"""What a list of names may be sorted by: last name, first name, who paid."""
T = TypeVar("T")
Key = tuple[UUID, UUID]
"""An association, and one of its campaigns, or one of its coops for the names of all of them."""


class FoldedName(NamedTuple):
    """A name without case and accents, and the address of a person who gave one, in the form that is compared."""

    last: str
    first: str
    email: str = ""

    @property
    def erased(self) -> bool:
        """Whether it stands for who was erased: that comes last, and is found by no word."""
        return self.last == _LAST


class Ordered(NamedTuple):
    """Children in the order of a name, as the database takes them; only those that were found, where one searched."""

    children: arrays.BinaryArray
    searched: bool


class CampaignNames:
    """The names of one campaign, or of all of a coop's: of their children, each with who paid for it."""

    def __init__(self, number: int, life: float = LIFE) -> None:
        """Begin with none; ``number`` is how often people had been erased or corrected before any was read."""
        self.number = number
        self.until = monotonic() + life
        self.position = -1
        self.size = 0
        self._payers: dict[UUID, UUID] = {}
        self._missing: set[UUID] = set()
        self._names: dict[UUID, FoldedName] = {}
        self._waiting: set[UUID] = set()
        self._orders: dict[str, list[UUID]] = {}
        self._whole: dict[str, Ordered] = {}
        self.lock = threading.Lock()

    def take_in(self, children: Iterable[tuple[UUID, UUID]]) -> None:
        """Take children that stand, with who paid for them: those that came since are to be read."""
        for pair in children:
            if pair[0] not in self._payers:
                self._payers[pair[0]] = pair[1]
                self._missing.update(one for one in pair if one not in self._names)
                self._forget_orders()

    def missing(self) -> set[UUID]:
        """Return who is to be read: who came since, and who was there on approval the last time."""
        return self._missing | self._waiting

    def add(self, kept: Mapping[UUID, Person], waiting: Mapping[UUID, Person], erased: Iterable[UUID]) -> None:
        """Take the names that were read; who is there on approval is read again each time."""
        names = {
            person_id: FoldedName(_folded(person.last_name), _folded(person.first_name), address_form(person.email))
            for person_id, person in (*kept.items(), *waiting.items())
        }
        names.update(dict.fromkeys(erased, _ERASED))
        self._waiting, self._missing = set(waiting), set()
        for person_id, name in names.items():
            if self._names.get(person_id) != name:
                self.size += _PERSON + 2 * sum(map(len, name))
                self._names[person_id] = name
                self._forget_orders()

    def people(self) -> dict[UUID, FoldedName]:
        """Return the names by person, as they are now."""
        return dict(self._names)

    def ordered(self, order: str, search: str) -> Ordered:
        """Return the children in the order of a name: all whose names, or the payer’s, hold a search."""
        if order not in self._orders:
            self._orders[order] = sorted(self._payers, key=self._key(order))
            self._whole[order] = Ordered(arrays.uuids(self._orders[order]), searched=False)
        words = plain_letters(search).split()
        if not words:
            return self._whole[order]
        found = [one for one in self._orders[order] if _holds(self._text(one), words)]
        return Ordered(arrays.uuids(found), searched=True)

    def _forget_orders(self) -> None:
        self._orders.clear()
        self._whole.clear()

    def _key(self, order: str) -> Callable[[UUID], tuple[FoldedName, ...]]:
        names = self._names
        if order == "payeur":
            return lambda child: (names[self._payers[child]], names[child])
        if order == "prenom":
            return lambda child: (FoldedName(names[child].first, names[child].last),)
        return lambda child: (names[child],)

    def _text(self, child: UUID) -> str:
        name, payer = self._names[child], self._names[self._payers[child]]
        return f"{name.first} {name.last} {payer.first} {payer.last}"


_LAST: Final = "\uffff"
_ERASED: Final = FoldedName(_LAST, "")


class NameShelf:
    """The names of the campaigns that were looked at last in a process, of whatever associations."""

    def __init__(self, most: int = MOST, room: int = ROOM, life: float = LIFE) -> None:
        """Begin with none."""
        self._most, self._room, self._life = most, room, life
        self._kept: OrderedDict[Key, CampaignNames] = OrderedDict()
        self._lock = threading.Lock()
        self._sweeper: threading.Timer | None = None

    def take(self, key: Key, number: int) -> CampaignNames:
        """Return the names of a campaign as they are kept; none where people were erased or corrected since."""
        with self._lock:
            known = self._kept.get(key)
            if known is None or known.number != number or known.until < monotonic():
                known = self._kept[key] = CampaignNames(number, self._life)
            self._kept.move_to_end(key)
            self._watch()
            return known

    def settle(self) -> None:
        """Drop those that were looked at longest ago, where there is no room for all; a larger one is not kept."""
        with self._lock:
            while self._kept and (len(self._kept) > self._most or self.size > self._room):
                self._kept.popitem(last=False)

    def sweep(self) -> None:
        """Drop those whose time is over."""
        with self._lock:
            now = monotonic()
            self._kept = OrderedDict((key, one) for key, one in self._kept.items() if one.until > now)
            self._sweeper = None
            self._watch()

    @property
    def size(self) -> int:
        """About how many bytes they take."""
        return sum(one.size for one in self._kept.values())

    def _watch(self) -> None:
        """Have a thread sweep when the first of them is over."""
        if self._sweeper is None and self._kept:
            wait = max(min(one.until for one in self._kept.values()) - monotonic(), 0.0)
            self._sweeper = threading.Timer(wait + 0.05, self.sweep)
            self._sweeper.daemon = True
            self._sweeper.start()


class FoldedNames:
    """The folded names of one association's campaigns and coops."""

    def __init__(self, reader: NameReader, association_id: UUID, shelf: NameShelf) -> None:
        """Read by ``reader``, and keep on a shelf that others use as well."""
        self._reader = reader
        self._association_id = association_id
        self._shelf = shelf

    def ordered(
        self,
        campaign_id: UUID,
        position: int,
        since: Callable[[int], Iterable[tuple[UUID, UUID]]],
        order: str = "nom",
        search: str = "",
    ) -> Ordered:
        """Return the children of a campaign in the order of a name, or those that a search finds.

        ``since`` gives the children that stand, with who paid, of which something changed after a position of the log;
        ``position`` is where the read models stand that it reads.
        """
        return self._known(campaign_id, position, since, lambda known: known.ordered(order, search))

    def of_people(self, coop_id: UUID, position: int, people: Iterable[tuple[UUID, UUID]]) -> Mapping[UUID, FoldedName]:
        """Return the names of all children of a coop, and of who paid for each, by person.

        ``position`` is where the read models stand that say who ``people`` are.
        """
        return self._known(coop_id, position, lambda _: people, CampaignNames.people)

    def _known(
        self,
        of: UUID,
        position: int,
        since: Callable[[int], Iterable[tuple[UUID, UUID]]],
        use: Callable[[CampaignNames], T],
    ) -> T:
        """Use names once those that came since are read."""
        number = self._reader.changes()
        known = self._shelf.take((self._association_id, of), number)
        with known.lock:
            if position > known.position:
                known.take_in(since(known.position))
                known.position = position
            if missing := known.missing():
                kept, waiting = self._reader.read(missing)
                known.add(kept, waiting, missing - kept.keys() - waiting.keys())
            found = use(known)
        self._shelf.settle()
        return found


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else plain_letters(text)


def _holds(text: str, words: Iterable[str]) -> bool:
    return all(word in text for word in words)
