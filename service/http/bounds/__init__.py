"""What one request, one visitor and all of them together may take: bytes, connections, time of the processors."""
