"""What all routes of the API promise alike: names, refusals, versions; and the document that says so."""
