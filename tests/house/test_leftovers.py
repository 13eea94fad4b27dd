"""Nothing is left half done, hidden from the tests or set aside."""

import re

from tests.house.sources import PACKAGES, files_in, where

# In pieces, so that this file does not find itself.
MARKS = ("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK")
ESCAPES = (
    "pragma: no " + "cover",
    r"mark\.sk" + "ip",
    r"mark\.x" + "fail",
    r"pytest\.sk" + r"ip\(",
    r"pytest\.x" + r"fail\(",
)
LEFTOVER = re.compile("|".join((rf"\b(?:{'|'.join(MARKS)})\b", *ESCAPES)))


def test_no_file_holds_a_reminder_or_a_way_around_the_tests() -> None:
    suffixes = (".py", ".sql", ".html", ".css", ".js", ".typ", ".md", ".sh")
    found = [
        f"{where(path)} {number}: {line.strip()}"
        for path in files_in(*PACKAGES, "tests", "benchmarks", "docs", suffixes=suffixes)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LEFTOVER.search(line)
    ]
    assert found == []
