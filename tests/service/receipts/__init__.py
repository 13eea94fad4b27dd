"""Receipts, from the link in an email to the proof of what is printed."""
