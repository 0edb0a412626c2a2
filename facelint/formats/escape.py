"""Free text from input, made safe for where it goes."""

from __future__ import annotations

import re

_UNSAFE_IN_JSON = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
    r"|#(?=#\[|#vso\[)"
)
_COMMAND = re.compile(r"#(?=#\[|#vso\[)|\A\s*:(?=:)")
"""What makes a line of a log a command to GitHub Actions (the colons at its start alone) or Azure Pipelines."""


def line(text: str, width: int = 200) -> str:
    """On one line of a terminal or a log, cut at `width` characters: no control or bidirectional character takes
    effect, nor any command to what runs the job."""
    cut = text if len(text) <= width else text[: width - 1] + "…"
    plain = "".join(c if c.isprintable() else _escaped(c) for c in cut)
    return _COMMAND.sub(lambda match: match[0][:-1] + _escaped(match[0][-1]), plain)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def json_text(text: str) -> str:
    """JSON with what hides or reorders text, or commands what runs the job, escaped; it says the same."""
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


_MARKUP = re.compile(r"[\\`*_{}\[\]<>|~$&#]")
_MADE_LINKS = re.compile(r"@|#|:(?=//|[\w+-]+:)|(?<=www)(?=\.)", re.IGNORECASE)


def markdown(text: str) -> str:
    """Words inside a line or a table's cell of GitHub's Markdown, which mean nothing there but themselves.

    Escaped characters are still read by what comes after Markdown and links people (`@name`), issues (`#1`), addresses
    and emoji; a space of no width in their midst keeps them apart.
    """
    return _MADE_LINKS.sub(r"\g<0>&#8203;", _MARKUP.sub(r"\\\g<0>", text))


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (the characters are those of OWASP's page on CSV injection)."""
    return "'" + text if text.startswith(tuple("=+-@\t\r\n＝＋－＠")) else text


def utf8(text: str) -> str:
    """Text that UTF-8 can hold: the bytes of a file's name that are no text are escaped."""
    return text.encode("utf-8", "backslashreplace").decode()
