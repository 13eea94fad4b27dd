"""The pages of a coop: its home, its account, its payments, its statistics, and the rows of every figure on them."""
