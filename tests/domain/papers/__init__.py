"""Tests of the papers of the coop's binder."""
