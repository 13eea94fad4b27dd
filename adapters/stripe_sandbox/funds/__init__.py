"""The money on the accounts: balance transactions, and the balances they add up to."""
