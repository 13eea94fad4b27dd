"""Tests of what is kept, why and how long."""
