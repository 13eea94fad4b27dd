"""Commands about money that other platforms collect: payments and refunds there, and what they pay out."""
