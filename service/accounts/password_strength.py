"""How soon a password would be guessed: by zxcvbn, with the French words that it does not know.

zxcvbn tries lists of leaked passwords, names, words, dates, keyboards, repetitions, and letters written as signs. It
speaks English: the most frequent French words are given to it, and what is known of the holder.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice
from typing import Final

from spellchecker import SpellChecker
from zxcvbn_rs_py import zxcvbn

ENOUGH: Final = 9.0
"""Guesses, as a power of ten: no site is tried that often, and each costs a thief of the database an Argon2id hash."""
_LOOKED_AT: Final = 32
"""Characters: whatever is strong up to there is strong, and the time of a look stays short."""
_FRENCH_WORDS: Final = 3_000
_SHORTEST_WORD: Final = 4
_OURS: Final = ("coopledger", "cooperative", "scolaire", "occe", "motdepasse")
_SIGNS: Final = re.compile(r"[@({\[<!|$+%]")
"""Signs that may stand for letters: many different ones would be tried in all their readings, for seconds."""
_READ_SIGNS: Final = 2
_PART: Final = re.compile(r"[\w-]+")


def is_guessable(password: str, *about_holder: str) -> bool:
    """Tell whether fewer guesses find a password than a thief would try; what is known of its holder is tried first.

    One that repeats something is no better than twice that.
    """
    plain = _plain(password)
    unit = plain[: (plain + plain).find(plain, 1)]
    looked_at = (plain if unit == plain else unit + unit)[:_LOOKED_AT]
    signs = list(dict.fromkeys(_SIGNS.findall(looked_at)))
    for sign in signs[_READ_SIGNS:]:
        looked_at = looked_at.replace(sign, "~")
    about = [_plain(text) for text in about_holder if text]
    known = [part for text in about for part in (text, *_PART.findall(text))]
    return bool(zxcvbn(looked_at, [*_OURS, *known, *_french_words()]).guesses_log10 < ENOUGH)


@cache
def _french_words() -> tuple[str, ...]:
    """Read the most frequent French words, once."""
    frequency = SpellChecker(language="fr").word_frequency.dictionary
    words = (word for word in sorted(frequency, key=frequency.__getitem__, reverse=True) if len(word) >= _SHORTEST_WORD)
    return tuple(_plain(word) for word in islice(words, _FRENCH_WORDS))


def _plain(text: str) -> str:
    """Return a text in small letters without accents: whoever guesses tries both."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
