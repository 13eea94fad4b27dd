"""A Stripe-shaped sandbox to test against, and what is asked of it."""
