"""The read model of closings."""
