"""The one composition root: makes a runtime and its worker from the settings, on a given or an embedded database.

Each part is a module of its own, so that a command imports no more than it needs.
"""
