"""What an observer sees must not depend on who contributed, beyond what it sees anyway: compared byte for byte."""
