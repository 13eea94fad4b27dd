"""The manual's installation, typed line by line into an empty Debian 12."""
