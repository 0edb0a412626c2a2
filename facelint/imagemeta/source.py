"""Bytes to read from: a whole file, what is in memory, or a part of either."""

from __future__ import annotations

import os
from typing import Final, Self

HEAD = 4096
"""Bytes of the first read of a file: enough for what most headers say."""


class Source:
    """Some consecutive bytes, of which any part may be asked for. The first ones are at hand as `head`."""

    __slots__ = ("head", "size", "start")

    head: bytes
    size: Final[int]
    start: Final[int]
    """Of these bytes in the file; -1 where they are not in it as they are (decompressed, put together)."""

    def __init__(self, head: bytes, size: int, start: int) -> None:
        self.head = head
        self.size = size
        self.start = start

    def read(self, at: int, size: int) -> bytes:
        """`size` bytes from `at` on (neither negative); fewer where there are no more."""
        return self.head[at : at + size]

    def at_hand(self, least: int = HEAD) -> Self:
        """The same; a part of a file that begins far behind its head, with fewer first bytes than `least`, has a head
        of its own from now on."""
        return self

    def part(self, at: int, size: int) -> Source:
        """The bytes from `at` on, at most `size`, as a source of their own."""
        at = min(at, self.size)
        size = min(size, self.size - at)
        return Source(self.read(at, size), size, -1 if self.start < 0 else self.start + at)


def in_memory(data: bytes, start: int = -1) -> Source:
    return Source(data, len(data), start)


class FileSource(Source):
    """A part of an open file, read by position: the file's own position is neither used nor moved."""

    __slots__ = ("descriptor",)

    def __init__(self, descriptor: int, head: bytes, size: int, start: int = 0) -> None:
        super().__init__(head, size, start)
        self.descriptor = descriptor

    @classmethod
    def of(cls, descriptor: int) -> Self:
        """Raises OSError."""
        head = os.pread(descriptor, HEAD, 0)
        return cls(descriptor, head, len(head) if len(head) < HEAD else os.fstat(descriptor).st_size)

    def read(self, at: int, size: int) -> bytes:
        """As above. Raises OSError."""
        end = at + size
        if end <= len(self.head) or at >= self.size:
            return self.head[at:end]
        return os.pread(self.descriptor, min(end, self.size) - at, self.start + at)

    def at_hand(self, least: int = HEAD) -> Self:
        """As above. Raises OSError."""
        if len(self.head) < min(least, self.size):
            self.head = self.read(0, HEAD)
        return self

    def part(self, at: int, size: int) -> Source:
        at = min(at, self.size)
        size = min(size, self.size - at)
        if at + size <= len(self.head):
            return Source(self.head[at : at + size], size, self.start + at)
        return FileSource(self.descriptor, self.head[at:], size, self.start + at)
