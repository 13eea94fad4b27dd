"""A Stripe-shaped sandbox: the part of Stripe that Coopledger uses, simulated on this machine without real money.

It is driven by the official SDK, with another base address. ``docs/stripe-fidelity.md`` says what it leaves out.
"""
