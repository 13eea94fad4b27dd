"""Each line of the bank has its piece: a payout's statement, or a piece of its own when the payout never arrived."""

from __future__ import annotations

from datetime import date

from domain.coop.banking import MatchBankLine, MatchBankReturn, UnmatchBankLine
from tests.domain.papers.binder import Binder, entry

JUNE, JULY, OCTOBER = date(2025, 6, 10), date(2025, 7, 10), date(2025, 10, 10)
CAME = [("bank", "", 2_000, 0), ("payouts_5801", "", 0, 2_000)]
WENT = [("bank", "", 0, 2_000), ("payouts_5801", "", 2_000, 0)]


def sent() -> Binder:
    """A family pays in June, and a payout has left."""
    binder = Binder()
    binder.at(JUNE)
    binder.paid_for(binder.campaign_id, "CP")
    binder.on_its_way = binder.payout(binder.coop_id, 2_000)
    return binder


def test_the_line_of_a_payout_that_arrived_is_explained_by_its_statement_and_has_no_other_piece() -> None:
    binder = sent()
    binder.on_the_statement(MatchBankLine, "L-1", binder.on_its_way)
    binder.arrives(binder.on_its_way)
    binder.fails(binder.on_its_way)
    binder.on_the_statement(MatchBankReturn, "L-2", binder.on_its_way)
    binder.issue()
    assert [part.kind for part in binder.parts] == ["payout", "return"]


def test_a_line_that_came_before_the_payout_failed_gets_its_piece_with_the_failure() -> None:
    binder = sent()
    binder.on_the_statement(MatchBankLine, "L-1", binder.on_its_way)
    binder.issue()
    assert binder.parts == []
    binder.fails(binder.on_its_way)
    binder.issue()
    (came,) = binder.parts
    assert (came.kind, came.campaign_id, entry(came)) == ("failed_payout", None, CAME)


def test_lines_that_come_after_the_failure_get_their_pieces_at_once_and_the_second_names_the_first() -> None:
    binder = sent()
    binder.fails(binder.on_its_way)
    binder.on_the_statement(MatchBankLine, "L-1", binder.on_its_way)
    binder.on_the_statement(MatchBankReturn, "L-2", binder.on_its_way)
    binder.issue()
    came, went = binder.parts
    assert (entry(came), entry(went)) == (CAME, WENT)
    assert (came.rectifies, went.rectifies) == ((), ("R-2024-2025-0001/1",))
    assert binder.statements == []


def test_a_match_that_is_undone_takes_its_piece_back() -> None:
    binder = sent()
    binder.on_the_statement(MatchBankLine, "L-1", binder.on_its_way)
    binder.fails(binder.on_its_way)
    binder.do(UnmatchBankLine, binder.coop_id, bank_line_id="L-1", reason="other")
    binder.issue()
    came, undone = binder.parts
    assert (entry(came), entry(undone), undone.rectifies) == (CAME, WENT, ("R-2024-2025-0001/1",))


def test_a_match_that_is_undone_before_the_payout_fails_never_had_a_piece() -> None:
    binder = sent()
    binder.on_the_statement(MatchBankLine, "L-1", binder.on_its_way)
    binder.do(UnmatchBankLine, binder.coop_id, bank_line_id="L-1", reason="other")
    binder.fails(binder.on_its_way)
    binder.issue()
    assert binder.parts == []


def test_a_payout_brought_forward_that_fails_and_stands_on_the_statement_has_both_in_its_pieces() -> None:
    binder = sent()
    binder.on_the_statement(MatchBankLine, "L-1", binder.on_its_way)
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.fails(binder.on_its_way)
    binder.issue()
    forward, back, came = binder.parts
    assert (back.kind, back.rectifies) == ("failed_payout", ("R-2024-2025-0001/1",))
    assert entry(back) == [("online", "", 2_000, 0), ("payouts_5801", "", 0, 2_000)]
    assert (came.campaign_id, entry(came)) == (None, CAME)
    assert forward.kind == "year_end"
