"""Verification of a whole ledger, as an auditor does it."""
