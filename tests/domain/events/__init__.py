"""Events as they are stored."""
