"""What visitors type about themselves, read into a profile and a password; a sentence for each field that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from adapters.family_accounts import Profile
from service.accounts.passwords import check_password
from service.fields import FieldError, read_email
from service.fields.named import read_own_first_name, read_own_last_name

WRONG: Final = (
    "Adresse e-mail ou mot de passe inconnus. Vérifiez-les\u00a0; si vous venez de créer votre compte, "
    "ouvrez d’abord le lien reçu par e-mail."
)
"""The one answer to a sign-in that is refused, whatever the reason."""


class AccountForm(NamedTuple):
    """A form as it was read: the profile as far as it can be, the password, and what is wrong by field."""

    profile: Profile
    password: str
    errors: dict[str, str]


def read_creation(values: Mapping[str, str]) -> AccountForm:
    """Read the four fields of an account: first and last name, address, password (S-188)."""
    errors: dict[str, str] = {}
    profile = Profile(
        _try(errors, "first_name", read_own_first_name, values),
        _try(errors, "last_name", read_own_last_name, values),
        _try(errors, "email", read_email, values),
    )
    return AccountForm(profile, *_password(values, profile, errors))


def read_password(values: Mapping[str, str], profile: Profile) -> AccountForm:
    """Read another password of a holder."""
    return AccountForm(profile, *_password(values, profile, {}))


def _password(values: Mapping[str, str], profile: Profile, errors: dict[str, str]) -> tuple[str, dict[str, str]]:
    password = values.get("password", "")
    try:
        check_password(password, profile.first_name, profile.last_name, profile.email, profile.email.split("@")[0])
    except FieldError as refusal:
        errors["password"] = refusal.french
    return password, errors


def _try(errors: dict[str, str], name: str, read: Callable[[str], str], values: Mapping[str, str]) -> str:
    """Return a field as read, or an empty text and the French sentence in ``errors`` under its name."""
    try:
        return read(values.get(name, ""))
    except FieldError as refusal:
        errors[name] = refusal.french
        return ""
