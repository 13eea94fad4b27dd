"""A ledger with a school year in it."""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.projections.history import History
from tests.projections.projected_ledger import ProjectedLedger, projected
from tests.projections.school_year import school_year


@cache
def made_year() -> History:
    """One history for all tests that only read it."""
    return school_year()


@pytest.fixture
def year() -> History:
    """Two coops, a campaign each, three months, every kind of movement; not to be changed."""
    return made_year()


@pytest.fixture
def ledger(database: str, year: History) -> Iterator[ProjectedLedger]:
    """A database with that history in its log, and read models at position 0."""
    with projected(database, year.facts) as made:
        yield made
