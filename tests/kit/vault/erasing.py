"""What erases in a vault, for tests that look at the vault alone."""

from __future__ import annotations

import os
from uuid import UUID

from adapters.connections import Lender
from adapters.people_vault import Keyring, PayerNameArchive
from adapters.retention import ErasureStore


def erasure_store(pool: Lender, association_id: UUID, keyring: Keyring | None = None) -> ErasureStore:
    """The erasures of an association; without its keys, nothing that is erased may need a name kept."""
    archive = PayerNameArchive(pool, association_id, keyring or Keyring([os.urandom(32)]))
    return ErasureStore(pool, association_id, archive)
