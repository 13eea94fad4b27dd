"""Everything that ``./dev bench`` can measure, in the order it does so."""

from __future__ import annotations

from typing import Final

from benchmarks.subject import Subject
from benchmarks.subjects.installation.accounts import ACCOUNTS
from benchmarks.subjects.installation.associations import ASSOCIATIONS
from benchmarks.subjects.installation.startup import STARTUP
from benchmarks.subjects.ledger.bus import BUS
from benchmarks.subjects.ledger.project import PROJECT
from benchmarks.subjects.ledger.rebuild import REBUILD
from benchmarks.subjects.ledger.verify import VERIFY
from benchmarks.subjects.web.basket import BASKET
from benchmarks.subjects.web.endurance import ENDURANCE
from benchmarks.subjects.web.history import HISTORY
from benchmarks.subjects.web.http_post import HTTP_POST
from benchmarks.subjects.web.http_read import HTTP_READ
from benchmarks.subjects.web.live_pages import LIVE_PAGES
from benchmarks.subjects.web.participants import PARTICIPANTS
from benchmarks.subjects.web.payments import PAYMENT
from benchmarks.subjects.web.payments_far import PAYMENTS_FAR
from benchmarks.subjects.web.postgres_kill import POSTGRES_KILL
from benchmarks.subjects.web.two_workers import TWO_WORKERS
from benchmarks.subjects.web.visit import VISIT

SUBJECTS: Final[tuple[Subject, ...]] = (
    BUS,
    PROJECT,
    REBUILD,
    VERIFY,
    HTTP_POST,
    HTTP_READ,
    HISTORY,
    BASKET,
    LIVE_PAGES,
    VISIT,
    PARTICIPANTS,
    PAYMENT,
    PAYMENTS_FAR,
    TWO_WORKERS,
    POSTGRES_KILL,
    ENDURANCE,
    ACCOUNTS,
    ASSOCIATIONS,
    STARTUP,
)
