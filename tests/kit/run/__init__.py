"""How a run of the tests is played: how much of it, and which of its tests stay together."""
