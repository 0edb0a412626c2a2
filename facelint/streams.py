"""How the program writes text to its standard streams."""

from __future__ import annotations

import sys
from io import TextIOWrapper


def speak_utf8() -> None:
    """What goes to a file or a pipe is UTF-8; a terminal shows the escape of a character that it does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
