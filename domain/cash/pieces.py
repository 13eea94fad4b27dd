"""Notes and coins as they were counted: each value once, as many as there can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.errors import InvalidInput
from domain.events.by_hand.cash import Pieces
from domain.vocabulary.pieces import MOST_PIECES, PIECES


def pieces_of(numbers: Mapping[int, int]) -> tuple[Pieces, ...]:
    """Return what was counted, the largest value first; values of which there is none are left out.

    Raises:
        InvalidInput: a value that is no note or coin, or more of one than there can be.

    """
    return check_pieces(
        tuple(
            Pieces(value=value, number=numbers[value]) for value in sorted(numbers, reverse=True) if numbers[value] != 0
        )
    )


def check_pieces(pieces: Sequence[Pieces]) -> tuple[Pieces, ...]:
    """Return notes and coins as they were given, if there are such.

    Raises:
        InvalidInput: a value that is no note or coin, one given twice, none of one, or more than there can be.

    """
    values = [one.value for one in pieces]
    if not set(values) <= set(PIECES) or len(set(values)) < len(values):
        raise InvalidInput(values=tuple(values))
    if not all(1 <= one.number <= MOST_PIECES for one in pieces):
        raise InvalidInput(numbers=tuple(one.number for one in pieces))
    return tuple(pieces)


def total_of(pieces: Sequence[Pieces]) -> int:
    """Return what notes and coins add up to, in cents."""
    return sum(one.value * one.number for one in pieces)
