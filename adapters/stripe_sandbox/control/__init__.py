"""The control API, for tests and demonstrations: time, failures, events, and what people would decide."""
