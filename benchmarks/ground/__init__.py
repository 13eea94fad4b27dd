"""What is measured on: one durable server with one association, and logs of the lengths that are wanted."""
