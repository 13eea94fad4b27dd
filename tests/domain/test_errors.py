"""What an error tells the log: identifiers, amounts and our own words, never what a person typed."""

from __future__ import annotations

import pickle
from datetime import date
from uuid import UUID

import pytest

from domain.errors import LedgerError, NotFound, RefundTooLarge

_ID = UUID(int=7)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "not-found"),
        ({"coop": _ID}, f"not-found: coop={_ID!r}"),
        ({"cents": 1200, "paid": True, "day": date(2024, 7, 1)}, "datetime.date(2024, 7, 1)"),
        ({"status": "archived"}, "status='archived'"),
        ({"gaps": [1, -1]}, "gaps=[1, -1]"),
        ({"unbalanced": {"online": 3}}, "unbalanced={'online': 3}"),
    ],
)
def test_identifiers_amounts_and_our_words_are_told(values: dict[str, object], told: str) -> None:
    assert str(NotFound(**values)).endswith(told)


@pytest.mark.parametrize("value", ["Zoé", ["Zoé"], ("Zoé", 1), {"nom": "Zoé"}, LedgerError(given="Zoé"), object()])
def test_a_text_that_somebody_typed_is_not_told(value: object) -> None:
    error = NotFound(given=value)
    assert "Zoé" not in str(error)
    assert "given=(" in str(error)
    assert error.values["given"] is value


def test_an_error_crosses_into_another_process_with_all_that_it_tells() -> None:
    for error in (NotFound(coop=_ID, cents=12), RefundTooLarge(refundable_euros="12,00\u00a0€"), LedgerError()):
        crossed = pickle.loads(pickle.dumps(error))  # noqa: S301 - made on the line
        assert (type(crossed), str(crossed)) == (type(error), str(error))
        assert (crossed.values, crossed.french) == (error.values, error.french)
