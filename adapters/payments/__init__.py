"""The payment provider as the rest of the program sees it: values in cents, one port, one family of errors."""
