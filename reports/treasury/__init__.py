"""What a payout brings, and how each class stands: reports of money between families, classes and the bank."""
