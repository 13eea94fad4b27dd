"""Use cases between the ledger and the payment provider: what it says becomes facts, what is decided becomes calls."""
