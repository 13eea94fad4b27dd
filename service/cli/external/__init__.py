"""Commands about money that other platforms collect."""
