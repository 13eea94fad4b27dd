"""Pages that stay open and follow what they show: each view is read and rendered once, for all who see it."""
