"""The words of the command line that its library writes in English: help, and what was typed wrong, in French."""
