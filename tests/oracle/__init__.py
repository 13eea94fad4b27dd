"""A second accounting engine, written from the documents alone, that the ledger is compared with.

It imports nothing of the packages that it judges: whoever changes a rule there has to change the document and this
engine too, by hand, before both agree again. ``tests.oracle.checks`` holds what callers need: ``fold``, ``check``.
"""
