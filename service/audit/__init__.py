"""What an auditor recomputes, with the rights to read and nothing else: one verdict on a whole ledger.

``session`` opens the one snapshot that all of it sees, ``checks`` has a module for each kind of check, ``verification``
runs them all and says what was found.
"""
