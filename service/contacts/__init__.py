"""The contacts that a coop writes down: who is added, in which groups they are, what its records ask (S-29, S-38…S-46).

A collection works without any of it: families who pay are known by what they paid.
"""
