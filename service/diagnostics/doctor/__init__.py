"""The doctor: looks at everything that an installation stands on, and says in French what to do about what is wrong."""
