"""The doors of the ledger, tested from outside."""
