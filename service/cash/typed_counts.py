"""A count of cash as it was typed: slips line by line, notes and coins, who counted; what is wrong is said by line."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from string import ascii_uppercase
from typing import Final, NamedTuple

from domain.cash.class_counts import MAX_SLIPS, tariff_for
from domain.cash.pieces import pieces_of, total_of
from domain.errors import AmountInvalid
from domain.events.base import Tariff
from domain.events.by_hand.cash import Pieces
from domain.money import euros, parse_euros
from domain.vocabulary.pieces import MOST_PIECES, PIECES, WITNESSES, Witness
from service.http.forms import FieldErrors

MAX_NUMBER: Final = 6
"""Characters of a slip's number as people type it."""
_NUMBER: Final = re.compile(r"0*([1-9][0-9]{0,3}[A-Z]?)")
LAST_NUMBER: Final = 9_999
"""The highest number of a slip."""
_CLASS_PART: Final = 13
"""Characters of the class in the number of a slip, so that all of it has its place on a paper."""
_DIGITS: Final = 5


class TypedSlip(NamedTuple):
    """A line of the count: a slip's number and what was in its envelope, as they were typed."""

    number: str
    amount: str

    @property
    def blank(self) -> bool:
        """Whether nothing was typed in the line."""
        return not (self.number.strip() or self.amount.strip())


class ReadSlip(NamedTuple):
    """A slip that can be written down: its number in the ledger, its cents, its tariff."""

    slip: str
    cents: int
    tariff_id: str


class TypedCount(NamedTuple):
    """All that was typed; ``seen`` is the difference that the two people say they have looked at."""

    slips: tuple[TypedSlip, ...]
    pieces: Mapping[int, str]
    witness: str
    seen: str


class ReadCount(NamedTuple):
    """What is made of a typed count: what can be written down, what it comes to, and what is wrong by field."""

    slips: tuple[ReadSlip, ...]
    pieces: tuple[Pieces, ...]
    witness: Witness
    errors: FieldErrors

    @property
    def expected(self) -> int:
        """What the slips add up to, in cents."""
        return sum(one.cents for one in self.slips)

    @property
    def counted(self) -> int:
        """What the notes and coins add up to, in cents."""
        return total_of(self.pieces)

    @property
    def difference(self) -> int:
        """What was counted less what the slips say, in cents."""
        return self.counted - self.expected


def slip_reference(class_code: str, number: str) -> str | None:
    """Return the number of a slip in the ledger, ``CPA-12``, from what people type; None where it is none."""
    found = _NUMBER.fullmatch(number.strip().upper())
    return None if found is None else f"{_mark(class_code)}-{found[1]}"


def _mark(class_code: str) -> str:
    """Return the class as the numbers of its slips say it."""
    return class_code.replace("-", "")[:_CLASS_PART]


def next_slip_number(class_code: str, used: Collection[str]) -> int:
    """Return the number after the last slip of a class, or the first free one below where the last is taken.

    Slips of other classes, and those whose numbers came with an import, do not count.
    """
    mark = f"{_mark(class_code)}-"
    of_class = (_NUMBER.fullmatch(one.removeprefix(mark)) for one in used if one.startswith(mark))
    numbers = {int(found[1].rstrip(ascii_uppercase)) for found in of_class if found}
    after = max(numbers, default=0) + 1
    free = (one for one in range(1, LAST_NUMBER + 1) if one not in numbers)
    return after if after <= LAST_NUMBER else next(free, LAST_NUMBER)


def read_count(typed: TypedCount, class_code: str, tariffs: Mapping[str, Tariff], taken: Collection[str]) -> ReadCount:
    """Read a count of a class; ``taken`` are the numbers of slips that the campaign knows already."""
    errors, slips = FieldErrors(), list[ReadSlip]()
    for line, one in enumerate(typed.slips, start=1):
        if not one.blank:
            used = {*taken, *(slip.slip for slip in slips)}
            slip = _read_slip(line, one, class_code, tariffs, used, errors)
            slips += [slip] if slip else []
    if not slips and not errors:
        errors["number-1"] = "Notez au moins un bordereau\u00a0: son numéro et son montant."
    if len(typed.slips) > MAX_SLIPS:
        errors["number-1"] = f"Un comptage prend {MAX_SLIPS} bordereaux au plus."
    pieces = read_pieces(typed.pieces, errors)
    witness = next((one for one in WITNESSES if one == typed.witness), None)
    if witness is None:
        errors["witness"] = "Choisissez avec qui vous avez compté."
    read = ReadCount(tuple(slips), pieces, witness or Witness.OTHER, errors)
    if not errors.keys() - {"witness"} and read.difference and typed.seen != str(read.difference):
        errors["seen"] = (
            f"Il y a une différence de {euros(read.difference)}. Recomptez à deux\u00a0; si elle reste, cochez la case."
        )
    return read


def read_pieces(typed: Mapping[int, str], errors: FieldErrors) -> tuple[Pieces, ...]:
    """Read how many notes and coins of each value were typed; what is no number is noted by its field."""
    numbers = dict[int, int]()
    for value in PIECES:
        word = typed.get(value, "").strip()
        if word and not (word.isascii() and word.isdigit() and len(word) <= _DIGITS and int(word) <= MOST_PIECES):
            errors[f"piece-{value}"] = f"Pour {euros(value)}, indiquez un nombre de 0 à {MOST_PIECES}."
        elif word:
            numbers[value] = int(word)
    return pieces_of(numbers)


def _read_slip(
    line: int,
    typed: TypedSlip,
    class_code: str,
    tariffs: Mapping[str, Tariff],
    taken: Collection[str],
    errors: FieldErrors,
) -> ReadSlip | None:
    """Read a line, or note what is wrong with it: the line is named, a number by itself is found nowhere."""
    reference = slip_reference(class_code, typed.number)
    if reference is None:
        errors[f"number-{line}"] = f"Ligne {line}\u00a0: indiquez le numéro du bordereau, par exemple 12."
        return None
    if reference in taken:
        errors[f"number-{line}"] = f"Ligne {line}\u00a0: le bordereau {reference} est déjà compté."
        return None
    try:
        cents = parse_euros(typed.amount)
    except AmountInvalid:
        cents = 0
    if cents <= 0:
        errors[f"amount-{line}"] = f"Ligne {line}\u00a0: indiquez le montant, par exemple 12,50."
        return None
    tariff_id = tariff_for(tariffs, cents)
    if tariff_id is None:
        errors[f"amount-{line}"] = (
            f"Ligne {line}\u00a0: {euros(cents)} n’est le prix d’aucune formule. "
            "Mettez ce bordereau de côté pour le mandataire."
        )
        return None
    return ReadSlip(reference, cents, tariff_id)
