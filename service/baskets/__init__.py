"""Baskets that families fill, before the ledger knows of them: kept, checked, priced, placed."""
