"""One kind of data and how long it is kept: a row of the table that ``docs/retention.md`` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from service.retention.context import RetentionContext


class RetentionRule(NamedTuple):
    """One kind of data: what it is, where it lies, why and how long it is kept, and what erases it.

    ``columns`` are the columns of tables, separated by blanks. Without ``erase`` they hold no person's data, as
    ``how_long`` says.
    """

    what: str
    columns: Mapping[str, str]
    why: str
    how_long: str
    erase: Callable[[RetentionContext], int] | None = None

    @property
    def statement(self) -> str:
        """Where the code is that erases, as documents name it."""
        if self.erase is None:
            return ""
        return f"{self.erase.__module__.replace('.', '/')}.py::{self.erase.__name__}"


def table_of(rules: Iterable[RetentionRule]) -> str:
    """Return rules as the table of ``docs/retention.md``."""
    head = ("| what | why | how long | erased by |", "|---|---|---|---|")
    rows = (
        f"| {rule.what} | {rule.why} | {rule.how_long} | {f'`{rule.statement}`' if rule.erase else ''} |"
        for rule in rules
    )
    return "\n".join((*head, *rows)) + "\n"
