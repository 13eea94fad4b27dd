"""The test cards: what each number does. A number is read once and forgotten; brand, last digits and behaviour stay."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

from adapters.stripe_sandbox.contract.sdk import exact
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.sandbox import Sandbox

Ask = Literal["never", "always", "until_set_up", "off_session"]


class Behaviour(NamedTuple):
    """What a card does: when it asks for 3-D Secure, and how it declines on and off session (a decline code)."""

    asks: Ask = "never"
    declines: str | None = None
    declines_off_session: str | None = None
    instant: bool = False
    disputed: bool = False
    refunds: Literal["succeeds", "pends", "fails"] = "succeeds"


GOOD: Final = "4242424242424242"

# Source: Stripe's page « Test card numbers ». The last one is the sandbox's own.
BEHAVIOURS: Final[dict[str, Behaviour]] = {
    GOOD: Behaviour(),
    "5555555555554444": Behaviour(),
    "4000000000000077": Behaviour(instant=True),
    "4000002760003184": Behaviour(asks="always"),
    "4000002500003155": Behaviour(asks="until_set_up"),
    "4000000000009995": Behaviour(declines="insufficient_funds"),
    "4000000000000002": Behaviour(declines="generic_decline"),
    "4000000000000069": Behaviour(declines="expired_card"),
    "4000000000000119": Behaviour(declines="processing_error"),
    "4000000000000127": Behaviour(declines="incorrect_cvc"),
    "4000000000009987": Behaviour(declines="lost_card"),
    "4000000000009979": Behaviour(declines="stolen_card"),
    "4000000000000341": Behaviour(declines_off_session="generic_decline"),
    "4000008260003178": Behaviour(asks="until_set_up", declines_off_session="insufficient_funds"),
    "4000000000000259": Behaviour(disputed=True),
    "4000000000007726": Behaviour(refunds="pends"),
    "4000000000005126": Behaviour(refunds="fails"),
    "4000002500004005": Behaviour(asks="off_session"),
}

# The error code of a decline, where it is not card_declined.
_OWN_CODES: Final = frozenset({"expired_card", "processing_error", "incorrect_cvc"})
_ADVICE: Final = {
    "lost_card": "do_not_try_again",
    "stolen_card": "do_not_try_again",
    "expired_card": "confirm_card_data",
    "incorrect_cvc": "confirm_card_data",
}


@dataclass(frozen=True)
class CardEntry:
    """What was typed: digits may hold spaces, a year has two or four digits."""

    number: str
    month: str
    year: str
    cvc: str
    name: str


class Fault(NamedTuple):
    """What is wrong with an entry: Stripe's error code, and the field of ``CardEntry`` to correct."""

    code: str
    field: Literal["number", "month", "year", "cvc", "name"]


def code_of(decline: str) -> str:
    """Return the error code of a decline code."""
    return decline if decline in _OWN_CODES else "card_declined"


def advice_of(decline: str) -> str:
    """Return what the networks advise after a decline (``charge.outcome.advice_code``)."""
    return _ADVICE.get(decline, "try_again_later")


def fault_of(entry: CardEntry, now: int) -> Fault | None:
    """Return the first thing wrong with an entry, as Stripe would name it before it asks a bank."""
    number, cvc = _digits(entry.number), entry.cvc.strip()
    if not number:
        return Fault("incomplete_number", "number")
    if not (number.isascii() and number.isdigit() and _luhn(number)):
        return Fault("incorrect_number", "number")
    if fault := _expiry_fault(entry.month.strip(), entry.year.strip(), now):
        return fault
    if not (cvc.isascii() and cvc.isdigit() and len(cvc) in {3, 4}):
        return Fault("invalid_cvc", "cvc")
    return None if entry.name.strip() else Fault("incomplete_name", "name")


def has_expired(method: Json, now: int) -> bool:
    """Tell whether the last month of a kept card is over."""
    today = datetime.fromtimestamp(now, UTC)
    return (method["card"]["exp_year"], method["card"]["exp_month"]) < (today.year, today.month)


def _expiry_fault(month: str, year: str, now: int) -> Fault | None:
    today = datetime.fromtimestamp(now, UTC)
    if not (month.isdecimal() and 1 <= int(month) <= 12):  # noqa: PLR2004 - months of a year
        return Fault("invalid_expiry_month", "month")
    if not (year.isdecimal() and len(year) in {2, 4}):
        return Fault("invalid_expiry_year", "year")
    past = (_full_year(year), int(month)) < (today.year, today.month)
    return Fault("invalid_expiry_year_past", "year") if past else None


def make_payment_method(sandbox: Sandbox, entry: CardEntry) -> Json:
    """Note a card that has no fault, without its number; it belongs to no customer until it is kept for one."""
    number = _digits(entry.number)
    brand = "mastercard" if number.startswith("5") else "visa"
    # The seed keeps the number from being guessed back out of the fingerprint.
    mark = hashlib.sha256(f"{sandbox.state.seed}:{number}".encode()).hexdigest()[:16]
    method = exact(
        "PaymentMethod",
        id=sandbox.new_id("pm"),
        object="payment_method",
        allow_redisplay="limited",
        billing_details={"address": None, "email": None, "name": entry.name.strip(), "phone": None, "tax_id": None},
        card=_card(brand, number[-4:], int(entry.month), _full_year(entry.year), mark),
        created=sandbox.now(),
        customer=None,
        livemode=False,
        metadata={},
        type="card",
    )
    behaviour = BEHAVIOURS.get(number, Behaviour(declines="test_mode_live_card"))
    return sandbox.add(method, hidden={**behaviour._asdict(), "set_up": False})


def behaviour_of(sandbox: Sandbox, method: str) -> Behaviour:
    """Return what a kept card does."""
    known = {name: value for name, value in sandbox.state.hidden[method].items() if name != "set_up"}
    return Behaviour(**known)


def _card(brand: str, last4: str, month: int, year: int, fingerprint: str) -> Json:
    return {
        "brand": brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "FR",
        "display_brand": brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": fingerprint,
        "funding": "credit",
        "generated_from": None,
        "last4": last4,
        "networks": {"available": [brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _digits(number: str) -> str:
    return "".join(number.replace("-", "").split())


def _full_year(year: str) -> int:
    given = int(year)
    return given + 2000 if len(year.strip()) == 2 else given  # noqa: PLR2004 - « 28 » for 2028


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return len(number) >= 12 and sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0  # noqa: PLR2004 - Luhn
