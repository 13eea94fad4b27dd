"""Tests about the repository itself: what a reviewer would otherwise have to look for by hand."""
