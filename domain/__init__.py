"""The rules of the ledger: pure decisions over immutable events, in integer cents and Europe/Paris dates.

Imports the standard library and msgspec only: no input or output, no clock, no random number, no float.
"""
