"""What all routes of the API promise alike."""
