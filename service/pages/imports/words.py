"""How the pages of imports say what an import would do: its lines, what it adds by class, what is to be decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from adapters.imports import LineError
from domain.money import euros
from service.imports import ImportDecision, ImportReport
from service.pages.community.participant_rows import class_label

MOST_NOTES: Final = 50
"""Lines of one kind that a page names; the others are counted."""
MOST_DECISIONS: Final = 200
"""Differences that a page asks about at once; the others come when the same file is given again."""
NO_DECISION: Final = "Ne rien changer"
CHOICES: Final = {
    ImportDecision.CORRECT: "Corriger comme dans le fichier",
    ImportDecision.REFUND: "Écrire ce remboursement",
    ImportDecision.NEW: "C’est un autre paiement\u00a0: l’ajouter",
}
"""How the page calls each decision."""
_ID: Final = re.compile(r", [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\))")


class LineNote(NamedTuple):
    """What is said of a line of the file: where, the sentence; of which child that is held, and where its detail is."""

    where: str
    sentence: str
    child: str = ""
    below: str = ""


class NotedLines(NamedTuple):
    """What is said of lines of one kind, how much more there is, and how many lines that is about."""

    title: str
    notes: tuple[LineNote, ...]
    more: int
    lines: int


class DifferenceQuestion(NamedTuple):
    """A difference with what may be decided about it, by the code of the form."""

    line: int
    note: LineNote
    choices: dict[str, str]


class ImportWords(NamedTuple):
    """What a page says of an import before it is done."""

    lines: int
    added: int
    already: int
    of_other_campaigns: int
    classes: tuple[tuple[str, int, str], ...]
    total: str
    elsewhere: str
    refused: NotedLines
    others: tuple[NotedLines, ...]
    questions: tuple[DifferenceQuestion, ...]
    told: NotedLines
    decided: int
    unread: str


def words_of(report: ImportReport, labels: Mapping[str, str], named: Mapping[UUID, str]) -> ImportWords:
    """Write a report of a trial as the page shows it, with the coop's ``labels`` of classes.

    It quotes no name of the file; ``named`` are the children that are held, as the page calls them.
    """
    differences = [
        (one, _note(one)._replace(child=named.get(child, ""), below=str(contribution_id)))
        for one, (contribution_id, child) in zip(report.differences, report.differing, strict=True)
    ]
    asked = [both for both in differences if both[0].line in report.decidable]
    told = [both for both in differences if both[0].line not in report.decidable]
    return ImportWords(
        lines=report.lines,
        added=report.imported,
        already=report.already_there,
        of_other_campaigns=report.of_other_campaigns,
        classes=tuple((class_label(labels, one.class_code), one.children, euros(one.cents)) for one in report.classes),
        total=euros(report.cents),
        elsewhere=euros(report.external_cents) if report.external_cents else "",
        refused=_noted("Lignes refusées", report.refused),
        others=tuple(
            kind
            for kind in (
                _noted("Lignes à vérifier", report.reclassed),
                _noted("Lignes laissées de côté", report.ignored),
            )
            if kind.notes
        ),
        questions=tuple(_question(one, noted, report.decidable[one.line]) for one, noted in asked[:MOST_DECISIONS]),
        told=_noted(
            "Écarts à traiter depuis le détail de l’enfant", [one for one, _ in told], (noted for _, noted in told)
        ),
        decided=len(report.decided),
        unread=", ".join(report.unread_columns),
    )


def _noted(title: str, notes: Sequence[LineError], told: Iterable[LineNote] | None = None) -> NotedLines:
    shown = tuple(map(_note, notes[:MOST_NOTES])) if told is None else tuple(told)[:MOST_NOTES]
    lines = len({note.line for note in notes if note.line}) + sum(not note.line for note in notes)
    return NotedLines(title, shown, max(len(notes) - MOST_NOTES, 0), lines)


def _note(note: LineError) -> LineNote:
    column = f", colonne «\u00a0{note.column}\u00a0»" if note.column else ""
    where = f"Ligne {note.line}{column}" if note.line else "Hors du fichier"
    return LineNote(where, f"{note.french[:1].upper()}{_ID.sub('', note.french[1:])}.")


def _question(note: LineError, noted: LineNote, fits: Sequence[str]) -> DifferenceQuestion:
    return DifferenceQuestion(note.line, noted, {code: CHOICES[ImportDecision(code)] for code in fits})
