"""The tests. They mirror the packages; `house` holds the tests about the repository itself."""
