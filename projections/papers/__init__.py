"""The papers issued in each coop, and how they are read."""

from projections.papers.model import PART, RECAP, STATEMENT, PaperRow, Papers
from projections.papers.queries import find, last_recap, last_recaps, of_coop

__all__ = ["PART", "RECAP", "STATEMENT", "PaperRow", "Papers", "find", "last_recap", "last_recaps", "of_coop"]
