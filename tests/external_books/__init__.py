"""The books of a whole school year, read by a program of accounting that is not ours (hledger), beside the bank's."""
