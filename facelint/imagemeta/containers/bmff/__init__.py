"""Files of boxes: HEIF, AVIF, CR3, JPEG XL, JPEG 2000, MP4 and QuickTime; also bare codestreams of the two JPEGs."""

from __future__ import annotations

from collections.abc import Callable

from facelint.imagemeta.blocks import trailer
from facelint.imagemeta.containers.bmff import canon, heif, jpeg2000, jxl, payloads, user_data, uuids
from facelint.imagemeta.containers.bmff.atoms import THUMBNAILS
from facelint.imagemeta.containers.bmff.boxes import HARMLESS, Box, blank, box_at, printable
from facelint.imagemeta.containers.bmff.brands import format_of
from facelint.imagemeta.containers.bmff.movie import Movie
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

_PADDING = frozenset({b"free", b"skip", b"wide", b"junk"})
_CALIBRATION = b"cdif"
"""Begins what Samsung's cameras keep in padding: numbers by which several shots were made one."""
_MIN_GAP = 512
"""Bytes between items that are more than alignment."""


def read(reading: Reading, source: Source) -> None:
    head = source.head
    if head.startswith(jxl.SIGNATURE):
        jxl.codestream(reading, source, "codestream")
        jxl.behind(reading, source)
    elif head.startswith(jpeg2000.SOC):
        end = jpeg2000.codestream(reading, source, "codestream")
        reading.frames = reading.frames if reading.depth else 1
        _behind(reading, source, end if end >= 0 else source.size)
    else:
        _File(reading, source).read()


class _File:
    """One reading of one file."""

    def __init__(self, reading: Reading, source: Source) -> None:
        self._reading = reading
        self._source = source
        self._brands: tuple[str, ...] = ()
        self._codec = b""
        self._movie: Movie | None = None
        self._data: list[tuple[int, int]] = []
        self._used: list[tuple[int, int]] | None = None

    def read(self) -> None:
        reading, source = self._reading, self._source
        at = 0
        while at < source.size:
            reading.step()
            box = box_at(source, at)
            if box is None or not printable(box.kind) or not (box.whole or self._known(box.kind)):
                break
            if box.kind == b"ftyp":
                if self._brands:
                    break
                self._brands = _brands(source.read(box.begin, min(box.end - box.begin, 256)))
                self._name()
            else:
                self._box(box)
            if not box.whole:
                reading.cannot("file", "ends within a box")
            at = box.end
        self._rest(at)
        self._gaps()
        self._name()
        self._frames()

    def _rest(self, at: int) -> None:
        rest = self._source.read(at, 16)
        if 0 < len(rest) < 16 and (rest.strip(b"\0") or len(rest) < 4):
            self._reading.cannot("file", "ends within a box")
        else:
            _behind(self._reading, self._source, at)

    def _known(self, kind: bytes) -> bool:
        return kind in _BOXES or kind in HARMLESS or kind in _PADDING

    def _box(self, box: Box) -> None:
        if box.kind == b"mdat":
            self._data.append((box.begin, box.end))
        elif box.kind in _BOXES:
            _BOXES[box.kind](self, box)
        elif box.kind in THUMBNAILS:
            payloads.thumbnail(self._reading, box.body(self._source), box.kind.decode().strip())
        elif box.kind not in HARMLESS and not self._calibrates(box):
            payloads.read_unknown(self._reading, box.body(self._source), "box")

    def _calibrates(self, box: Box) -> bool:
        return box.kind == b"free" and self._source.read(box.begin, 4) == _CALIBRATION

    def meta(self, box: Box) -> None:
        found = heif.read(self._reading, self._source, box.body(self._source), "meta")
        if self._reading.depth == 0 and self._reading.width is None and found.width is not None:
            self._reading.width, self._reading.height = found.width, found.height
        self._codec = self._codec or found.codec
        self._used = [*(self._used or ()), *found.used]

    def movie(self, box: Box) -> None:
        self._movie = self._movie or Movie(self._reading, self._source)
        self._movie.read(box.body(self._source), box.kind.decode())

    def user_data(self, box: Box) -> None:
        user_data.read(self._reading, self._source, box.body(self._source), "udta")

    def uuid(self, box: Box) -> None:
        uuids.read(self._reading, self._source, box.body(self._source), "")

    def exif(self, box: Box) -> None:
        payloads.read_exif(self._reading, box.body(self._source), "Exif")

    def xml(self, box: Box) -> None:
        payloads.read_xml(self._reading, box.body(self._source), "xml")

    def jumbf(self, box: Box) -> None:
        payloads.read_jumbf(self._reading, self._source.part(box.at, box.end - box.at), "jumb")

    def motion(self, box: Box) -> None:
        """The video of a motion photo."""
        self._reading.add(Kind.MOTION_PHOTO, "trailer", "mpvd")
        video = box.body(self._source)
        if not payloads.read_picture(self._reading, video, "trailer", "mpvd"):
            payloads.read_unknown(self._reading, video, "mpvd")

    def samsung(self, box: Box) -> None:
        trailer.read(self._reading, box.body(self._source).at_hand(), "sefd")

    def compressed(self, box: Box) -> None:
        jxl.compressed(self._reading, box.body(self._source))

    def reconstruction(self, box: Box) -> None:
        jxl.of_jpeg(self._reading, box.body(self._source))

    def jxl_codestream(self, box: Box) -> None:
        jxl.codestream(self._reading, box.body(self._source), "jxlc")

    def jxl_part(self, box: Box) -> None:
        """Four bytes that count the parts come first."""
        if self._source.read(box.begin, 4) in (b"\0\0\0\0", b"\x80\0\0\0"):
            body = box.body(self._source)
            jxl.codestream(self._reading, body.part(4, body.size), "jxlp")

    def jp2_header(self, box: Box) -> None:
        jpeg2000.header(self._reading, box.body(self._source), "jp2h")

    def jp2_codestream(self, box: Box) -> None:
        body = box.body(self._source)
        end = jpeg2000.codestream(self._reading, body, "jp2c")
        if 0 <= end < body.size:
            _behind(self._reading, body, end)

    def association(self, box: Box) -> None:
        jpeg2000.association(self._reading, self._source, box.body(self._source), box.kind.decode())

    def preview(self, box: Box) -> None:
        canon.jpeg(self._reading, box.body(self._source), box.kind.decode())

    def _gaps(self) -> None:
        """Data of a picture that no item needs."""
        if self._used is None or self._movie is not None or self._reading.depth:
            return
        used = sorted(self._used)
        for begin, end in self._data:
            at = begin
            for first, last in [*used, (end, end)]:
                if at < first <= end and first - at >= _MIN_GAP:
                    payloads.read_unknown(self._reading, self._source.part(at, first - at), "mdat")
                at = max(at, last)

    def _name(self) -> None:
        if self._reading.depth == 0:
            self._reading.format = format_of(self._brands, self._codec) or self._reading.format

    def _frames(self) -> None:
        reading = self._reading
        if reading.depth:
            return
        width, height, frames = self._movie.pictures() if self._movie else (None, None, None)
        if reading.width is None:
            reading.width, reading.height = width, height
        if reading.format != "jxl":
            reading.frames = 1 if frames is None or reading.format in ("cr3", "jp2") else frames


_BOXES: dict[bytes, Callable[[_File, Box], None]] = {
    b"meta": _File.meta,
    b"moov": _File.movie,
    b"moof": _File.movie,
    b"udta": _File.user_data,
    b"uuid": _File.uuid,
    b"Exif": _File.exif,
    b"xml ": _File.xml,
    b"jumb": _File.jumbf,
    b"mpvd": _File.motion,
    b"sefd": _File.samsung,
    b"brob": _File.compressed,
    b"jbrd": _File.reconstruction,
    b"jxlc": _File.jxl_codestream,
    b"jxlp": _File.jxl_part,
    b"jp2h": _File.jp2_header,
    b"jp2c": _File.jp2_codestream,
    b"asoc": _File.association,
    b"jpch": _File.association,
    b"jplh": _File.association,
    b"uinf": _File.association,
    b"pict": _File.preview,
    b"PICT": _File.preview,
}


def _brands(data: bytes) -> tuple[str, ...]:
    """The first, then those that it is compatible with; between them is a number."""
    return tuple(data[at : at + 4].decode("latin-1") for at in (0, *range(8, len(data) - 3, 4)))


def _behind(reading: Reading, source: Source, at: int) -> None:
    """What follows the last box, or the end of a codestream."""
    if at < source.size and not (source.size - at <= 2**12 and blank(source.read(at, 2**12))):
        trailer.read(reading, source.part(at, source.size - at).at_hand(), "trailer")
