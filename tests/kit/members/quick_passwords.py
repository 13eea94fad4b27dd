"""Passwords whose hashes cost nothing, for tests that hash dozens of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

import pytest
from argon2 import PasswordHasher

from service.accounts import passwords

# As few passes in as little memory as Argon2 allows: what hashes cost a thief is tested elsewhere.
_QUICK: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextlib.contextmanager
def quick_passwords() -> Iterator[None]:
    """Have passwords hashed by as little work as Argon2 allows, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", _QUICK)
        patch.setattr(passwords, "_DUMMY_HASH", _QUICK.hash("nobody's password"))
        yield
