"""People whose command was cut short: the log says whether they stay.

A process may end between writing a person and recording the event, or between the event and its confirmation. Whoever
an event names is confirmed, whoever none names is erased; both as often as wanted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from service.logging import logger
from service.runtime.open_ledger import OpenLedger

log = logger(__name__)
_MARGIN: Final = timedelta(minutes=1)
"""How far before a person's row its event is looked for: both instants are one database's clock."""


def settle_unconfirmed(opened: OpenLedger) -> int:
    """Confirm or erase the people of commands that were cut short; return how many were erased."""
    provisional, erased = opened.vault.provisional, 0
    while due := provisional.due():
        ids = frozenset(one.person_id for one in due)
        named = opened.ledger.store.named(ids, due[0].since - _MARGIN)
        provisional.confirm(named)
        erased += provisional.erase(ids - named)
        log.info("unconfirmed people settled", ledger=opened.ledger.slug, confirmed=len(named), of=len(ids))
    return erased
