"""Free text from input, made safe for where it goes."""

from __future__ import annotations

import re

_UNSAFE_IN_JSON = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def line(text: str, width: int = 200) -> str:
    """On one line of a terminal: no control or bidirectional character takes effect, cut at `width` characters."""
    cut = text if len(text) <= width else text[: width - 1] + "…"
    return "".join(c if c.isprintable() else _escaped(c) for c in cut)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def json_text(text: str) -> str:
    """JSON with the characters that hide or reorder text escaped; it says the same."""
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (the characters are those of OWASP's page on CSV injection)."""
    return "'" + text if text.startswith(tuple("=+-@\t\r\n＝＋－＠")) else text


def utf8(text: str) -> str:
    """Text that UTF-8 can hold: the bytes of a file's name that are no text are escaped."""
    return text.encode("utf-8", "backslashreplace").decode()
