"""Tests of messages of coops to families."""
