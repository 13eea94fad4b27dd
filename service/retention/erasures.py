"""Erasing on request: first the list outside the backups, then the vault; and the list again before a vault opens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from adapters.retention import Erasure, ErasureKind, ErasureList
from service.logging import logger
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime

log = logger(__name__)


def erase(opened: OpenLedger, erasure_list: ErasureList, erasures: list[Erasure]) -> None:
    """Erase subjects of one association for good.

    Raises:
        ErasureListUnwritable: nothing was erased.

    """
    erasure_list.add(erasures)
    opened.erasures.carry_out(erasures)


def erase_account(runtime: Runtime, opened: OpenLedger, account_id: UUID, at: datetime) -> None:
    """Erase a family's account at its holder's wish; errors as ``erase``."""
    erasure = Erasure(opened.ledger.association_id, ErasureKind.ACCOUNT, account_id, at)
    erase(opened, ErasureList(runtime.settings.erasures), [erasure])


def erase_contacts(runtime: Runtime, opened: OpenLedger, contact_ids: Iterable[UUID], at: datetime) -> None:
    """Erase contacts that a coop wrote down; errors as ``erase``."""
    association = opened.ledger.association_id
    erasures = [Erasure(association, ErasureKind.CONTACT, contact_id, at) for contact_id in contact_ids]
    erase(opened, ErasureList(runtime.settings.erasures), erasures)


def replay(runtime: Runtime, erasures: Iterable[Erasure]) -> int:
    """Erase again what a vault that was restored does not remember; return how many. Others' associations are left."""
    by_association: dict[UUID, list[Erasure]] = {}
    for one in erasures:
        by_association.setdefault(one.association, []).append(one)
    replayed = 0
    for entry in runtime.associations():
        if listed := by_association.get(entry.association_id):
            store = runtime.ledger(entry.slug).erasures
            unknown = store.unknown(listed)
            store.carry_out(unknown)
            replayed += len(unknown)
    if replayed:
        log.warning("erasures replayed", count=replayed)
    return replayed
