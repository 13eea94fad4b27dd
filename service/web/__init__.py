"""The running web application: its routes, its error handlers, its server."""
