"""What an import did, line by line, for the person who gave the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from uuid import UUID

import msgspec

from adapters.imports import FileKind, LineError
from domain.money import Cents, euros
from domain.vocabulary.platforms import french_platform


class ClassTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What the import adds to one class: children (rows) and cents."""

    class_code: str
    children: int
    cents: Cents


class Ending(StrEnum):
    """How an import ended."""

    WRITTEN = "written"
    TRIAL = "trial"
    """It was only a trial run: the figures are what an import would add."""
    STOPPED = "stopped"
    """A refused line stopped the whole file."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of lines, what each class receives, and every line that was not taken over with its reason.

    ``reclassed`` are lines that a person should look at: there already under another class, or taken over on an
    assumption. ``differences`` say otherwise of money that is held: nothing was changed for them, a person decides.
    ``decided`` are those that one has decided, and that were recorded so.
    ``decidable`` says what may be decided about a difference, by the line that tells it.
    ``differing`` are the contribution and the child of each difference, in their order. ``of_other_campaigns`` counts
    the lines that are there already in another campaign of the coop. ``external_cents`` is what the other platform
    holds of the import, or held; ``import_id`` is None when none of it was recorded.
    """

    kind: FileKind
    platform: str
    ending: Ending
    lines: int
    imported: int
    contributions: int
    already_there: int
    classes: tuple[ClassTotal, ...]
    refused: tuple[LineError, ...]
    ignored: tuple[LineError, ...]
    reclassed: tuple[LineError, ...]
    unread_columns: tuple[str, ...]
    differences: tuple[LineError, ...] = ()
    differing: tuple[tuple[UUID, UUID], ...] = ()
    decided: tuple[LineError, ...] = ()
    decidable: dict[int, tuple[str, ...]] = {}
    of_other_campaigns: int = 0
    import_id: UUID | None = None
    external_cents: Cents = 0

    @property
    def cents(self) -> int:
        """What the import adds to the school, in cents."""
        return sum(total.cents for total in self.classes)

    def text(self) -> str:
        """Render the report in French, one fact a line; it quotes no name."""
        return "\n".join(self._french_lines())

    def _french_lines(self) -> Iterator[str]:
        """The lines of ``text``."""
        yield f"{_count(self.lines, 'ligne lue', 'lignes lues')}."
        trial = self.ending is Ending.TRIAL
        verb = "à reprendre" if trial else _plural(self.imported, "reprise", "reprises")
        yield f"{_count(self.imported, 'ligne', 'lignes')} {verb}, {self.already_there} déjà là."
        for total in self.classes:
            yield f"{total.class_code}\u00a0: {euros(total.cents)} ({_count(total.children, 'enfant', 'enfants')})"
        yield f"École\u00a0: {euros(self.cents)} ({_count(self.imported, 'enfant', 'enfants')})"
        if self.external_cents:
            where = french_platform(self.platform)
            yield f"dont collecté ailleurs, jamais sur le compte en ligne\u00a0: {euros(self.external_cents)} ({where})"
        if self.import_id is not None:
            yield f"Import {self.import_id} (à citer pour le retirer en entier)"
        for title, notes in (
            ("Lignes refusées", self.refused),
            ("Lignes laissées de côté", self.ignored),
            ("Lignes à vérifier", self.reclassed),
            ("Écarts avec ce qui est déjà là, à décider", self.differences),
            ("Écarts à enregistrer" if trial else "Écarts enregistrés", self.decided),
        ):
            if notes:
                yield f"{title}\u00a0:"
                yield from (_french(note) for note in notes)
        if self.unread_columns:
            yield f"Colonnes non reprises\u00a0: {', '.join(self.unread_columns)}."
        if self.ending is not Ending.WRITTEN:
            yield "Rien n’a été importé."


def _french(note: LineError) -> str:
    """One line of the file and what is said of it."""
    column = f", colonne «\u00a0{note.column}\u00a0»" if note.column else ""
    where = f"Ligne {note.line}{column}" if note.line else "Hors du fichier"
    return f"{where}\u00a0: {note.french}."


def _plural(count: int, one: str, many: str) -> str:
    """Agree a word with a count: French begins the plural at two."""
    return one if count <= 1 else many


def _count(count: int, one: str, many: str) -> str:
    """Write a count with its word."""
    return f"{count} {_plural(count, one, many)}"


def class_totals(shares: Iterable[tuple[str, int]]) -> tuple[ClassTotal, ...]:
    """Add up (class, cents) pairs by class, in the order of the class codes."""
    cents: Counter[str] = Counter()
    children: Counter[str] = Counter()
    for class_code, amount in shares:
        cents[class_code] += amount
        children[class_code] += 1
    return tuple(ClassTotal(class_code=code, children=children[code], cents=cents[code]) for code in sorted(children))
