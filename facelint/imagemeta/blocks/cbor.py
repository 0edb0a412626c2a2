"""CBOR (RFC 8949) from strangers, as far as JUMBF needs it.

Written here rather than taken from a library: a few types only, no shared references, no numbers built from bytes, no
room taken for lengths that the data does not have, and each item counted as work of the reading that it is for.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

MAX_DEPTH = 32

Value = None | bool | int | float | str | bytes | list["Value"] | dict[str, "Value"]


class NotCbor(Exception):
    """Says in a few words why, without anything that the data holds."""


def decode(data: bytes, step: Callable[[], None]) -> Value:
    """The first item of the data; tags give what they tag. `step` is called for each item. Raises NotCbor."""
    return _Decoder(data, step).item(0)


class _Decoder:
    def __init__(self, data: bytes, step: Callable[[], None]) -> None:
        self.data = data
        self.at = 0
        self.step = step

    def item(self, depth: int) -> Value:
        self.step()
        if depth > MAX_DEPTH:
            raise NotCbor(f"CBOR more than {MAX_DEPTH} deep")
        major, detail = divmod(self.take(1)[0], 32)
        if major == 7:
            return self.simple(detail)
        length = self.argument(detail) if detail < 28 else None
        if length is None and (detail != 31 or major in (0, 1, 6)):
            raise NotCbor("not CBOR")
        if major == 2:
            return self.string(2, length)
        if major == 3:
            return self.string(3, length).decode("utf-8", "replace")
        if major == 4:
            return self.array(length, depth)
        if major == 5:
            return self.map(length, depth)
        if major == 6:
            return self.item(depth + 1)
        return -1 - (length or 0) if major else length

    def take(self, size: int) -> bytes:
        taken = self.data[self.at : self.at + size]
        if len(taken) < size:
            raise NotCbor("CBOR that breaks off")
        self.at += size
        return taken

    def argument(self, detail: int) -> int:
        return detail if detail < 24 else int.from_bytes(self.take(1 << (detail - 24)), "big")

    def simple(self, detail: int) -> Value:
        if detail in _FLOATS:
            form = _FLOATS[detail]
            return float(struct.unpack(form, self.take(struct.calcsize(form)))[0])
        if detail == 24:
            self.take(1)
        elif detail > 24:
            raise NotCbor("not CBOR")
        return {20: False, 21: True}.get(detail)

    def ended(self) -> bool:
        """Whether the end of an item of no told length stands here; then it is taken."""
        end = self.data[self.at : self.at + 1] == b"\xff"
        self.at += end
        return end

    def string(self, major: int, length: int | None) -> bytes:
        if length is not None:
            return self.take(length)
        parts = []
        while not self.ended():
            self.step()
            one, detail = divmod(self.take(1)[0], 32)
            if one != major or detail > 27:
                raise NotCbor("not CBOR")
            parts.append(self.take(self.argument(detail)))
        return b"".join(parts)

    def array(self, length: int | None, depth: int) -> list[Value]:
        items: list[Value] = []
        while not self.ended() if length is None else len(items) < length:
            items.append(self.item(depth + 1))
        return items

    def map(self, length: int | None, depth: int) -> dict[str, Value]:
        """Numbers as keys become text; two keys alike leave open which one counts, so that it is no map."""
        pairs: dict[str, Value] = {}
        while not self.ended() if length is None else len(pairs) < length:
            key = self.item(depth + 1)
            if isinstance(key, bool) or not isinstance(key, str | int):
                raise NotCbor("CBOR with keys that are neither text nor numbers")
            name = str(key)
            if name in pairs:
                raise NotCbor("CBOR with the same key twice")
            pairs[name] = self.item(depth + 1)
        return pairs


_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
