"""``python -m tests.external_books [HLEDGER]``: play the year, have hledger read its book, print, end with 0 or 1."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from adapters.local_postgres import LocalPostgres
from tests.external_books.comparison import Compared, books_of, compare
from tests.external_books.printed import printed
from tests.external_books.readers import by_hledger
from tests.external_books.year import DATES, Year
from tests.kit.databases import fresh_database
from tests.projections.projected_ledger import projected


def main() -> int:
    """Compare, print what was found, and tell by the status whether all of it holds."""
    program = sys.argv[1] if len(sys.argv) > 1 else "hledger"
    with tempfile.TemporaryDirectory(prefix="coopledger-books-") as folder:
        Path(folder).chmod(0o711)
        server = LocalPostgres(Path(folder) / "server", durable=False)
        try:
            server.start()
            with fresh_database(server) as database:
                found = _compared(database, Path(folder) / "book-c.journal", program)
        finally:
            server.destroy()
    print(printed(found, "hledger"))  # noqa: T201 - this is what it is for
    return int(any(one.faults for one in found))


def _compared(database: str, journal: Path, program: str) -> list[Compared]:
    year = Year().play()
    with projected(database, year.history.facts) as ledger:
        ledger.catch_up()
        books = books_of(ledger, year.history.facts, year.coop_id, DATES)
    journal.write_text(books.journal(), encoding="utf-8")
    return list(compare(books, year.bank, journal, by_hledger(program)))


if __name__ == "__main__":
    sys.exit(main())
