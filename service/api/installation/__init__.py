"""Routes of the installation itself, whatever the association: its health, the documentation of the API."""
