"""The pages by which members sign in and out."""
