"""Routes of money through the provider: payment pages, what it says, payouts."""
