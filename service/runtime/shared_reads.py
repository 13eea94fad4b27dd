"""Reads of many requests together: those that come while one is under way share the next, and the same is read once.

When a class is asked to contribute, everybody looks at the same figures at the same moment. Each answer is read after
its request came, on a snapshot of that moment, as if it had been alone; what it costs is shared. It is for short
queries: who waits, waits for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from psycopg import Connection

from domain.errors import LedgerError
from service.grouped_calls import GroupedCalls

T = TypeVar("T")
Query = Callable[..., Any]


class _Question(NamedTuple):
    """A query and what it is asked with: equal ones have the same answer."""

    query: Query
    args: tuple[Any, ...]


class Reading(Protocol):
    """What runs a query on a snapshot of the read models."""

    def __call__(self, query: Query, *args: Any) -> Any:  # noqa: ANN401 - passed through as given
        """Run it, with a connection before its arguments."""
        ...


class SharedReads:
    """The short reads of one ledger; an answer belongs to all who asked, and is not to be changed."""

    def __init__(self, read: Reading) -> None:
        """Read nothing yet."""
        self._read = read
        self._calls = GroupedCalls(self._together)

    async def read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Run a short query of hashable arguments; errors as its own."""
        answer: T = await self._calls.ask(_Question(query, args))
        return answer

    def _together(self, questions: Sequence[_Question]) -> list[Any]:
        answers: dict[_Question, Any] = self._read(_answers, tuple(dict.fromkeys(questions)))
        return [answers[question] for question in questions]


def _answers(connection: Connection[Any], questions: Sequence[_Question]) -> dict[_Question, Any]:
    """Answer each question, or keep why it has no answer."""
    answers: dict[_Question, Any] = {}
    for question in questions:
        try:
            answers[question] = question.query(connection, *question.args)
        except LedgerError as refusal:
            answers[question] = refusal
    return answers
