"""The contract of the API, read from the classes of the installed SDK: what may be asked, what may be answered."""
