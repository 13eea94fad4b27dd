"""The pages that people see: server-rendered, in French, under a strict content security policy."""
