"""A person at a page, counted: clicks, fields, keystrokes, and the time that they would take an average user.

The keystroke-level model of Card, Moran and Newell (1980): a key takes 0.28 s (an average typist who is no
secretary), pointing 1.1 s, a press of the button 0.2 s, moving the hand between mouse and keyboard 0.4 s, and making
up one's mind 1.35 s before each thing that is done. Waiting for the machine is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import FilePayload, Locator, Page, expect

_KEY: Final = 0.28
_POINT: Final = 1.1
_PRESS: Final = 0.2
_HOME: Final = 0.4
_THINK: Final = 1.35


@dataclass
class Hand:
    """What a person did so far; every action is done in the browser too, and only on what can be seen."""

    clicks: int = 0
    fields: int = 0
    keys: int = 0
    seconds: float = 0.0

    def click(self, what: Locator) -> None:
        """Press a button, a link, a box or a choice."""
        expect(what).to_be_visible()
        what.click()
        self.clicks += 1
        self.seconds += _THINK + _POINT + _PRESS

    def type(self, where: Locator, text: str, *, focused: bool = False) -> None:
        """Type into a field: a click into it, unless the page has put the cursor there, then the keys."""
        expect(where).to_be_visible()
        if focused:
            expect(where).to_be_focused()
            self.seconds += _THINK
        else:
            self.click(where)
        where.fill(text)
        self.fields += 1
        self.keys += len(text)
        self.seconds += _HOME + _KEY * len(text) + _HOME

    def type_on(self, page: Page, *words: str) -> None:
        """Type words where the cursor is, each followed by the key that leads to the next field."""
        self.seconds += _HOME
        for word in words:
            page.keyboard.type(word)
            page.keyboard.press("Enter")
            self.fields += 1
            self.keys += len(word) + 1
            self.seconds += _KEY * (len(word) + 1)

    def give(self, where: Locator, file: FilePayload) -> None:
        """Give a file: a click on the field, and one on the file in the window of the system."""
        where.set_input_files(file)
        self.clicks += 2
        self.fields += 1
        self.seconds += 2 * (_THINK + _POINT + _PRESS)

    def choose(self, where: Locator, label: str) -> None:
        """Choose a line of a list: a click to open it, another on the line."""
        expect(where).to_be_visible()
        where.select_option(label)
        self.clicks += 2
        self.fields += 1
        self.seconds += _THINK + 2 * (_POINT + _PRESS)

    def __str__(self) -> str:
        """Tell the figures."""
        return f"{self.clicks} clicks, {self.fields} fields, {self.keys} keys, {self.seconds:.0f} s"
