"""What tests of several packages share: databases, servers, example data and worlds to test in."""
