"""Routes that read one resource, as of now, with the version of the stream that holds it."""
