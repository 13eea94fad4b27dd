"""The pages by which members sign in and out, and keep their passkeys and sessions."""
