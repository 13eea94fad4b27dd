"""The web server: the application, what it is made of, and what each request passes through."""
