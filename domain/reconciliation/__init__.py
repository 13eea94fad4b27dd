"""Leg A of the reconciliation: what the ledger expects of the payment provider against the provider's own movements."""
