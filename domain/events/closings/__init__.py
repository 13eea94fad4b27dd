"""Events of closings: the closing of a period."""
