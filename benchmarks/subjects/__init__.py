"""What can be measured; ``benchmarks.catalogue`` lists all of it."""
