"""The command line: set-up, service, import, verification, rebuild, replay, demonstration."""
