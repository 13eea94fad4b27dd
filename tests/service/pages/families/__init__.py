"""What families see, in a real browser, on a service that is paid by the sandbox."""
