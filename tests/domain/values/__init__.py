"""The small things that the domain is made of: cents, days, names, errors."""
