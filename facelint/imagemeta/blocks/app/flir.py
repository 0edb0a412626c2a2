"""FLIR's record of a thermal picture, which goes through many segments: camera, lens, place."""

from __future__ import annotations

import struct

from facelint.imagemeta.blocks.app.gopro import tell_gps
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading

HOLDS = frozenset({
    Kind.GPS, Kind.SERIAL_NUMBERS, Kind.CAPTURED_AT, Kind.FREE_TEXT, Kind.SECONDARY_IMAGES, Kind.SOFTWARE,
})  # fmt: skip

OPENING = b"FLIR\0"
HEAD = 8
"""Bytes of a segment before its part of the record: name, version, its number from 0, the number of the last one."""

_CAMERA, _TEXT, _IMAGE, _GPS = 0x20, 0x23, 0x0E, 0x2B
_MAX_RECORDS = 256
_SERIALS = ((0x104, 16, "CameraSerialNumber"), (0x1A0, 16, "LensSerialNumber"), (0x21C, 32, "FilterSerialNumber"))
_TIME = 0x384


def read(reading: Reading, data: bytes, where: str) -> None:
    """A whole record: a head, an index of parts, the parts."""
    head = data[:0x40]
    if head[:4] not in (b"FFF\0", b"AFF\0") or len(head) < 0x40:
        reading.cannot(where, "damaged", HOLDS)
        return
    order = ">" if 100 <= int.from_bytes(head[0x14:0x18], "big") < 200 else "<"
    begin, count = struct.unpack_from(f"{order}II", head, 0x18)
    index = data[begin : begin + 32 * min(count, _MAX_RECORDS)]
    if len(index) < 32 * count:
        reading.cannot(where, "its index breaks off", HOLDS)
    for at in range(0, len(index) - 31, 32):
        reading.step()
        (kind,) = struct.unpack_from(f"{order}H", index, at)
        start, length = struct.unpack_from(f"{order}II", index, at + 12)
        if kind and start + length > len(data):
            reading.cannot(where, "a part breaks off", HOLDS)
        if kind in _PARTS:
            _PARTS[kind](reading, data[start : start + length], where)


def _order(part: bytes, sign: int) -> str:
    """Of a part's numbers: the first is known."""
    return "<" if part[:2] == sign.to_bytes(2, "little") else ">"


def _camera(reading: Reading, part: bytes, where: str) -> None:
    for at, size, name in _SERIALS:
        text = _string(part[at : at + size])
        if text.strip("0"):
            reading.add(Kind.SERIAL_NUMBERS, "app-other", f"{where} > {name}", text)
    if any(part[_TIME : _TIME + 4]):
        reading.add(Kind.CAPTURED_AT, "app-other", f"{where} > DateTimeOriginal")


def _string(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("latin-1").strip()


def _gps(reading: Reading, part: bytes, where: str) -> None:
    if len(part) < 0x20 or not any(part[:4]):
        return
    latitude, longitude = struct.unpack_from(f"{_order(part, 1)}dd", part, 0x10)
    tell_gps(reading, "app-other", f"{where} > GPS", latitude, longitude)


def _text(reading: Reading, part: bytes, where: str) -> None:
    """Pairs of labels and values, as the camera's user noted them."""
    text = part.replace(b"\0", b" ").decode("utf-8", "replace").strip()
    if text:
        reading.add(Kind.FREE_TEXT, "app-other", f"{where} > text", text)


def _image(reading: Reading, part: bytes, where: str) -> None:
    """The picture in visible light, if it is a JPEG or a PNG."""
    data = part[0x20:]
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        reading.picture(Kind.SECONDARY_IMAGES, "app-other", f"{where} > EmbeddedImage", -1, len(data), data)


_PARTS = {_CAMERA: _camera, _TEXT: _text, _IMAGE: _image, _GPS: _gps}
