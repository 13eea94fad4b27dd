"""The notes and coins of the euro, and who counts cash beside the person who enters the count."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PIECES: Final = (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
"""What is counted, in cents, the largest first; notes of 500 € are printed no more and still are money."""
MOST_PIECES: Final = 10_000
"""Notes or coins of one value in one count; more is a mistyped number."""


class Witness(StrEnum):
    """Who counted as the second person: what they are at school, never their name."""

    TEACHER = "teacher"
    """Another teacher."""
    ASSISTANT = "assistant"
    """A classroom assistant: ATSEM or AESH."""
    HEAD = "head"
    """The head of the school."""
    PARENT = "parent"
    """A parent of the school."""
    OTHER = "other"
    """Another adult."""


WITNESSES: Final = {
    Witness.TEACHER: "Un autre enseignant",
    Witness.ASSISTANT: "ATSEM ou AESH",
    Witness.HEAD: "La direction de l’école",
    Witness.PARENT: "Un parent d’élève",
    Witness.OTHER: "Un autre adulte",
}
"""The second person of a count, in French."""
WITH: Final = {
    Witness.TEACHER: "un autre enseignant",
    Witness.ASSISTANT: "ATSEM ou AESH",
    Witness.HEAD: "la direction de l’école",
    Witness.PARENT: "un parent d’élève",
    Witness.OTHER: "un autre adulte",
}
"""The same within a sentence."""
