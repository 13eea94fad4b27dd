"""Tests of what an operator watches."""
