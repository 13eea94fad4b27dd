"""What may be known of people beside their names: the fields that a coop adds to its records. No person is in here."""
