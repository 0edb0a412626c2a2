"""Mutated files: sound ones with bytes turned over, cut, moved, put together, and numbers made too large."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100, 0x10000, 0xFFFFFFF0)
MARKS = (
    b"\xff\xd8\xff\xe1", b"Exif\0\0II*\0", b"MM\0*", b"\xff\xd9", b"\xff\xda", b"\xff\xed", b"\xff\xeb", b"8BIM",
    b"<x:xmpmeta", b"<?xpacket", b"jumb", b"jumd", b"ftypheic", b"moov", b"meta", b"iloc", b"iinf", b"uuid",
    b"zTXt", b"iTXt", b"eXIf", b"IEND", b"RIFF", b"WEBP", b"GIF89a", b"SEFT", b"MPF\0II*\0", b"<!ENTITY a 'b'>",
    b"&a;", b"\x1c\x02\x50", b"\0\0\0\0",
)  # fmt: skip

Change = Callable[[random.Random, bytearray, Sequence[bytes]], None]


def _flip(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    for _times in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(data))
        data[at] ^= 1 << rng.randrange(8)


def _set(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    data[rng.randrange(len(data))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))


def _number(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    """A number of two, four or eight bytes, in either order, as counts, sizes and offsets are written."""
    size = rng.choice((2, 4, 4, 4, 8))
    number = rng.choice((*NUMBERS, rng.randrange(len(data) + 2), len(data))) % (1 << 8 * size)
    at = rng.randrange(len(data))
    data[at : at + size] = number.to_bytes(size, rng.choice(("big", "little")))


def _near_head(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    """As `_number`, where the structures are."""
    at = rng.randrange(min(len(data), 400))
    data[at : at + 4] = rng.choice(NUMBERS).to_bytes(4, rng.choice(("big", "little")))


def _cut(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    del data[rng.randrange(len(data)) :]


def _remove(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.choice((1, 2, 4, 12, 100, 1000))]


def _repeat(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at, size = rng.randrange(len(data)), rng.choice((1, 4, 12, 64, 500))
    data[at:at] = data[at : at + size] * rng.choice((1, 1, 2, 10, 100))


def _insert(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = rng.randrange(len(data) + 1)
    data[at:at] = rng.choice((rng.choice(MARKS), rng.randbytes(rng.randrange(1, 9)), bytes(rng.randrange(1, 40))))


def _overwrite(rng: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    mark = rng.choice(MARKS)
    at = rng.randrange(len(data))
    data[at : at + len(mark)] = mark


def _splice(rng: random.Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    """A piece of another file put over, or behind, this one."""
    other = rng.choice(seeds)
    start = rng.randrange(len(other))
    piece = other[start : start + rng.choice((16, 200, 4000, len(other)))]
    at = rng.randrange(len(data) + 1)
    data[at : at + rng.choice((0, len(piece)))] = piece


def _append(rng: random.Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    data += rng.choice(seeds)


CHANGES: tuple[Change, ...] = (
    _flip, _flip, _set, _number, _number, _near_head, _near_head, _cut, _remove, _repeat, _insert, _overwrite, _splice,
    _append,
)  # fmt: skip


def mutated(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds, changed once to six times; never empty, at most 300 KB."""
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        rng.choice(CHANGES)(rng, data, seeds)
        if not data:
            data = bytearray(b"\xff")
    return bytes(data[:300_000])
