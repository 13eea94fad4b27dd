"""Tests of a coop's pages: its home, its account, its payments, its statistics, and the rows of every figure."""
