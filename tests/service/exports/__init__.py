"""Tests of what files hold, and how they are made."""
