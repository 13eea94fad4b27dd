"""The doors of the product: each command has one, and what operators do by hand has two."""
