"""Baskets that families have filled in, and the last form of each: what they choose and press « Payer » with."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

from adapters.people_vault import BasketVault
from domain.campaign.settings import SetFormFields
from domain.events.campaign import FormField
from service.baskets.basket import Basket, BasketChild, to_bytes
from tests.kit.service_world import SLUG, ServiceWorld

FORM: Final = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
_HIDDEN: Final = re.compile(r'<input type="hidden" name="(\w+)" value="(\w*)"')


def ask_for_class(world: ServiceWorld) -> None:
    """Have the form of a campaign ask for each child's class."""
    world.do(SetFormFields, fields=(FormField(name="class", state="required"),))


def fill_basket(world: ServiceWorld) -> str:
    """Fill a basket of a campaign in up to its last page, and return where that is."""
    child = BasketChild("child", "Anatole", "GALANTE", "t1", answers={"class": "CP A"})
    filled = Basket(world.campaign_id, [child], "Marie", "GALANTE", "marie@famille.example", guest=True)
    token = BasketVault.new_token()
    world.runtime.ledger(SLUG).baskets.write(token, to_bytes(filled), world.now())
    return f"/{SLUG}/paniers/{token}/paiement"


def last_form(shown: str) -> str:
    """What a family sends from the last page, as it was shown: no tip, the terms accepted."""
    return urlencode({**dict(_HIDDEN.findall(shown)), "tip": "none", "terms": "1", "action": "pay"})


def home(number: int) -> dict[str, str]:
    """The header by which a proxy names the home that a family sends from: each has one of its own."""
    return {"X-Forwarded-For": f"198.18.{number // 250}.{number % 250 + 1}"}
