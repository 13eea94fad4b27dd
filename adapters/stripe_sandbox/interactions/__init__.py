"""What the pages and the control API may ask of a sandbox and do in it: values to show, and one function per button.

Every function raises ``ApiError`` for what is not there (status 404) or makes no sense now (status 400).
"""
