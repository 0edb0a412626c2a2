"""Personal data in text: which cells hold an e-mail address, a phone number, a national id, a place or a name."""

from facelint.personal.search import KINDS, Found, holds_personal, search

__all__ = ["KINDS", "Found", "holds_personal", "search"]
