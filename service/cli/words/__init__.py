"""The words of the command line that its library writes in English: help, and what was typed wrong, in French."""

from typing import Final

PROGRAM: Final = "coopledger"
"""What the program is called, however it was started."""
