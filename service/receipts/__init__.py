"""Receipts of contributions: what the ledger attests, on paper and under the code that proves it."""
