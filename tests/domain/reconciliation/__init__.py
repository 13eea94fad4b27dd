"""Leg A of the reconciliation, without a database or a provider."""
