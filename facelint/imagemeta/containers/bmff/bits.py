"""Bits as JPEG XL packs them: the lowest of each byte first (ISO/IEC 18181-1, B.2)."""

from __future__ import annotations


class Bits:
    """Answers with zeros behind the end, and remembers that it did."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def overrun(self) -> bool:
        return self._at > len(self._data) * 8

    def take(self, count: int) -> int:
        at = self._at
        self._at = at + count
        window = self._data[at >> 3 : (at + count + 7) >> 3]
        return (int.from_bytes(window, "little") >> (at & 7)) & ((1 << count) - 1)

    def choose(self, *forms: tuple[int, int]) -> int:
        """One of four forms, as two bits say: so many bits, and what is to be added to them."""
        count, base = forms[self.take(2)]
        return self.take(count) + base
