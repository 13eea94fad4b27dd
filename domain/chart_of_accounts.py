"""The accounts of the three books and the chart that numbers them (ledger.md « Books and accounts », ANC 2018-06)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Book(StrEnum):
    """A set of accounts that balances on its own for every entry."""

    COOP = "C"
    """The co-operative's own book."""
    PLATFORM = "P"
    """The platform's book: what the provider holds, and for whom."""
    MEMO = "M"
    """Expected instalments: off the balance sheet."""

    __hash__ = str.__hash__  # an enumeration's own is not in C: every leg of every event is looked up by it


class Account(StrEnum):
    """One account key; its book, number and French label are in CHART."""

    __hash__ = str.__hash__  # as above

    ONLINE = "online"
    ONLINE_BLOCKED = "online_blocked"
    PAYOUT_TRANSFERS = "payouts_5801"
    CASH_DEPOSITS = "deposits_5802"
    BANK = "bank"
    CASH = "cash"
    CONTRIBUTIONS = "contributions"
    DEFERRED = "deferred"
    OTHER_INCOME = "other_income"
    BANK_FEES = "bank_fees"
    DUE_TO_FAMILIES = "due_to_families"
    DUE_TO_PLATFORM = "due_to_platform"
    COLLECTED_ELSEWHERE = "collected_elsewhere"
    PSP_PLATFORM = "psp_platform"
    PSP_COOP = "psp_coop"
    PSP_IN_TRANSIT = "psp_in_transit"
    DISPUTES_PENDING = "disputes_pending"
    DUE_TO_COOP = "due_to_coop"
    DUE_TO_COOP_BLOCKED = "due_to_coop_blocked"
    PAYOUT_IN_PROGRESS = "payout_in_progress"
    RECEIVABLE_FROM_COOP = "receivable_from_coop"
    TIPS = "tips"
    PSP_FEES = "psp_fees"
    DISPUTE_FEES = "dispute_fees"
    GOODWILL = "goodwill"
    SUSPENSE = "suspense"
    INSTALMENTS_EXPECTED = "instalments_expected"
    INSTALMENTS_COUNTERPART = "instalments_counterpart"


class ChartLine(NamedTuple):
    """How an account is shown: its book, its number in the chart and its French label."""

    book: Book
    number: str
    label: str


CHART: Final[dict[Account, ChartLine]] = {
    Account.ONLINE: ChartLine(Book.COOP, "5171", "Compte de collecte en ligne"),
    Account.ONLINE_BLOCKED: ChartLine(Book.COOP, "5172", "Compte en ligne, sommes contestées"),
    Account.PAYOUT_TRANSFERS: ChartLine(Book.COOP, "5801", "Virements internes, virements du compte en ligne"),
    Account.CASH_DEPOSITS: ChartLine(Book.COOP, "5802", "Virements internes, remises d’espèces"),
    Account.BANK: ChartLine(Book.COOP, "512", "Banque"),
    Account.CASH: ChartLine(Book.COOP, "530", "Caisse"),
    Account.CONTRIBUTIONS: ChartLine(Book.COOP, "7561", "Contributions volontaires des familles"),
    Account.DEFERRED: ChartLine(Book.COOP, "487", "Produits constatés d’avance"),
    Account.OTHER_INCOME: ChartLine(Book.COOP, "758", "Produits divers de gestion"),
    Account.BANK_FEES: ChartLine(Book.COOP, "627", "Services bancaires"),
    Account.DUE_TO_FAMILIES: ChartLine(Book.COOP, "4671", "Dû aux familles, remboursements revenus"),
    Account.DUE_TO_PLATFORM: ChartLine(Book.COOP, "4672", "Dû à la plateforme"),
    Account.COLLECTED_ELSEWHERE: ChartLine(Book.COOP, "4678", "Fonds collectés par d’autres plateformes"),
    Account.PSP_PLATFORM: ChartLine(Book.PLATFORM, "5151", "Prestataire de paiement, plateforme"),
    Account.PSP_COOP: ChartLine(Book.PLATFORM, "5152", "Prestataire de paiement, coopérative"),
    Account.PSP_IN_TRANSIT: ChartLine(Book.PLATFORM, "5153", "Prestataire de paiement, virements en transit"),
    Account.DISPUTES_PENDING: ChartLine(Book.PLATFORM, "4671", "Litiges en cours"),
    Account.DUE_TO_COOP: ChartLine(Book.PLATFORM, "4672", "Dû à la coopérative"),
    Account.DUE_TO_COOP_BLOCKED: ChartLine(Book.PLATFORM, "4673", "Dû à la coopérative, sommes contestées"),
    Account.PAYOUT_IN_PROGRESS: ChartLine(Book.PLATFORM, "4674", "Virement vers la coopérative en cours"),
    Account.RECEIVABLE_FROM_COOP: ChartLine(Book.PLATFORM, "4676", "Créance sur la coopérative"),
    Account.TIPS: ChartLine(Book.PLATFORM, "7581", "Pourboires"),
    Account.PSP_FEES: ChartLine(Book.PLATFORM, "6271", "Frais du prestataire de paiement"),
    Account.DISPUTE_FEES: ChartLine(Book.PLATFORM, "6272", "Frais de litige"),
    Account.GOODWILL: ChartLine(Book.PLATFORM, "6718", "Gestes commerciaux"),
    Account.SUSPENSE: ChartLine(Book.PLATFORM, "471", "Compte d’attente"),
    Account.INSTALMENTS_EXPECTED: ChartLine(Book.MEMO, "8011", "Échéances attendues"),
    Account.INSTALMENTS_COUNTERPART: ChartLine(Book.MEMO, "8021", "Contrepartie des échéances"),
}
BOOKS: Final[dict[Account, Book]] = {account: line.book for account, line in CHART.items()}
"""The book of each account, for who asks leg by leg."""
IN_COOP_BOOK: Final = frozenset(account for account, book in BOOKS.items() if book is Book.COOP)
"""The accounts of the coop's own book."""


def book_of(account: Account) -> Book:
    """Return the book an account belongs to."""
    return BOOKS[account]
