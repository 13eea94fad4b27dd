"""The demonstration's own pages: who may ask for them, the door, and what a role may read."""
