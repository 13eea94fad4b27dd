"""What is shown on paper and in files: rows of read tables become frames, and frames become documents."""
