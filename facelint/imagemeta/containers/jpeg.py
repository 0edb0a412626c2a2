"""JPEG: its segments, those between scans included, the further pictures of its index, and what follows its end."""

from __future__ import annotations

import re
import struct
import sys
from collections.abc import Callable, Iterator

from facelint.imagemeta.blocks import app, exif, iptc, jumbf, mpf, photoshop, strays, trailer, xmp
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source, in_memory

MAX_DATA = 2**29
"""Bytes of picture data that are searched for their end."""
_WINDOW = 2048
"""Bytes read at once where segments go on behind what is at hand."""
_OPENING = 128
"""Bytes of a segment that are at hand to tell what it is."""
_BLOCK = 2**17
"""Bytes of picture data that are searched at once: they stay in the processor's cache."""
_NEAR = 2048
"""Bytes searched for a marker before whole blocks are: between scans there are several markers close together."""
_FULL = 65_000
"""Bytes from which on a segment may be one that goes on in the next: it holds 65,533 at most."""

Segment = tuple[int, int, int, bytes]
"""Marker, where its content begins, the content's length as stated, and as much of the content as is at hand."""
_Range = tuple[int, int]

_COM, _SOS, _EOI, _SOI = 0xFE, 0xDA, 0xD9, 0xFFD8
_BROKEN, _BROKEN_DATA, _STRAY, _TOO_FAR = -1, -2, -3, -4
"""Instead of a marker: segments break off, picture data break off, bytes belong to no segment, no end within reach."""

_TOLD, _SCAN, _END, _ALONE, _FILL = range(5)
_CODES: dict[int, int] = (
    dict.fromkeys((*range(0xFFE0, 0xFFF0), 0xFFFE, 0xFFF7), _TOLD)
    | {0xFF00 | n: _TOLD for n in range(0xC0, 0xD0) if n not in (0xC4, 0xC8, 0xCC)}
    | dict.fromkeys((0xFF01, *range(0xFFD0, 0xFFD9)), _ALONE)
    | {0xFFDA: _SCAN, 0xFFD9: _END, 0xFFFF: _FILL}
)
"""What is done at two bytes: tell of a segment, go into picture data, end; or they have no length."""
_HOPPED = frozenset(range(0xFFC0, 0xFFFF)) - _CODES.keys()
"""Segments of tables."""
_HEAD = struct.Struct(">HH").unpack_from

_MARKER = re.compile(rb"\xff[\xc0-\xcf\xd9-\xef\xfe]|\xff\xd8(?=\xff)")
"""What ends picture data. Zero after 0xFF makes it a byte of data, RSTn belong to them; others are damage."""


def read(reading: Reading, source: Source) -> None:
    """The picture, those that it lists, and whatever follows."""
    for number, (start, length) in enumerate(picture(reading, source), 1):
        trailer.read(reading, source.part(start, length), "after EOI" if number == 1 else f"after EOI ({number})")


def picture(reading: Reading, source: Source) -> list[_Range]:
    """The picture that begins here and those that it lists: what is left belongs to none of them.

    Where its end is not known, nothing is left.
    """
    jpeg = _Jpeg(reading, source)
    end = -1
    for marker, at, size, opening in _segments(reading, source):
        tell = _TELL.get(marker)
        if tell is not None:
            tell(jpeg, at, size, opening)
        elif marker == _SOS:
            jpeg.finish()
            if not reading.searches or not reading.wanted:
                reading.cannot("after the picture's header", "not searched", trailer.HOLDS)
                break
        elif marker == _EOI:
            end = at
        else:
            _say(reading, source, marker, at, size)
    jpeg.finish()
    listed = jpeg.pictures()
    return _left(end, listed, source.size) if end >= 0 else []


def _left(end: int, listed: list[_Range], size: int) -> list[_Range]:
    left = []
    for start, length in [*listed, (size, 0)]:
        if end < start:
            left.append((end, start - end))
        end = max(end, start + length)
    return left


def _say(reading: Reading, source: Source, what: int, at: int, size: int) -> None:
    if what == _BROKEN:
        reading.cannot("segments", "the file breaks off")
    elif what == _BROKEN_DATA:
        reading.cannot("picture data", "the file breaks off", _CUT)
    elif what == _TOO_FAR:
        reading.cannot("picture data", f"more than {MAX_DATA // 2**20} MiB")
    elif source.read(at, min(size, _WINDOW)).strip(b"\0\xff"):
        reading.cannot("segments", "bytes between them", strays.HIDES)


_CUT = frozenset({Kind.TRAILER, Kind.SECONDARY_IMAGES, Kind.MOTION_PHOTO})
"""All that there is of a file without an end has been searched: but it was longer once."""


def _segments(reading: Reading, source: Source) -> Iterator[Segment]:
    """The segments of interest, between scans as well; at last where the picture ends, or why that isn't known.

    Whoever takes no more after a scan's head spares the search through the picture data.
    """
    window, base, at, count = source.head[:_BLOCK], 0, 2, 0
    head, codes, hopped, last, scanned = _HEAD, _CODES.get, _HOPPED, len(window) - 4, False
    while True:
        i = at - base
        if i > last:
            window, base, i = source.read(at, _WINDOW), at, 0
            last = len(window) - 4
            if last < 0:
                break
            reading.step(count)
            count = 0
        code, length = head(window, i)
        count += 1
        if code in hopped:
            at += 2 + length
            continue
        kind = codes(code)
        if kind == _TOLD and length > 1:
            if last - i < _OPENING and base + last + 4 < source.size:
                window, base, i = source.read(at, _WINDOW), at, 0
                last = len(window) - 4
                reading.step(count)
                count = 0
            yield code & 0xFF, at + 4, length - 2, window[i + 4 : i + 2 + length]
            at += 2 + length
        elif kind == _FILL:
            at += 1
        elif kind == _ALONE and not (scanned and code == _SOI):
            at += 2
        elif kind in (_END, _ALONE):
            yield _EOI, at + 2 if kind == _END else at, 0, b""
            return
        else:
            begin = at + (2 + length if kind == _SCAN else 0 if kind is None else 2)
            if kind == _SCAN:
                yield _SOS, at + 4, length - 2, b""
            reading.step(count)
            count = 0
            at, window, base = _next_marker(source, begin, window, base)
            last = len(window) - 4
            if kind != _SCAN and not scanned:
                yield _STRAY, begin, (at if at >= 0 else source.size) - begin, b""
            scanned |= kind == _SCAN
            if at < 0:
                yield at if scanned else _BROKEN, 0, 0, b""
                return
    rest = window.lstrip(b"\xff")
    if len(rest) < len(window) and rest[:1] == b"\xd9":
        yield _EOI, at + len(window) - len(rest) + 1, 0, b""
    else:
        yield _BROKEN_DATA if scanned else _BROKEN, at, 0, b""


def _next_marker(source: Source, at: int, window: bytes, base: int) -> tuple[int, bytes, int]:
    """Where the next marker is, or why that isn't known, and a window that reaches over it."""
    while True:
        found = _first_marker(window, at - base) if at - base < len(window) else -1
        if found >= 0:
            return base + found, window, base
        end = max(base + len(window), at)
        if end >= source.size:
            return _BROKEN_DATA, window, base
        if end > MAX_DATA:
            return _TOO_FAR, window, base
        at = max(end - 2, at)  # a marker, and the byte by which it is known, may lie across the border
        window, base = source.read(at, _BLOCK), at
        if base + len(window) <= end:
            return _BROKEN_DATA, window, base


def _first_marker(window: bytes, at: int) -> int:
    """With numpy, where that is loaded, four times as fast: few bytes are 0xFF."""
    numpy = sys.modules.get("numpy")
    if numpy is None or len(window) - at < 4 * _NEAR:
        found = _MARKER.search(window, at)
        return found.start() if found else -1
    near = _MARKER.search(window, at, at + _NEAR)
    if near:
        return near.start()
    values = numpy.frombuffer(window, numpy.uint8)
    places = numpy.flatnonzero(values[at:-1] == 0xFF) + at
    after = values[places + 1]
    for place in places[(after >= 0xC0) & ((after < 0xD0) | (after > 0xD7))].tolist():
        if _MARKER.match(window, place):
            return int(place)
    return -1


class _Jpeg:
    """One picture while it is read: what goes on in several segments is kept until all of them are known."""

    __slots__ = ("extended", "indexes", "pending", "reading", "source")

    def __init__(self, reading: Reading, source: Source) -> None:
        self.reading = reading
        self.source = source
        self.pending: dict[str, list[_Range]] = {}
        """By what they are parts of, where contents are."""
        self.extended: set[str] = set()
        """Numbers of extended XMP that the first packets name."""
        self.indexes: list[_Range] = []

    def part(self, at: int, size: int, opening: bytes, skip: int = 0) -> Source:
        """A segment's content behind so many bytes of it; the first ones are at hand."""
        part = self.source.part(at + skip, max(size - skip, 0))
        if not part.head:
            part.head = opening[skip:]
        return part

    def keep(self, what: str, at: int, size: int) -> None:
        self.pending.setdefault(what, []).append((at, max(min(size, self.source.size - at), 0)))

    def joined(self, ranges: list[_Range]) -> Source:
        """Contents put together; where they are one, as they stand in the file."""
        if len(ranges) == 1:
            return self.source.part(*ranges[0])
        self.reading.spend(2 * sum(size for _, size in ranges))  # the parts, and the whole
        return in_memory(b"".join(self.source.read(at, size) for at, size in ranges))

    def finish(self) -> None:
        """Reads what was kept."""
        if self.pending or self.extended:
            pending, self.pending = self.pending, {}
            for what, ranges in pending.items():
                if what in _JOINED:
                    _JOINED[what](self, ranges)
            _extended_xmp(self, {what[3:]: ranges for what, ranges in pending.items() if what.startswith("XMP")})
            self.extended = set()

    def pictures(self) -> list[_Range]:
        """Reads the further pictures of the indexes: where they are, in order."""
        ranges: list[_Range] = []
        if not self.indexes or not self.reading.wanted:
            return ranges
        for at, size in self.indexes:
            ranges += mpf.read(self.reading, self.source.part(at, size), self.source, "APP2 MPF", at)
        return sorted(ranges)


def _frame(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    reading = jpeg.reading
    if not reading.depth and reading.width is None and len(opening) >= 5:
        _, height, width = struct.unpack_from(">BHH", opening)
        reading.width, reading.height, reading.frames = width or None, height or None, 1


def _app0(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    if opening.startswith(b"JFIF\0"):
        jpeg.reading.block("size")
        _pixels(jpeg, at + 14, opening[12:14], 0)
    elif opening.startswith(b"JFXX\0"):
        _jfxx(jpeg, at, size, opening)
    else:
        _other(jpeg, 0, at, size, opening)


def _pixels(jpeg: _Jpeg, at: int, sides: bytes, palette: int) -> None:
    """A thumbnail of bare pixels."""
    length = sides[0] * sides[1] * (1 if palette else 3) if len(sides) == 2 else 0
    if length:
        _thumbnail(jpeg, at, palette + length)


def _jfxx(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    form = opening[5:6]
    if form == b"\x10":
        _thumbnail(jpeg, at + 6, size - 6)
    else:
        _pixels(jpeg, at + 8, opening[6:8], 768 if form == b"\x11" else 0)


def _thumbnail(jpeg: _Jpeg, at: int, size: int) -> None:
    part = jpeg.source.part(at, size)
    jpeg.reading.block("thumbnail")
    data = part.read(0, part.size) if part.start < 0 else b""
    jpeg.reading.picture(Kind.THUMBNAIL, "app-other", "APP0 thumbnail", part.start, part.size, data)


def _app1(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    if opening.startswith(b"Exif\0"):
        _exif(jpeg, at, size, opening)
    elif opening.startswith(_EXTENDED):
        jpeg.keep("XMP" + opening[35:67].hex(), at, size)
    elif opening.startswith(b"http://ns.adobe.com/xap/"):
        _xmp(jpeg, at, size, opening.find(b"\0") + 1)
    elif opening.startswith(app.flir.OPENING):
        jpeg.keep("FLIR", at, size)
    elif _PACKET.search(jpeg.source.read(at, min(size, 512))):
        _xmp(jpeg, at, size, 0)
    else:
        _other(jpeg, 1, at, size, opening)


_PACKET = re.compile(rb"<x:xmpmeta|<rdf:RDF|^<\?xpacket")
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"


def _exif(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    """Where a segment is full, EXIF may go on in the next one, which then has no head of a TIFF."""
    if not jpeg.reading.wanted:
        return
    if opening[6:8] in (b"II", b"MM") and "Exif" in jpeg.pending:
        _joined_exif(jpeg, jpeg.pending.pop("Exif"))
    if size >= _FULL or "Exif" in jpeg.pending:
        jpeg.keep("Exif", at + 6, size - 6)
    else:
        exif.read(jpeg.reading, jpeg.part(at, size, opening, 6), "exif", "APP1 Exif")


def _joined_exif(jpeg: _Jpeg, ranges: list[_Range]) -> None:
    exif.read(jpeg.reading, jpeg.joined(ranges), "exif", "APP1 Exif")


def _xmp(jpeg: _Jpeg, at: int, size: int, skip: int) -> None:
    reading = jpeg.reading
    if reading.wanted.isdisjoint(xmp.HOLDS):
        reading.block("xmp")
        return
    packet = jpeg.source.read(at + skip, size - skip)
    xmp.read(reading, packet, "APP1 XMP")
    if b"HasExtendedXMP" in packet or b"\0" in packet:
        guid = xmp.extended(reading, packet)
        if guid:
            jpeg.extended.add(guid.encode("latin-1", "replace").hex())


def _extended_xmp(jpeg: _Jpeg, parts: dict[str, list[_Range]]) -> None:
    """Each with the number of what it is a part of, the length of the whole, its place in that, and text."""
    reading = jpeg.reading
    if reading.wanted.isdisjoint(xmp.HOLDS):
        return
    for _ in jpeg.extended - parts.keys():
        reading.cannot("APP1 extended XMP", "named, but not there", xmp.HOLDS)
    for ranges in parts.values():
        packet = _assembled(jpeg, ranges)
        xmp.read(reading, packet, "APP1 extended XMP")


def _assembled(jpeg: _Jpeg, ranges: list[_Range]) -> bytes:
    reading, source = jpeg.reading, jpeg.source
    heads = [
        (*struct.unpack(">II", source.read(at + 67, 8).ljust(8, b"\0")), at + 75, size - 75) for at, size in ranges
    ]
    packet = bytearray()
    damaged = False
    for total, begin, at, size in sorted(heads, key=lambda head: head[1]):
        reading.spend(2 * max(size, 0))
        data = source.read(at, max(size, 0))
        twice = len(packet) - begin
        damaged |= twice < 0 or packet[begin : begin + size] != data[: max(twice, 0)] or total != heads[0][0]
        packet += data[max(twice, 0) :]
    if damaged or len(packet) != heads[0][0]:
        reading.cannot("APP1 extended XMP", "its parts do not make a whole", xmp.HOLDS)
    return bytes(packet)


def _app2(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    if opening.startswith(b"ICC_PROFILE\0"):
        jpeg.reading.block("color-profile")
    elif opening.startswith(b"MPF\0"):
        jpeg.indexes.append((at + 4, size - 4))
    elif opening.startswith(b"FPXR\0"):
        _fpxr(jpeg, at, size, opening)
    else:
        _other(jpeg, 2, at, size, opening)


def _fpxr(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    """FlashPix: lists of contents, and parts of streams, of which those of property sets may tell something."""
    jpeg.reading.block("app-other")
    if opening[6:7] == b"\x02" and b"\xfe\xff\0\0" in jpeg.source.read(at, min(size, 64)):
        jpeg.reading.cannot("APP2 FPXR", "property sets are not read here", strays.HIDES)


def _app11(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    """JUMBF: each segment repeats the head of the box that it is a part of (ISO 19566-5, D.2)."""
    if opening.startswith(b"JP") and opening[12:16] == b"jumb":
        jpeg.keep("JUMBF", at, size)
    else:
        _other(jpeg, 11, at, size, opening)


def _jumbf(jpeg: _Jpeg, ranges: list[_Range]) -> None:
    boxes: dict[bytes, dict[int, _Range]] = {}
    reading = jpeg.reading
    if reading.wanted.isdisjoint(jumbf.HOLDS):
        reading.block("jumbf")
        return
    for at, size in ranges:
        head = jpeg.source.read(at, 16)
        box = boxes.setdefault(head[2:4] + head[8:], {})
        number = int.from_bytes(head[4:8], "big")
        if number in box:
            reading.cannot("APP11 JUMBF", "a part is there twice", jumbf.HOLDS)
        box[number] = (at, size)
    for head, parts in boxes.items():
        _jumbf_box(jpeg, int.from_bytes(head[2:6], "big"), [parts[number] for number in sorted(parts)], sorted(parts))


def _jumbf_box(jpeg: _Jpeg, length: int, ranges: list[_Range], numbers: list[int]) -> None:
    """The first part with the head of the box, the others without."""
    skip = 24 if length == 1 else 16
    first, *others = ranges
    parts = [(first[0] + 8, first[1] - 8), *((at + skip, max(size - skip, 0)) for at, size in others)]
    whole = jpeg.joined(parts)
    if length == 1:
        length = int.from_bytes(whole.read(8, 8), "big")
    if numbers[-1] - numbers[0] != len(numbers) - 1 or whole.size < length:
        jpeg.reading.cannot("APP11 JUMBF", "parts are missing", jumbf.HOLDS)
    jumbf.read(jpeg.reading, whole, "APP11 JUMBF")


def _app13(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    for begin in (b"Photoshop 3.0\0", b"Adobe_Photoshop2.5:"):
        if opening.startswith(begin):
            jpeg.keep("Photoshop", at + len(begin), size - len(begin))
            return
    if opening[:2] in (b"\x1c\x01", b"\x1c\x02"):
        iptc.read(jpeg.reading, jpeg.source.read(at, size), "APP13 IPTC")
    else:
        _other(jpeg, 13, at, size, opening)


def _photoshop(jpeg: _Jpeg, ranges: list[_Range]) -> None:
    photoshop.read(jpeg.reading, jpeg.joined(ranges), "APP13 Photoshop")


def _flir(jpeg: _Jpeg, ranges: list[_Range]) -> None:
    jpeg.reading.block("app-other")
    if jpeg.reading.wanted.isdisjoint(app.flir.HOLDS):
        return
    numbered = sorted((jpeg.source.read(at + 6, 2), at + 8, size - 8) for at, size in ranges)
    data = jpeg.joined([(at, max(size, 0)) for _, at, size in numbered])
    last = numbered[0][0][1:]
    if [number[:1] for number, _, _ in numbered] != [bytes([n]) for n in range(last[0] + 1 if last else 0)]:
        jpeg.reading.cannot("APP1 FLIR", "parts are missing", app.flir.HOLDS)
    app.flir.read(jpeg.reading, data.read(0, data.size), "APP1 FLIR")


def _app14(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    if opening.startswith(b"Adobe"):
        jpeg.reading.block("size")
    else:
        _other(jpeg, 14, at, size, opening)


def _preview(jpeg: _Jpeg, ranges: list[_Range]) -> None:
    part = jpeg.joined(ranges)
    data = part.read(0, part.size) if part.start < 0 and Kind.PREVIEW in jpeg.reading.wanted else b""
    jpeg.reading.picture(Kind.PREVIEW, "app-other", "APP preview", part.start, part.size, data)
    with jpeg.reading.within("app-other", "APP preview"):
        picture(jpeg.reading, part)


_PREVIEWS = re.compile(rb"(?:QVGA\0|BGTH)?(?=\xff\xd8\xff)")


def _other(jpeg: _Jpeg, number: int, at: int, size: int, opening: bytes) -> None:
    """A preview goes on from APP2 or APP3 in those that follow."""
    jpeg.reading.step()
    if 2 <= number <= 5:
        begins = _PREVIEWS.match(opening)
        if begins:
            jpeg.keep("Preview", at + begins.end(), size - begins.end())
            return
        if "Preview" in jpeg.pending and jpeg.pending["Preview"][-1][1] >= _FULL:
            jpeg.keep("Preview", at, size)
            return
    app.read(jpeg.reading, number, jpeg.part(at, size, opening), opening)


def _named(number: int) -> Callable[[_Jpeg, int, int, bytes], None]:
    return lambda jpeg, at, size, opening: _other(jpeg, number, at, size, opening)


def _comment(jpeg: _Jpeg, at: int, size: int, opening: bytes) -> None:
    if not jpeg.reading.wanted.isdisjoint(app.texts.COMMENT_HOLDS):
        app.texts.comment(jpeg.reading, jpeg.source.read(at, size), "COM")


_TELL: dict[int, Callable[[_Jpeg, int, int, bytes], None]] = {
    code & 0xFF: _frame for code, kind in _CODES.items() if kind == _TOLD
}
_TELL |= {0xE0 + number: _named(number) for number in range(16)}
_TELL |= {0xE0: _app0, 0xE1: _app1, 0xE2: _app2, 0xEB: _app11, 0xED: _app13, 0xEE: _app14, _COM: _comment}

_JOINED: dict[str, Callable[[_Jpeg, list[_Range]], None]] = {
    "Exif": _joined_exif, "JUMBF": _jumbf, "Photoshop": _photoshop, "FLIR": _flir, "Preview": _preview,
}  # fmt: skip
