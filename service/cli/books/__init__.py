"""Commands about the books: closing periods."""
