"""Tests of the adapters, against real servers wherever there is one."""
