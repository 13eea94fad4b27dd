"""The guide's fictitious families and what they pay (all names are the guide's own, dedicated to demonstration)."""

from __future__ import annotations

from typing import Final, NamedTuple

from adapters.people_vault import Person

TARIFF_CENTS: Final = 12_00


class DemoFamily(NamedTuple):
    """One basket: who pays, which children in which classes as the parent writes them, the tip, when, and what for.

    ``paid`` is a moment of a season: months after its first one, day, hour and minute in Paris.
    """

    reference: str
    payer: Person
    children: tuple[tuple[Person, str], ...]
    tip_cents: int
    paid: tuple[int, int, int, int]
    fee_cents: int

    @property
    def cents(self) -> int:
        """What the coop receives."""
        return TARIFF_CENTS * len(self.children)


FAMILIES: Final = (
    DemoFamily(
        "durand",
        Person("Laurence", "DURAND", "laurence.durand@example.org"),
        ((Person("Laurence", "DURAND"), "CE2-CM1"),),
        0,
        (0, 27, 9, 12),
        43,
    ),
    DemoFamily(
        "dupond",
        Person("Robert", "DUPOND", "robert.dupond@example.org"),
        ((Person("Robert", "DUPOND"), "CPa"),),
        0,
        (0, 27, 18, 40),
        43,
    ),
    DemoFamily(
        "galante",
        Person("Camille", "GALANTE", "test@example.org"),
        ((Person("Marie", "GALANTE"), "Cpa"), (Person("Julien", "GALANTE"), "CE1")),
        1_92,
        (1, 4, 20, 5),
        64,
    ),
)
"""The guide's payments table (S-167): 24,00 € + 1,92 € of tip on 04/07/2024, twice 12,00 € on 27/06/2024."""

TWICE_PAID: Final = DemoFamily(
    "durand-twice",
    Person("Laurence", "DURAND", "laurence.durand@example.org"),
    ((Person("Laurence", "DURAND"), "CE2-CM1"),),
    0,
    (0, 28, 8, 30),
    43,
)
"""A payment made twice by mistake, which the demonstration refunds in full: the guide's totals stay true."""
