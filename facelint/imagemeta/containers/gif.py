"""GIF: frames, comments, text, and what programs keep in application extensions."""

from __future__ import annotations

import struct

from facelint.imagemeta.blocks import iptc, jumbf, photoshop, strays, trailer, xmp
from facelint.imagemeta.blocks.texts import words
from facelint.imagemeta.model import Kind
from facelint.imagemeta.programs import holds_prompt
from facelint.imagemeta.reading import Reading, TooMuch
from facelint.imagemeta.source import Source, in_memory

_WINDOW = 2**18
_RUN = 32
_FULL = b"\xff" * _RUN
"""The lengths of as many sub-blocks that are as long as can be, as almost all of a frame's are: looked at together."""
_MAX_SUB_BLOCKS = 1_000_000
"""Followed one by one in a file; of a frame those are few."""
_MAX_EXTENSION = 8 * 2**20
"""Bytes."""

_EXTENSION_STEPS, _APPLICATION_STEPS = 3, 50
"""That an extension counts for, and one that an application may keep a block of metadata in."""

_FRAME, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_PLAIN_TEXT, _GRAPHIC_CONTROL, _COMMENT, _APPLICATION = 0x01, 0xF9, 0xFE, 0xFF
_LANDING = b"\xff\xfe\xfd\xfc\xfb\xfa"
"""Begin of the bytes behind an XMP packet by which a reader of sub-blocks, wherever it arrives among them, comes to
their end (XMP part 3, 1.1.2). A 1 goes before them, which some writers leave out."""
_TEXT = frozenset({Kind.FREE_TEXT, Kind.AI_PROMPT, Kind.SYNTHETIC_MARKER})


class _Cut(Exception):
    """There are no more bytes."""


class _Blocks:
    """The file read forward, a large piece at a time."""

    __slots__ = ("_base", "_left", "_window", "at", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.at = 0
        self._window = source.head
        self._base = 0
        self._left = _MAX_SUB_BLOCKS

    def take(self, size: int) -> bytes:
        """At most a window's. Raises _Cut."""
        begin = self.at - self._base
        if begin + size > len(self._window):
            self._refill(self.at)
            begin = 0
            if size > len(self._window):
                raise _Cut
        self.at += size
        return self._window[begin : begin + size]

    def pass_sub_blocks(self) -> tuple[int, int]:
        """Where they begin and where their end's zero stands. Raises _Cut, TooMuch."""
        start = self.at
        while True:
            end = self._pass_window()
            if end >= 0:
                self.at = end + 1
                return start, end
            self._refill(self.at)
            if not self._window:
                raise _Cut

    def _pass_window(self) -> int:
        """Position of the zero that ends the sub-blocks; -1 where it is behind this window."""
        window, at, count = self._window, self.at - self._base, 0
        size = min(len(window), at + _WINDOW)
        while at < size:
            count += 1
            length = window[at]
            if not length:
                break
            if length == 255 and window[at : at + 256 * _RUN : 256] == _FULL:
                at += 256 * _RUN
            else:
                at += length + 1
        self._left -= count
        if self._left < 0:
            raise TooMuch(f"more than {_MAX_SUB_BLOCKS:,} sub-blocks")
        self.at = self._base + at
        return self.at if at < size else -1

    def _refill(self, at: int) -> None:
        self._window, self._base = self.source.read(at, _WINDOW), at


def read(reading: Reading, source: Source) -> None:
    blocks = _Blocks(source)
    frames, ended = 0, False
    try:
        _screen(reading, blocks)
        while not ended:
            reading.step()
            introducer = blocks.take(1)[0]
            if introducer == _FRAME:
                frames += 1
                _skip_frame(blocks)
            elif introducer == _EXTENSION:
                _extension(reading, blocks)
            elif introducer == _END:
                ended = True
            elif introducer:
                reading.cannot("GIF", "damaged between its blocks")
                break
    except _Cut:
        reading.cannot("GIF", "breaks off before its end")
    if reading.depth == 0:
        reading.frames = frames
    if ended and blocks.at < source.size and not trailer.HOLDS.isdisjoint(reading.wanted):
        trailer.read(reading, source.part(blocks.at, source.size - blocks.at), "after GIF trailer")


def _screen(reading: Reading, blocks: _Blocks) -> None:
    blocks.take(6)
    width, height, flags = struct.unpack("<HHB", blocks.take(7)[:5])
    reading.block("size")
    if reading.depth == 0:
        reading.width, reading.height = width, height
    _skip_palette(blocks, flags)


def _skip_palette(blocks: _Blocks, flags: int) -> None:
    if flags & 0x80:
        blocks.take(3 << (flags & 7) + 1)


def _skip_frame(blocks: _Blocks) -> None:
    _skip_palette(blocks, blocks.take(9)[8])
    blocks.take(1)
    blocks.pass_sub_blocks()


def _extension(reading: Reading, blocks: _Blocks) -> None:
    label = blocks.take(1)[0]
    start, end = blocks.pass_sub_blocks()
    if label == _GRAPHIC_CONTROL:
        return
    reading.step(_EXTENSION_STEPS)
    reading.spend(min(end - start, _MAX_EXTENSION))
    data = blocks.source.read(start, min(end - start, _MAX_EXTENSION))
    if end - start > _MAX_EXTENSION:
        reading.cannot("extension", "too long")
    if label == _APPLICATION:
        _application(reading, data, blocks.source.start + start if blocks.source.start >= 0 else -1)
    elif label == _COMMENT:
        _text(reading, _joined(data), "Comment Extension")
    elif label == _PLAIN_TEXT:
        _text(reading, _joined(data[data[0] + 1 :]) if data else b"", "Plain Text Extension")
    elif _joined(data).strip(b"\0"):
        reading.cannot("unknown extension", "of a type that is not known here")


def _joined(data: bytes) -> bytes:
    """The content of sub-blocks without their lengths."""
    pieces = []
    at = 0
    while at < len(data):
        end = at + 1 + data[at]
        pieces.append(data[at + 1 : end])
        at = end
    return b"".join(pieces)


def _text(reading: Reading, data: bytes, where: str) -> None:
    text = words(data)
    if not text:
        return
    reading.block("text")
    for kind in sorted(_TEXT if holds_prompt(text) else {Kind.FREE_TEXT}):
        reading.add(kind, "app-other", where, text)


_SILENT = (b"NETSCAPE", b"ANIMEXTS1.0", b"MIDICTRLJon", b"MIDISONGDm7", b"ImageMagick")
"""How often a picture is shown, sounds, and a gamma."""


def _application(reading: Reading, data: bytes, start: int) -> None:
    """`data` begins with the sub-block that names the application."""
    reading.step(_APPLICATION_STEPS)
    name, body = data[1:12], data[12:]
    if name == b"XMP DataXMP":
        _xmp(reading, body)
    elif name == b"ICCRGBG1012":
        reading.block("color-profile")
    elif name == b"MGK8BIM0000":
        photoshop.read(reading, in_memory(_joined(body)), "MGK8BIM")
    elif name == b"MGKIPTC0000":
        _iptc(reading, _joined(body))
    elif name.startswith(b"C2PA_GIF"):
        jumbf.read(reading, in_memory(_joined(body)), "C2PA_GIF")
    elif not name.startswith(_SILENT):
        _unknown(reading, name, body)


def _xmp(reading: Reading, body: bytes) -> None:
    """As it is, with the landing bytes behind it; or in sub-blocks as any other extension, as some programs do."""
    end = body.rfind(_LANDING)
    packet = (
        body[:end].removesuffix(b"\1")
        if end >= 0
        else body
        if body[:1] in (b"<", b"\xef", b"\xfe", b"\xff")
        else _joined(body)
    )
    xmp.read(reading, packet, "XMP DataXMP")


def _iptc(reading: Reading, data: bytes) -> None:
    if data.startswith(b"8BIM"):
        photoshop.read(reading, in_memory(data), "MGKIPTC")
    else:
        iptc.read(reading, data, "MGKIPTC")


def _unknown(reading: Reading, name: bytes, body: bytes) -> None:
    reading.block("app-other")
    if name.upper().startswith(b"ADOBE:IR"):
        reading.add(Kind.EDITING_SOFTWARE, "app-other", "ADOBE:IR", "Adobe ImageReady")
    content = in_memory(_joined(body))
    if not strays.blank(content, 0, content.size):
        strays.read(reading, content, "app-other", "application extension")
