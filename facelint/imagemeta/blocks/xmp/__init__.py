"""XMP packets: RDF in XML, from strangers."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from facelint.imagemeta.blocks.xmp.findings import tell
from facelint.imagemeta.blocks.xmp.names import TOLD
from facelint.imagemeta.blocks.xmp.tree import Property, properties, utf8
from facelint.imagemeta.model import Kind, Place
from facelint.imagemeta.reading import Reading

HOLDS = frozenset(kind for kinds in TOLD.values() for kind in kinds)

MAX_PACKET = 8 * 2**20
"""Bytes of a packet that are read."""


class _Wanted(NamedTuple):
    names: frozenset[str]
    search: re.Pattern[bytes]
    """Finds one of the names after the colon of a prefix."""


def read(reading: Reading, packet: bytes, where: str, place: Place = "xmp") -> None:
    """A packet, or several in a row, in whatever encoding."""
    if not packet.strip(b"\0 \t\r\n"):
        return
    reading.block("xmp")
    reading.step(_STEPS)
    wanted = _wanted(reading.wanted)
    if not wanted.names or _holds_none(packet, wanted.search):
        return
    if len(packet) > MAX_PACKET:
        reading.cannot(where, f"more than {MAX_PACKET // 2**20} MiB of XMP", HOLDS)
        packet = packet[:MAX_PACKET]
    reading.spend(len(packet))
    found: list[Property] = []
    lost = ""
    try:
        lost = properties(reading, _without_tail(packet), wanted.names, found)
    finally:
        tell(reading, found, where, place)
    if lost:
        reading.cannot(where, lost, _may_tell(reading, packet))


def extended(reading: Reading, packet: bytes) -> str:
    """The GUID of the extended XMP that a packet says it has; empty where it says nothing of one."""
    if b"H" not in packet:
        return ""
    name = _EXTENDED.search(packet)
    if name is None and b"\0" in packet:
        reading.spend(len(packet))
        name = _EXTENDED.search(utf8(packet[:MAX_PACKET]))
    return name[1].decode() if name else ""


_STEPS = 50
"""That a packet counts for by itself: a file can hold thousands of them."""
_SEARCHED = 2**17
"""Bytes of a packet that is no XML in which names are searched for."""
_SEARCHED_STEP = 16
_EXTENDED = re.compile(rb""":HasExtendedXMP(?:\s*=\s*["']|\s*>\s*)\s*([0-9A-Fa-f]{32})""")
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xpacket[^<>]*\?>\s*)?<(?:[\w.-]+:)?(?:xmpmeta|xapmeta|RDF)[\s>]")
_WITHOUT_PREFIX = re.compile(rb"<[^\s<>/:?!]++[\s>/]")
_ODD = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]|<!(?!--)")
"""What is in no text, and declarations, which may give names others."""
_END = re.compile(rb"<(?:\?xpacket end|/(?:[\w.-]+:)?(?:xmpmeta|xapmeta|RDF)\s*>)")


def _holds_none(packet: bytes, search: re.Pattern[bytes]) -> bool:
    """Whether a whole, plain UTF-8 packet holds nothing of what is wanted, seen without reading its XML.

    An element without a prefix may be of any namespace; an attribute without one is of none.
    """
    return _is_plain(packet) and search.search(packet) is None and _WITHOUT_PREFIX.search(packet) is None


def _is_plain(packet: bytes) -> bool:
    """Whether names are written as they are, and the packet's begin and end are there."""
    return (
        b"\0" not in packet and _BEGIN.match(packet) is not None and _END.match(packet, packet.rfind(b"<")) is not None
    )


def _may_tell(reading: Reading, packet: bytes) -> frozenset[Kind]:
    """Of what can't be read as XML: what the names that stand in it may tell, if they are not damaged themselves."""
    if len(packet) > _SEARCHED or not _is_plain(packet):
        return HOLDS
    reading.step(len(packet) // _SEARCHED_STEP)
    if _WITHOUT_PREFIX.search(packet) or _ODD.search(packet):
        return HOLDS
    names = set(_wanted(HOLDS).search.findall(packet))
    told = (kinds for name, kinds in TOLD.items() if b":" + name.rpartition(":")[2].encode() in names)
    return frozenset[Kind]().union(*told)


def _without_tail(packet: bytes) -> bytes:
    """Up to the end that a packet names, where no other one follows: some containers have bytes of their own there."""
    end = packet.find(b"?>", max(0, packet.rfind(b"<?xpacket end"))) + 2
    return packet[:end] if b"<?xpacket end" in packet[:end] and b"RDF" not in packet[end:] else packet


@cache
def _wanted(kinds: frozenset[Kind]) -> _Wanted:
    names = frozenset(name for name, told in TOLD.items() if not told.isdisjoint(kinds))
    local = sorted({name.rpartition(":")[2] for name in names})
    return _Wanted(names, re.compile(rf":{_one_of(local)}(?=[\s=>/])".encode()))


def _one_of(words: list[str]) -> str:
    """A pattern of words that branches by single characters: faster than one word tried after another."""
    if len(words) == 1:
        return re.escape(words[0])
    branches: dict[str, list[str]] = {}
    for word in words:
        branches.setdefault(word[:1], []).append(word[1:])
    return f"(?:{'|'.join(re.escape(first) + _one_of(rest) if first else '' for first, rest in branches.items())})"
