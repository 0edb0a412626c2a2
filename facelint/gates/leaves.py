"""The list of attested files: a text with a line for each, from which the root digest follows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote_from_bytes, unquote_to_bytes

from facelint.gates.refused import Refused
from facelint.gates.tree import Leaf

HEAD = "facelint-leaves/1"
MAX_LINE = 16_384
"""Bytes of a line, more than the longest path that there is needs: a reader may stop there."""
_LINE = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,18}) ([!-~]+)")
_SAFE = "/-._~!$&'()*+,;=:@"
"""What RFC 3986 lets stand in a path beside letters and digits; every other byte is written %XX."""


def written(leaves: Iterable[Leaf]) -> str:
    """Each file's SHA-256, size and percent-encoded name, in order of name."""
    lines = (f"{leaf.digest.hex()} {leaf.size} {quote_from_bytes(leaf.name, _SAFE)}" for leaf in sorted(leaves))
    return "\n".join([HEAD, *lines]) + "\n"


def read(lines: Iterable[bytes], limit: int) -> tuple[Leaf, ...]:
    """The leaves of a list of at most `limit`. Raises Refused where it is not just as `written` writes it."""
    found: list[Leaf] = []
    for number, line in enumerate(lines, 1):
        text = line.decode("latin-1")
        if not text.endswith("\n"):
            raise Refused(f"the list of files is cut short at line {number}")
        if number == 1:
            if text[:-1] != HEAD:
                raise Refused(f"the list of files does not begin with {HEAD}")
            continue
        match = _LINE.fullmatch(text[:-1])
        name = unquote_to_bytes(match[3]) if match else b""
        if match is None or quote_from_bytes(name, _SAFE) != match[3] or (found and name <= found[-1].name):
            raise Refused(f"the list of files is damaged at line {number}")
        if len(found) == limit:
            raise Refused(f"the list of files holds more than the {limit:,} that are attested")
        found.append(Leaf(name, int(match[2]), bytes.fromhex(match[1])))
    return tuple(found)
