"""What all read models share."""
