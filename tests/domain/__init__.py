"""Tests of the domain: every rule, every posting, every refusal, without a database."""
