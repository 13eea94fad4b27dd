"""What is planned from the log, and how workers deal with what goes wrong."""
