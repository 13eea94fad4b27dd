"""What an association decides about its coops, as its form says it; only what differs changes (S-26)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

import msgspec
from starlette.datastructures import FormData

from domain.events.association import CutOff, Policy
from domain.vocabulary.means import MEANS
from service.fields import MAX_NAME, read_text
from service.pages.campaign.words import PURPOSES
from service.pages.frame.typed_form import TypedForm

_WORD: Final = re.compile(r"[^a-z0-9]+")
_MOST_PURPOSES: Final = 50
NUMBERS: Final = {
    "max_instalments": (1, 12),
    "max_interval_months": (1, 12),
    "anonymity_threshold": (1, 100),
    "closing_day": (4, 28),
}
"""The numbers among the rules, and their bounds."""


def held_rules(policy: Policy) -> dict[str, Any]:
    """Return the rules as they are meant, by the names of the form."""
    return {
        "means": policy.means,
        "cash_recording": policy.cash_recording,
        "purposes": policy.purposes,
        "max_instalments": policy.max_instalments,
        "max_interval_months": policy.max_interval_months,
        "anonymity_threshold": policy.anonymity_threshold,
        "wording": policy.wording,
        "require_passkey": policy.demands_passkey,
        "closing_day": policy.closes_on,
        "cut_off": policy.cuts_off,
    }


def read_rules(form: FormData, policy: Policy) -> tuple[TypedForm, dict[str, Any], Policy]:
    """Read the form; return what was typed, the rules to show again, and the policy that they make."""
    typed = TypedForm(form)
    rules: dict[str, Any] = {name: typed.number(name, *bounds) for name, bounds in NUMBERS.items()}
    means = typed.chosen("means")
    rules["means"] = tuple(name for name in MEANS if name == "card" or name in means)
    rules["purposes"] = _purposes(typed)
    rules["cash_recording"], rules["require_passkey"] = typed.ticked("cash_recording"), typed.ticked("require_passkey")
    rules["wording"] = _one_of(typed, "wording", ("contribution", "adhesion"), policy.wording)
    rules["cut_off"] = CutOff(_one_of(typed, "cut_off", [rule.value for rule in CutOff], policy.cuts_off.value))
    held = held_rules(policy)
    changed = {name: value for name, value in rules.items() if value != held[name]}
    shown = {**rules, **{name: typed.typed[name] for name in NUMBERS}}
    return typed, shown, msgspec.structs.replace(policy, **changed)


def _purposes(typed: TypedForm) -> tuple[str, ...]:
    """Read the purposes that were ticked and the one that was written, each once."""
    chosen = [code for code in typed.chosen("purposes") if _WORD.sub("-", code).strip("-") == code]
    written = typed.read("other_purpose", lambda text: read_text(text, MAX_NAME), "", MAX_NAME)
    found = tuple(dict.fromkeys([*chosen, *([purpose_code(written)] if written else [])]))
    if not found or not all(found):
        typed.refuse("purposes", "Choisissez au moins un objet de collecte, en lettres.")
    if len(found) > _MOST_PURPOSES:
        typed.refuse("purposes", f"Une charte a {_MOST_PURPOSES} objets au plus.")
    return found


def purpose_code(label: str) -> str:
    """Return the code of a purpose as it was typed: letters and digits without accents, between hyphens."""
    known = next((code for code, name in PURPOSES.items() if name.casefold() == label.casefold()), None)
    plain = "".join(c for c in unicodedata.normalize("NFKD", label.casefold()) if not unicodedata.combining(c))
    return known or _WORD.sub("-", plain).strip("-")


def _one_of(typed: TypedForm, name: str, allowed: tuple[str, ...] | list[str], default: str) -> str:
    """Return which of some values was chosen; another is noted."""
    chosen = typed.text(name)
    if chosen in allowed:
        return chosen
    typed.refuse(name, "Choisissez une des possibilités.")
    return default
