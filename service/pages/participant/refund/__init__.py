"""Refunds asked from the detail of a contribution: what may go back, the form, what it will do in words."""
