"""A document that names a test names one that exists: a proof that is gone proves nothing."""

from __future__ import annotations

import re
from typing import Final

from tests.house.sources import ROOT

_NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_test_that_the_documents_name_exists() -> None:
    named = [
        (path, test)
        for page in sorted((ROOT / "docs").rglob("*.md"))
        for path, test in _NAMED.findall(page.read_text())
    ]
    assert len(named) > 30
    missing = [f"{path}::{test}" for path, test in named if f"def {test}(" not in (ROOT / path).read_text()]
    assert missing == []
