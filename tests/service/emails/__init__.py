"""Emails from the event that asks for them to the server that takes them."""
