"""Movies: `moov` and `moof` boxes with their tracks (ISO/IEC 14496-12, 8); image sequences and CR3 have them too."""

from __future__ import annotations

from dataclasses import dataclass

from facelint.imagemeta.containers.bmff import canon, heif, payloads, user_data, uuids
from facelint.imagemeta.containers.bmff.boxes import HARMLESS, Box, boxes, near
from facelint.imagemeta.containers.bmff.words import moment
from facelint.imagemeta.model import EVERYTHING, Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

MAX_DEPTH = 8
MAX_SAMPLES = 64
"""Of a track of metadata that are read."""

_CONTAINERS = frozenset({b"trak", b"mdia", b"minf", b"stbl", b"traf", b"meco", b"htka"})
_PICTURES = frozenset({b"vide", b"pict"})
_SUBTITLES = frozenset({b"text", b"sbtl", b"subt", b"clcp"})
_DATA = frozenset({b"meta", b"camm", b"data"})
_OF_SUBTITLES = frozenset({Kind.GPS, Kind.LOCATION_TEXT, Kind.CAPTURED_AT, Kind.FREE_TEXT})
_OF_ACTION = frozenset({Kind.GPS, Kind.SERIAL_NUMBERS, Kind.CAPTURED_AT, Kind.FACE_REGIONS})
_TIMED: dict[bytes, frozenset[Kind]] = {
    b"camm": frozenset({Kind.GPS}),
    b"gpmd": _OF_ACTION,
    b"rtmd": _OF_ACTION,
    b"fdsc": frozenset(),
    b"tmcd": frozenset(),
}
"""By the kind of a sample, what timed metadata may tell."""
_MOMENTS = (b"application/motionphoto-image-meta", b"application/microvideo", b"application/vnd.google")
"""In the description of tracks that say which frame is the picture, not more."""
_KEYED = {
    b"location": frozenset({Kind.GPS, Kind.LOCATION_TEXT}),
    b"detected-face": frozenset({Kind.FACE_REGIONS}),
}


@dataclass(slots=True)
class Track:
    handler: bytes = b""
    description: bytes = b""
    samples: int = 0
    size: int = 0
    """Of each sample; 0 where they differ."""
    sizes: bytes = b""
    """Four bytes for each sample where they differ."""
    chunks: bytes = b""
    """Offsets in the file."""
    wide: bool = False
    """Whether an offset takes eight bytes."""

    @property
    def entry(self) -> bytes:
        return self.description[12:16]

    def extents(self) -> list[tuple[int, int]]:
        """Of the first samples, where each has a chunk of its own."""
        step = 8 if self.wide else 4
        count = min(self.samples, len(self.chunks) // step, MAX_SAMPLES)
        found = []
        for i in range(count):
            size = self.size or int.from_bytes(self.sizes[i * 4 : i * 4 + 4], "big")
            found.append((int.from_bytes(self.chunks[i * step : i * step + step], "big"), size))
        return found

    def pixels(self) -> tuple[int, int]:
        """Width and height of a visual sample entry (12.1.3)."""
        data = self.description
        return int.from_bytes(data[40:42], "big"), int.from_bytes(data[42:44], "big")


class Movie:
    """One reading of a `moov` box."""

    def __init__(self, reading: Reading, file: Source) -> None:
        self._reading = reading
        self._file = file
        self.tracks: list[Track] = []

    def read(self, source: Source, where: str, depth: int = 0) -> None:
        """The boxes of a `moov`, or of one in it."""
        if depth > MAX_DEPTH:
            self._reading.cannot(where, "too deep")
            return
        source = near(self._reading, source)
        for box in boxes(self._reading, source, 0, where, EVERYTHING):
            self._box(source, box, where, depth)

    def _box(self, source: Source, box: Box, where: str, depth: int) -> None:
        reading, kind = self._reading, box.kind
        if kind in _CONTAINERS:
            if kind == b"trak":
                self.tracks.append(Track())
            self.read(box.body(source), f"{where} > {kind.decode()}", depth + 1)
            if kind == b"trak":
                self._told(self.tracks[-1], f"{where} > trak")
        elif kind in (b"mvhd", b"tkhd"):
            _created(reading, source.read(box.begin, 12), f"{where} > {kind.decode()}")
        elif kind == b"udta":
            user_data.read(reading, self._file, box.body(source), f"{where} > udta")
        elif kind == b"meta":
            heif.read(reading, self._file, box.body(source), f"{where} > meta")
        elif kind == b"uuid":
            uuids.read(reading, self._file, box.body(source), where)
        elif kind == b"cmov":
            reading.cannot(f"{where} > cmov", "compressed")
        elif kind in (b"gps ", b"GPS "):
            reading.cannot(f"{where} > gps", "in a maker's own format", frozenset({Kind.GPS}))
        elif kind in _TABLES:
            if self.tracks:
                self._table(self.tracks[-1], kind, box.body(source))
        elif kind not in HARMLESS:
            payloads.read_unknown(reading, box.body(source), f"{where} > box")

    def _table(self, track: Track, kind: bytes, body: Source) -> None:
        size = 44 + 4096 if kind == b"stsd" else 20 + 8 * MAX_SAMPLES
        data = body.read(0, size)
        if kind == b"hdlr":
            track.handler = track.handler or data[8:12]
        elif kind == b"stsd":
            track.description = data
        elif kind in (b"stsz", b"stz2"):
            track.samples = int.from_bytes(data[8:12], "big")
            track.size = int.from_bytes(data[4:8], "big") if kind == b"stsz" else 0
            track.sizes = data[12:] if kind == b"stsz" else b""
        else:
            track.wide = kind == b"co64"
            track.chunks = data[8:]

    def _told(self, track: Track, where: str) -> None:
        """What the samples of a track may tell."""
        if track.handler in _PICTURES and track.entry == b"CRAW":
            if b"JPEG" in track.description:
                self._previews(track, f"{where} > JPEG")
        elif track.entry == b"CTMD":
            self._timed(track, f"{where} > CTMD")
        elif not track.samples:
            return
        elif track.handler in _SUBTITLES:
            self._reading.cannot(where, "subtitles are not read", _OF_SUBTITLES)
        elif track.entry == b"mebx":
            hides = [kinds for key, kinds in _KEYED.items() if key in track.description]
            self._reading.cannot(where, "timed metadata is not read", frozenset().union(*hides))
        elif track.handler in _DATA and not any(kind in track.description for kind in _MOMENTS):
            hides_all = _TIMED.get(track.entry, _OF_ACTION | _OF_SUBTITLES)
            self._reading.cannot(where, "timed metadata is not read", hides_all)

    def _previews(self, track: Track, where: str) -> None:
        for at, size in track.extents()[:1]:
            if at + size > self._file.size:
                self._reading.cannot(where, "not in the file", frozenset({Kind.PREVIEW}))
            else:
                canon.jpeg(self._reading, self._file.part(at, size), where)

    def _timed(self, track: Track, where: str) -> None:
        extents = track.extents()
        if len(extents) < track.samples:
            self._reading.cannot(where, "not all of it is read", canon.PIECES)
        for at, size in extents:
            if at + size > self._file.size:
                self._reading.cannot(where, "not in the file", canon.PIECES)
                return
            canon.timed(self._reading, self._file.part(at, size), where)

    def pictures(self) -> tuple[int | None, int | None, int | None]:
        """Of the first track of pictures, width, height and number of frames."""
        for track in self.tracks:
            if track.handler in _PICTURES:
                width, height = track.pixels()
                return width or None, height or None, track.samples or None
        return None, None, None


_TABLES = frozenset({b"hdlr", b"stsd", b"stsz", b"stz2", b"stco", b"co64"})


def _created(reading: Reading, data: bytes, where: str) -> None:
    """Of a header: version and flags, then when it was made, in four bytes or eight."""
    moment(reading, int.from_bytes(data[4:12] if data[:1] == b"\1" else data[4:8], "big"), f"{where} > creation_time")
