"""Routes of the association itself."""
