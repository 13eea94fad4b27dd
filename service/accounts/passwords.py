"""Passwords: what is asked of one, and its Argon2id hash, computed by few at a time (RFC 9106, second choice)."""

from __future__ import annotations

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.accounts.password_strength import is_guessable
from service.fields import FieldError

SHORTEST: Final = 12
"""Characters: with the limits more than the CNIL asks for (deliberation 2022-100), without rules on their kinds."""
LONGEST: Final = 200
_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Each hash takes 64 MiB and a core for some tenths of a second: a crowd must not take the whole machine."""
_hasher: Final = PasswordHasher()
_DUMMY_HASH: Final = "$argon2id$v=19$m=65536,t=3,p=4$L1QLv7loy4zmwDBTlR1cng$fgNpkZsPO2l7UFIoFX/EkV47eTCj5q+HgxDunHZKk5g"
"""Verified where there is no account, so that an answer takes as long: a hash of nobody's password, which no process
has to compute when it starts. Its parameters are those of today (a test compares)."""


def check_password(password: str, *about_holder: str) -> None:
    """Refuse a password that would be guessed.

    Raises:
        FieldError: too short or long, too simple, or made of the holder's own name or address.

    """
    if len(password) < SHORTEST:
        raise FieldError(f"Choisissez un mot de passe de {SHORTEST} caractères au moins.")
    if len(password) > LONGEST:
        raise FieldError(f"Choisissez un mot de passe de {LONGEST} caractères au plus.")
    if is_guessable(password, *about_holder):
        raise FieldError("Ce mot de passe est trop facile à deviner. Essayez plusieurs mots qui n’ont rien à voir.")


def hash_password(password: str) -> str:
    """Return the hash to keep, with its parameters and salt in it; this takes some tenths of a second."""
    with _AT_ONCE:
        return _hasher.hash(password)


def matches(password: str, known: str | None) -> bool:
    """Tell whether a password is the one of a hash; without a hash it takes as long and is never right.

    One that is longer than any password may be is none, however it begins (ASVS 6.2.8).
    """
    with _AT_ONCE:
        try:
            _hasher.verify(known or _DUMMY_HASH, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return known is not None and len(password) <= LONGEST


def is_outdated(known: str) -> bool:
    """Tell whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(known)
