"""Issuing the papers of coops from their logs, and printing them."""
