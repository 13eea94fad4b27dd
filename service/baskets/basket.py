"""A basket as a family is filling it: what was typed, as it was typed, so that nothing is ever lost."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

import msgspec

from domain.campaign.basket import MAX_CHILDREN

NO_TIP: Final = "none"
"""What stands chosen until the family chooses otherwise (ui.md: tip 0,00 € unless chosen)."""


class BasketChild(msgspec.Struct):
    """One child: ``key`` names it within the basket, ``amount`` is typed for a free tariff.

    ``answers`` holds what was typed to the questions of step 3, by question; a photo is base64 of its JPEG.
    """

    key: str
    first_name: str = ""
    last_name: str = ""
    tariff_id: str = ""
    amount: str = ""
    answers: dict[str, str] = {}


class Basket(msgspec.Struct):
    """A basket: its children, who pays, how. ``seen`` are the prices in cents that the family was last shown.

    ``guest`` says that the family chose to go on without an account, ``account_id`` that it is signed in;
    ``embedded`` that the basket is filled in a frame of another site; ``letter`` is the token of the reminder by whose
    link it was opened.
    """

    campaign_id: UUID
    children: list[BasketChild]
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    seen: list[int] = []
    guest: bool = False
    account_id: UUID | None = None
    tip: str = NO_TIP
    tip_amount: str = ""
    in_instalments: bool = False
    embedded: bool = False
    letter: str = ""

    def add_child(self) -> None:
        """Add a child, with the last name and the tariff of the one before; a basket holds 20 at most."""
        if len(self.children) < MAX_CHILDREN:
            before = self.children[-1] if self.children else new_child()
            self.children.append(new_child(before.last_name, before.tariff_id))

    def remove_child(self, key: str) -> None:
        """Remove a child; the last one stays (S-181)."""
        if len(self.children) > 1:
            self.children = [child for child in self.children if child.key != key]


def new_child(last_name: str = "", tariff_id: str = "") -> BasketChild:
    """Return a child to fill in."""
    return BasketChild(uuid4().hex[:12], last_name=last_name, tariff_id=tariff_id)


_decoder: Final = msgspec.json.Decoder(Basket)


def to_bytes(basket: Basket) -> bytes:
    """Return what is sealed."""
    return msgspec.json.encode(basket)


def from_bytes(content: bytes) -> Basket:
    """Read what was sealed."""
    return _decoder.decode(content)
