"""XMP sidecars: files of their own, beside the picture that they tell of."""

from __future__ import annotations

from facelint.imagemeta.blocks import xmp
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source


def read(reading: Reading, source: Source) -> None:
    reading.block("sidecar")
    if reading.wanted.isdisjoint(xmp.HOLDS):
        return
    packet = source.read(0, min(source.size, xmp.MAX_PACKET + 1))
    if len(packet) < min(source.size, xmp.MAX_PACKET + 1):
        reading.cannot("sidecar", "the file is shorter than it was", xmp.HOLDS)
    with reading.within("sidecar", "sidecar"):
        xmp.read(reading, packet, "XMP")
