"""Payments files of other platforms, read strictly."""
