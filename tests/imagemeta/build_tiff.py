"""TIFF structures of any entries, in either byte order, as TIFF or BigTIFF."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL, DOUBLE, IFD = 1, 2, 3, 4, 5, 7, 10, 12, 13
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 18: "Q"}


class Raw(NamedTuple):
    """A value with a number of values that need not be true; or an offset in its place."""

    many: int
    value: bytes = b""
    offset: int | None = None


class Directory(list["Entry"]):
    """What an entry points to."""


Value = bytes | str | int | float | Sequence[float] | Sequence[tuple[int, int]] | Raw | Directory
Entry = tuple[int, int, Value]


def encode(kind: int, value: Value, order: str) -> tuple[int, bytes]:
    """The number of values, and their bytes."""
    if isinstance(value, Raw):
        return value.many, value.value
    if isinstance(value, str):
        value = value.encode() + b"\0"
    if isinstance(value, bytes):
        return len(value), value
    if isinstance(value, int | float):
        return 1, struct.pack(order + _CODES[kind], value)
    numbers = [part for one in value for part in (one if isinstance(one, tuple) else (one,))]
    code = {RATIONAL: "I", SRATIONAL: "i"}.get(kind) or _CODES[kind]
    return len(value), struct.pack(f"{order}{len(numbers)}{code}", *numbers)


def directory(entries: Sequence[Entry], at: int, order: str = "<", wide: bool = False, following: int = 0) -> bytes:
    """A directory that begins at an offset, its values behind it, and those it points to behind these."""
    head, body = b"", b""
    count_code, pointer, inline = ("Q", "Q", 8) if wide else ("H", "I", 4)
    size = struct.calcsize("<" + count_code) + len(entries) * (20 if wide else 12) + inline
    for tag, kind, value in entries:
        end = at + size + len(body)
        if isinstance(value, Directory):
            count, data = 1, struct.pack(order + _CODES[kind], end)
            body += directory(value, end, order, wide)
        else:
            count, data = encode(kind, value, order)
            if isinstance(value, Raw) and value.offset is not None:
                data = struct.pack(order + pointer, value.offset)
            elif len(data) > inline:
                body += data + b"\0" * (len(data) % 2)
                data = struct.pack(order + pointer, end)
        head += struct.pack(order + "HH" + pointer, tag, kind, count) + data.ljust(inline, b"\0")
    return struct.pack(order + count_code, len(entries)) + head + struct.pack(order + pointer, following) + body


def tiff(*directories: Sequence[Entry], order: str = "<", wide: bool = False) -> bytes:
    """A structure of directories that follow each other."""
    at = 16 if wide else 8
    magic = b"II" if order == "<" else b"MM"
    built = magic + struct.pack(order + ("HHHQ" if wide else "HI"), *((43, 8, 0, at) if wide else (42, at)))
    for index, entries in enumerate(directories):
        last = index == len(directories) - 1
        at = len(built)
        following = 0 if last else at + len(directory(entries, at, order, wide))
        built += directory(entries, at, order, wide, following)
    return built


def rationals(*numbers: int) -> tuple[tuple[int, int], ...]:
    return tuple((number, 1) for number in numbers)


def coordinates(north: Sequence[int] = (48, 52, 32), west: Sequence[int] = (123, 23, 33)) -> Directory:
    """In the middle of the Pacific."""
    return Directory([
        (0, BYTE, b"\2\3\0\0"), (1, ASCII, "N"), (2, RATIONAL, rationals(*north)), (3, ASCII, "W"),
        (4, RATIONAL, rationals(*west)), (29, ASCII, "2024:05:06"),
    ])  # fmt: skip


def camera(*more: Entry, exif: Sequence[Entry] = (), gps: Directory | None = None, order: str = "<") -> bytes:
    """What a phone writes, without anything personal but what is said, and a thumbnail of 200 bytes."""
    first: list[Entry] = [
        (0x010F, ASCII, "Example"), (0x0110, ASCII, "Example 1"), (0x0112, SHORT, 6), (0x011A, RATIONAL, ((72, 1),)),
        (0x011B, RATIONAL, ((72, 1),)), (0x0128, SHORT, 2), (0x0131, ASCII, "1.2.3"),
        (0x0132, ASCII, "2024:05:06 07:08:09"), (0x0213, SHORT, 1),
    ]  # fmt: skip
    below: list[Entry] = [
        (0x829A, RATIONAL, ((1, 60),)), (0x829D, RATIONAL, ((18, 10),)), (0x8822, SHORT, 2), (0x8827, SHORT, 100),
        (0x9000, UNDEFINED, b"0232"), (0x9101, UNDEFINED, b"\1\2\3\0"), (0x9201, SRATIONAL, ((6, 1),)),
        (0x9202, RATIONAL, ((17, 10),)), (0x9203, SRATIONAL, ((1, 1),)), (0x9204, SRATIONAL, ((0, 1),)),
        (0x9205, RATIONAL, ((17, 10),)), (0x9207, SHORT, 2), (0x9209, SHORT, 0), (0x920A, RATIONAL, ((43, 10),)),
        (0xA000, UNDEFINED, b"0100"), (0xA001, SHORT, 1), (0xA002, LONG, 4032), (0xA003, LONG, 3024),
        (0xA217, SHORT, 2), (0xA301, UNDEFINED, b"\1"), (0xA402, SHORT, 0), (0xA403, SHORT, 0), (0xA405, SHORT, 27),
        (0xA406, SHORT, 0),
    ]  # fmt: skip
    first += more
    first.append((0x8769, LONG, Directory(sorted([*below, *exif], key=lambda entry: entry[0]))))
    if gps is not None:
        first.append((0x8825, LONG, gps))
    first.sort(key=lambda entry: entry[0])
    thumbnail: list[Entry] = [(0x0103, SHORT, 6), (0x0201, LONG, 0), (0x0202, LONG, 200)]
    whole = tiff(first, thumbnail, order=order)
    thumbnail[1] = (0x0201, LONG, len(whole))
    return tiff(first, thumbnail, order=order) + b"\xff\xd8" + bytes(196) + b"\xff\xd9"


def with_note(make: str, note: Callable[[int], bytes], model: str = "Example 1", order: str = "<") -> bytes:
    """EXIF with a maker's note, which is built with its offset in the structure."""
    size = len(note(0))
    marker = bytes(37 + index % 199 for index in range(size))
    built = tiff(
        [
            (0x010F, ASCII, make),
            (0x0110, ASCII, model),
            (0x8769, LONG, Directory([(0x9000, UNDEFINED, b"0232"), (0x927C, UNDEFINED, marker)])),
        ],
        order=order,
    )
    at = built.index(marker)
    return built[:at] + note(at) + built[at + size :]
