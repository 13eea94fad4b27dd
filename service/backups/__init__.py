"""Backing a whole installation up, and bringing it back: verified, and without who was erased since."""
