"""Cash that a class brings: counts typed or kept by a browser, read, checked line by line and written down once."""
