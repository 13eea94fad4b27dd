"""Subjects of the service as people meet it: requests, pages, payments; each process of it runs by itself."""
