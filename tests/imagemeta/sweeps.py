"""What holds for every file, however it is cut or damaged: nothing found in it whole goes missing unsaid."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable

from facelint.imagemeta import EVERYTHING, FileSource, ImageMetadata, Kind, in_memory, read

MAX_SECONDS = 10.0
"""Of processor time, against blow-ups; `make fuzz` holds each file to a second."""


def of(data: bytes, wanted: frozenset[Kind] = EVERYTHING) -> ImageMetadata:
    return read(in_memory(data, 0), wanted)


def from_file(data: bytes) -> ImageMetadata:
    """As `of`, read by position as files are."""
    with tempfile.TemporaryFile() as stream:
        stream.write(data)
        stream.flush()
        return read(FileSource.of(stream.fileno()))


def kinds(found: ImageMetadata) -> set[Kind]:
    told = {one.kind for one in found.findings} | {one.kind for one in found.embedded}
    return told | ({Kind.GPS} if found.gps_state == "yes" else set())


def values(found: ImageMetadata, kind: Kind) -> list[str]:
    return [one.value for one in found.findings if one.kind is kind]


def gps(found: ImageMetadata) -> list[tuple[str, str]]:
    return [(one.place, one.state) for one in found.coordinates]


def unsaid(data: bytes, sizes: Iterable[int] | None = None) -> list[tuple[int, Kind]]:
    """By size of what is left of a file, the kinds of findings that neither are found in it nor said to be hidden."""
    whole = kinds(of(data))
    missing = []
    for size in range(len(data)) if sizes is None else sizes:
        found = of(data[:size])
        missing += [(size, kind) for kind in whole - kinds(found) if not found.hidden(kind)]
    return missing


def mutated(seeds: list[bytes], count: int, seed: int) -> Iterable[bytes]:
    """Files with some bytes changed, doubled, taken away or cut off."""
    chance = random.Random(seed)  # noqa: S311
    for number in range(count):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            match chance.randrange(6):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    data[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\0\0\0\1"))
                case 2:
                    data[at:at] = data[at : at + chance.randrange(1, 40)]
                case 3:
                    del data[at : at + chance.randrange(1, 40)]
                case 4:
                    data[at] ^= 1 << chance.randrange(8)
                case _:
                    data[at:] = data[at : at + 1] if chance.random() < 0.2 else data[at:]
            if not data:
                data = bytearray(seeds[0])
        yield bytes(data)


def slowest(files: Iterable[bytes]) -> float:
    """Seconds of the file that takes longest. What escapes from reading one fails the test."""
    worst = 0.0
    for data in files:
        begin = time.process_time()
        found = of(data)
        worst = max(worst, time.process_time() - begin)
        assert not any("not known here (" in one.reason for one in found.unreadable), found.unreadable
    return worst
