"""The families of the school to try: made-up people at example addresses, and what each of them pays and how."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from adapters.people_vault import Person

CLASS: Final = "CE1"
"""The class of which enough families contributed to show what it gave; of each other too few did."""
_SMALL, _SMALLER = "CP A", "CE2"


class DemoCard(StrEnum):
    """Cards that the demonstration's bank knows, by what they do."""

    INSTANT = "4000000000000077"
    """Paid, and there to be paid out at once: others take seven days."""
    DISPUTED = "4000000000000259"
    """Paid, and contested by the payer soon after."""


class SchoolFamily(NamedTuple):
    """One basket of the school to try: who pays for which children of which classes, the tip, in how many times."""

    payer: Person
    children: tuple[tuple[str, str], ...]
    tip_cents: int = 0
    instalments: int = 1
    outing: bool = False
    free_cents: int | None = None
    """What the family chose to give, where it chose."""
    card: DemoCard = DemoCard.INSTANT


def _payer(first_name: str, last_name: str) -> Person:
    return Person(first_name, last_name, f"{first_name}.{last_name}@example.org".lower())


AUBERT: Final = _payer("Nathalie", "AUBERT")
BRUNEL: Final = _payer("Karim", "BRUNEL")
DELMAS: Final = _payer("Odile", "DELMAS")

BEFORE: Final = (
    SchoolFamily(AUBERT, (("Jules", CLASS),), tip_cents=1_92),
    SchoolFamily(BRUNEL, (("Sarah", CLASS), ("Ilyes", _SMALL)), tip_cents=1_92),
    SchoolFamily(_payer("Pierre", "CHABERT"), (("Emma", CLASS),), instalments=3),
    SchoolFamily(DELMAS, (("Hugo", CLASS),), tip_cents=1_00),
    SchoolFamily(_payer("Irina", "FABRE"), (("Anton", CLASS),), tip_cents=3_00, free_cents=20_00),
    SchoolFamily(_payer("Sonia", "KELLER"), (("Lina", _SMALLER),)),
    SchoolFamily(_payer("Bruno", "LEGRAND"), (("Alice", _SMALLER),), tip_cents=1_92),
    SchoolFamily(_payer("Aline", "MARTEL"), (("Robin", _SMALL),)),
    SchoolFamily(_payer("Petra", "NOVAK"), (("Mila", _SMALLER),)),
    SchoolFamily(AUBERT, (("Jules", CLASS),), outing=True),
    SchoolFamily(DELMAS, (("Hugo", CLASS),), outing=True),
)
"""Who paid before the payout that arrived."""

AFTER: Final = (
    SchoolFamily(_payer("Marc", "GARNIER"), (("Louise", CLASS),), card=DemoCard.DISPUTED),
    SchoolFamily(_payer("Lucie", "HUGUET"), (("Tom", _SMALL),), tip_cents=1_92),
    SchoolFamily(_payer("Yann", "JOUBERT"), (("Maël", CLASS),), instalments=3),
)
"""Who paid since: what is there to be paid out now."""

REFUNDED: Final = BRUNEL
"""The family that one child's part was given back to."""

SLIPS: Final = (("CE1-1", 12_00), ("CE1-2", 12_00))
"""The slips of the class whose cash two people counted: number and cents."""
COUNTED: Final = {1_000: 2, 200: 2}
"""The notes and coins of the count."""
