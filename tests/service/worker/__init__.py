"""What is planned from the log, and the threads that carry it out."""
