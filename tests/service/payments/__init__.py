"""Payments end to end: the real ledger, the real outbox and the real adapter, before the Stripe-shaped sandbox."""
