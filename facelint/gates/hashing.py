"""The SHA-256 of many files at once."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from facelint.errors import DatasetError
from facelint.gates.contents import Entry, Stamp, shown

BUFFER = 1 << 18
"""Bytes that a thread reads at once, always into the same memory: 1.7 times as fast as reading large files whole."""
_TASK = 32
"""Files handed to a thread at once."""
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW


def digests(entries: Sequence[Entry], threads: int | None = None) -> list[bytes]:
    """The digest of each. Raises DatasetError for one that cannot be read, or is not as it was when it was listed."""
    parts = [entries[at : at + _TASK] for at in range(0, len(entries), _TASK)]
    own = threading.local()

    def some(part: Sequence[Entry]) -> list[bytes]:
        if not hasattr(own, "buffer"):
            own.buffer = memoryview(bytearray(BUFFER))
        return [_digest(entry, own.buffer) for entry in part]

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        return list(chain.from_iterable(pool.map(some, parts)))


def _digest(entry: Entry, buffer: memoryview) -> bytes:
    total, taken = hashlib.sha256(), 0
    try:
        descriptor = os.open(entry.path, _FLAGS)
        try:
            if Stamp.of(os.fstat(descriptor)) != entry.stamp:
                raise changed(entry.name)
            while n := os.readv(descriptor, [buffer]):
                total.update(buffer[:n])
                taken += n
        finally:
            os.close(descriptor)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DatasetError(f"{shown(entry.name)}: cannot be read ({why})") from None
    if taken != entry.stamp.size:
        raise changed(entry.name)
    return total.digest()


def changed(name: bytes) -> DatasetError:
    return DatasetError(f"{shown(name)}: changed while the dataset was being read")
