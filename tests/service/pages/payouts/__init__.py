"""The pages of payouts."""
