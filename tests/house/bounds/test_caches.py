"""What is kept in memory by the text that somebody typed is bounded: in number, and in the length of each."""

from __future__ import annotations

import ast
from typing import Final

import pytest

from domain.errors import ClassInvalid
from domain.school_classes import MAX_LABEL, _code, _of_list, class_code
from tests.house.sources import PACKAGES, ROOT, files_in, tree

BOUNDED: Final = {
    "adapters/log/chain.py": "256 topics, which only the log's own code writes",
    "domain/calendar.py": "4,096 hours of UTC",
    "domain/closings/periods.py": "4,096 days, each with the last closed one",
    "domain/papers/fold/answers.py": "one text for each kind of event that takes something back",
    "domain/postings/legs.py": "4,096 amounts, each with two of our accounts",
    "domain/roll_forward.py": "256 topics, which only the log's own code writes",
    "domain/vocabulary/keys.py": "256 kinds of commands and values, which only code makes",
    "domain/school_classes.py": "4,096 spellings and 4,096 codes, of MAX_LABEL characters at most",
    "service/accounts/password_strength.py": "one list of French words",
    "projections/base/contribution_change.py": "16 means of payment, of our own words",
    "projections/journal.py": "4,096 codes of classes of 40 characters, 256 accounts",
    "projections/participants.py": "4,096 codes of classes of 40 characters",
    "reports/render/fonts.py": "one set of fonts; 4,096 sets of the characters of some scripts, 3,000 at most",
    "adapters/processes/pool.py": "one pool",
    "adapters/stripe_provider/wire/transport.py": "the authorities that are trusted",
    "service/http/this_machine.py": "4,096 addresses of peers, as the connection or a trusted proxy tells them",
    "service/runtime/open_ledger.py": "the secrets of an association, by names of our own",
    "service/payments/context.py": "the same, for the worker",
    "service/web/route_table.py": "one list of routes",
}
"""The files that keep results by arguments, and what bounds both."""


def test_every_cache_of_results_is_one_that_somebody_has_bounded() -> None:
    keeping = {
        str(path.relative_to(ROOT))
        for path in files_in(*PACKAGES)
        if "stripe_sandbox" not in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "functools"
        if {alias.name for alias in node.names} & {"lru_cache", "cache"}
    }
    assert keeping == set(BOUNDED)


def test_a_label_that_is_too_long_for_a_class_is_not_kept() -> None:
    caches = (_code, _of_list)
    before = [cache.cache_info().currsize for cache in caches]
    for length in (MAX_LABEL + 1, 20_000):
        with pytest.raises(ClassInvalid):
            class_code("C" * length)
    assert [cache.cache_info().currsize for cache in caches] == before
