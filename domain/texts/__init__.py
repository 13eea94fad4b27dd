"""Texts from outside: what shows of them, and those that name the origin of a site."""
