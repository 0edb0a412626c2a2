"""`uuid` boxes: what is in them is told by sixteen bytes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from facelint.imagemeta.blocks import jumbf
from facelint.imagemeta.containers.bmff import canon, payloads
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

SIZE = 16
_USER_MEDIA = frozenset({Kind.FREE_TEXT, Kind.CAPTURED_AT, Kind.SOFTWARE})

_Reader = Callable[[Reading, Source, Source, str], None]


def read(reading: Reading, file: Source, source: Source, where: str) -> None:
    """`source` is the content of the box, `where` what the box stands in; empty where it stands in nothing."""
    outer = f"{where} > " if where else ""
    if source.size < SIZE:
        reading.cannot(f"{outer}uuid", "cut off")
        return
    name, reader = _READERS.get(source.read(0, SIZE), ("uuid", _unknown))
    reader(reading, file, source.part(SIZE, source.size - SIZE), f"{outer}{name}")


def _provenance(reading: Reading, _: Source, source: Source, where: str) -> None:
    """C2PA's box: version, flags, a purpose, for a manifest an offset, then JUMBF (C2PA 2.1, A.5)."""
    head = source.read(0, 128)
    end = head.find(b"\0", 4)
    purpose = head[4:end]
    if end < 0:
        reading.cannot(where, "without a purpose", jumbf.HOLDS)
    elif purpose != b"merkle":
        for at in (end + 9, end + 1):
            if head[at + 4 : at + 8] == b"jumb":
                payloads.read_jumbf(reading, source.part(at, source.size - at), where)
                return
        reading.cannot(where, "no JUMBF where it should be", jumbf.HOLDS)


def _user_media(reading: Reading, _: Source, source: Source, where: str) -> None:
    if not payloads.is_blank(reading, source):
        reading.cannot(where, "in a maker's own format", _USER_MEDIA)


def _unknown(reading: Reading, _: Source, source: Source, where: str) -> None:
    payloads.read_unknown(reading, source, where)


def _silent(reading: Reading, _: Source, source: Source, where: str) -> None:
    """What tells nothing of a person."""


def _of_source(read: Callable[[Reading, Source, str], None]) -> _Reader:
    return lambda reading, _, source, where: read(reading, source, where)


_READERS: dict[bytes, tuple[str, _Reader]] = {
    UUID(number).bytes: (name, reader)
    for number, name, reader in (
        ("be7acfcb-97a9-42e8-9c71-999491e3afac", "uuid XMP", _of_source(payloads.read_xmp)),
        ("d8fec3d6-1b0e-483c-9297-5828877ec481", "uuid C2PA", _provenance),
        ("85c0b687-820f-11e0-8111-f4ce462b6a48", "uuid Canon", canon.read),
        ("eaf42b5e-1c98-4b88-b9fb-b7dc406e4d16", "uuid PRVW", canon.preview),
        ("210f1687-9149-11e4-8111-00242131fce4", "uuid Canon CNOP", _silent),
        ("5766b829-bb6a-47c5-bcfb-8b9f2260d06d", "uuid Canon CMTA", _silent),
        ("0537cdab-9d0c-4431-a72a-fa561f2a113e", "uuid Exif", _of_source(payloads.read_tiff)),
        ("33c7a4d2-b81d-4723-a0ba-f1a3e097ad38", "uuid IPTC", _of_source(payloads.read_iptc)),
        ("09a14e97-c0b4-42e0-bebf-36df6f0ce36f", "uuid IPTC", _of_source(payloads.read_iptc)),
        ("2c4c0100-8504-40b9-a03e-562148d6dfeb", "uuid Photoshop", _of_source(payloads.read_photoshop)),
        ("b14bf8bd-083d-4b43-a5ae-8cd7d5a6ce03", "uuid GeoJP2", _silent),
        ("ffcc8263-f855-4a93-8814-587a02521fdd", "uuid spherical video", _of_source(payloads.read_xml)),
        ("55534d54-21d2-4fce-bb88-695cfac9c740", "uuid USMT", _user_media),
        ("50524f46-21d2-4fce-bb88-695cfac9c740", "uuid PROF", _silent),
        ("a2394f52-5a9b-4f14-a244-6c427c648df4", "uuid sample encryption", _silent),
        ("d4807ef2-ca39-4695-8e54-26cb9e46a79f", "uuid fragment", _silent),
        ("6d1d9b05-42d5-44e6-80e2-141daff757b2", "uuid fragment", _silent),
    )
}
_READERS[b"JpgTiffExif->JP2"] = ("uuid Exif", _of_source(payloads.read_tiff))
