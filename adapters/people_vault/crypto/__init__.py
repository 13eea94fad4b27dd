"""How what the vault keeps is sealed: the keys that wrap keys, envelopes, and people with their commitments."""
