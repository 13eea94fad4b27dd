"""Commands that look and change nothing: what holds, what is there, what it says on paper, what is wrong."""
