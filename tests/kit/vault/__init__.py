"""What tests of the vault share."""
