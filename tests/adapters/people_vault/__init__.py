"""The vault of people, as its own database role."""
