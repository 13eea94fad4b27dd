"""Pages of who runs a coop."""
