"""The pages that import payments of another platform."""
