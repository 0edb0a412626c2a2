"""The boxes that these files are made of (ISO/IEC 14496-12, 4.2): where each begins and ends."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source, in_memory

NEAR = 2**16
"""Bytes up to which a box is read at once, rather than header by header."""

_HEADER = Struct(">I4s")
_LARGE = Struct(">Q")

HARMLESS = frozenset(
    kind.replace("_", " ").encode("latin-1")
    for kind in (
        "ftyp styp mdat mfra mfro tfra sidx ssix pdin prft hdlr pitm dinf dref iods mvex trex mehd leva tref elst edts"
        " vmhd smhd nmhd hmhd gmhd sthd stts ctts cslg stss stsh sdtp stsc stsz stz2 stco co64 sbgp sgpd csgm subs saiz"
        " saio padb stdp mfhd tfhd tfdt trun elng tapt clip matt load imap prfl ctab ipro ipmc grpl fiin strd strk mdhd"
        " ispe pixi colr pasp clap irot imir hvcC av1C avcC lhvC vvcC evcC j2kH jpgC auxC lsel a1op a1lx rloc tols clli"
        " mdcv cclv amve ndwt reve uncC cmpd cloc jP__ rreq ihdr bpcc pclr cmap cdef res_ jxll jxli cgrp opct creg ulst"
        " nlst bfil roid CNCV CCTP CTBO CNMN CNFV CMTA pnot"
    ).split()
)  # fmt: skip
"""Boxes that tell how a file is built or coded, and nothing of a person."""


class Box(NamedTuple):
    """Offsets within the bytes that it was read from."""

    kind: bytes
    at: int
    begin: int
    """Of what it holds, behind its own size and kind."""
    end: int
    whole: bool
    """Whether all of it is there: otherwise `end` is where the bytes end."""

    def body(self, source: Source) -> Source:
        return source.part(self.begin, self.end - self.begin)


def box_at(source: Source, at: int) -> Box | None:
    """None where no box can begin: too few bytes, or a size that is less than its own header."""
    head = source.read(at, 16)
    if len(head) < 8:
        return None
    size, kind = _HEADER.unpack_from(head)
    begin = at + 8
    if size == 0:  # up to the end
        end = source.size if kind.strip(b"\0") else 0
    elif size == 1 and len(head) == 16:
        begin = at + 16
        end = at + _LARGE.unpack_from(head, 8)[0]
    else:
        end = at + size
    if end < begin:
        return None
    return Box(kind, at, begin, min(end, source.size), end <= source.size)


def boxes(reading: Reading, source: Source, at: int, where: str, hides: frozenset[Kind]) -> Iterator[Box]:
    """The boxes within another one, from `at` on. What is no box or cut off is said to be unreadable."""
    size = source.size
    while at < size:
        reading.step()
        box = box_at(source, at)
        if box is None:
            if size - at < 4 or size - at > NEAR or not blank(source.read(at, NEAR)):
                reading.cannot(where, "a box of an impossible size", hides)
            return
        yield box
        if not box.whole:
            reading.cannot(where, "a box in it is cut off", hides)
        at = box.end


def near(reading: Reading, source: Source) -> Source:
    """The same bytes, in memory if they are few."""
    if len(source.head) < source.size <= NEAR:
        reading.spend(source.size)
        return in_memory(source.read(0, source.size), source.start)
    return source


def blank(data: bytes) -> bool:
    return not data.strip(b"\0 \xff")


def printable(kind: bytes) -> bool:
    """Whether this may be the kind of a box: four letters, digits or signs of ASCII, or the © of QuickTime."""
    return all(0x20 <= byte < 0x7F for byte in kind[1:]) and (0x20 <= kind[0] < 0x7F or kind[0] == 0xA9)
