"""Money that other platforms collect."""
