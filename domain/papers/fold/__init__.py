"""Folding a coop's events into what its papers must say."""
