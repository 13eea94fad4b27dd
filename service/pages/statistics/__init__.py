"""The three pages of statistics of a coop: each chart with the table of its figures."""
