"""Tests of closings: which period, and with which figures."""
