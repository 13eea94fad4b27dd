"""Payments: cards, Checkout Sessions, intents, charges, 3-D Secure, refunds, disputes."""
