"""Coops: identity, bank, payouts."""
