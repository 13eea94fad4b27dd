"""Tests of the Stripe adapter against the Stripe-shaped sandbox, and where there is a key against Stripe itself."""
