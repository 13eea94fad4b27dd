"""Who asks: clients, open pages and parents, in processes of their own so that a server keeps its core."""
