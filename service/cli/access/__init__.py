"""Commands of operators about who comes in: roles of members, tokens of the API, what programs are told of it."""
