"""What a picture's file tells, as far as Pillow reads it.

Pillow shows only some of the places where a picture may carry coordinates. Where a file has a block that is not read
here, the answer is that it could not be established, never that there are none.
"""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from io import BufferedReader
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from facelint.columns import Column
from facelint.facts import Cost, Fact
from facelint.files import Located, open_regular
from facelint.plan import Ask, Probe
from facelint.probes.file import located, per_path
from facelint.values import BOOLEAN, INTEGER, FactType, Value, enum, list_of

if TYPE_CHECKING:
    from PIL.Image import Exif, Image

    from facelint.probes import Context

MAX_PIXELS = 100_000_000
"""Of one picture, or of all frames of a moving one; larger ones are not decoded."""

MAX_FRAMES = 10_000
MAX_SCANS = 100
MAX_PIECES = 8_000

FORMATS = ("jpeg", "png", "webp", "gif", "tiff", "bmp", "avif")
_PLUGINS = ("Jpeg", "Mpo", "Png", "WebP", "Gif", "Tiff", "Bmp", "Avif")
_EXTENSIONS = {
    "jpeg": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "png": {".png", ".apng"},
    "tiff": {".tif", ".tiff"},
    "bmp": {".bmp", ".dib"},
}
PLACES = ("exif", "xmp", "iptc", "makernote", "mpf", "trailer", "quicktime", "png-text", "jumbf", "app-other",
          "sidecar")  # fmt: skip


def _fact(name: str, type: FactType, doc: str, cost: Cost = Cost.HEADER) -> Fact:
    return Fact(f"image.{name}", type, doc, cost=cost)


FACTS = (
    _fact("format", enum(*FORMATS), "Format by content"),
    _fact("extension_matches", BOOLEAN, "The file's extension is one of its format's"),
    _fact("width", INTEGER, "Width in pixels, as stored"),
    _fact("height", INTEGER, "Height in pixels, as stored"),
    _fact("decodes", BOOLEAN, "The whole file decodes; false where it is no picture or is cut short", Cost.PIXELS),
    _fact("gps", BOOLEAN, "A full, non-zero latitude and longitude", Cost.FILE),
    _fact("gps_in", list_of(*PLACES), "Where coordinates are", Cost.FILE),
    _fact("serial_numbers", BOOLEAN, "Serial numbers of the camera or lens", Cost.FILE),
    _fact("person_names", BOOLEAN, "Names of the persons shown", Cost.FILE),
)

Told = dict[str, tuple[Value | None, str | None]]
"""By fact, its value, or why it could not be established."""


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    places = located(ask, context)
    names = tuple(sorted(wanted, key=lambda name: wanted[name].cost))  # decoding moves to other frames: last
    formats = _pillow_formats()
    with _listening(), ThreadPoolExecutor(os.cpu_count()) as pool:
        told = list(pool.map(lambda at: _tell(at, names, formats), places))
    context.files_opened += sum(at is not None and not at.not_readable for at in places)
    if "image.decodes" in wanted:
        context.pictures_decoded += sum(at is not None and not at.not_readable for at in places)
    return {
        name: per_path(ask, fact.type, [t[name][0] for t in told], [t[name][1] for t in told])
        for name, fact in wanted.items()
    }


@cache
def _pillow_formats() -> tuple[str, ...]:
    """Pillow's names of the formats read here, with their readers loaded, and no others."""
    from PIL import Image

    logging.getLogger("PIL").addHandler(logging.NullHandler())  # its words about a file belong to no one's terminal
    for name in _PLUGINS:
        import_module(f"PIL.{name}ImagePlugin")
    return tuple(name for name in map(str.upper, _PLUGINS) if name in Image.OPEN)


_heard = threading.local()
"""Whether Pillow warned of the file that a thread is reading: `_heard.damage`."""


def _hear(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    if issubclass(category, UserWarning):
        _heard.damage = True


@contextmanager
def _listening() -> Iterator[None]:
    """Pillow tells of damaged metadata by warnings: they stay off stderr, and the answer takes them into account."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = _hear
        yield


def _tell(at: Located | None, names: tuple[str, ...], formats: tuple[str, ...]) -> Told:
    if at is None:
        return dict.fromkeys(names, (None, None))
    if at.not_readable:
        return dict.fromkeys(names, (None, at.not_readable))
    try:
        with _Counted(open_regular(at.path).detach()) as stream:
            return _of_file(stream, at, names, formats)
    except OSError as error:
        return dict.fromkeys(names, (None, f"cannot be read ({error.strerror or type(error).__name__})"))


def _of_file(stream: _Counted, at: Located, names: tuple[str, ...], formats: tuple[str, ...]) -> Told:
    from PIL import Image

    _heard.damage = False
    try:
        image = Image.open(stream, formats=formats)
    except _NotRead as error:
        return dict.fromkeys(names, (None, str(error)))
    except Image.DecompressionBombError:
        return dict.fromkeys(names, (None, f"more than {MAX_PIXELS:,} pixels"))
    except Exception as error:  # Pillow's parsers raise almost anything on bytes from strangers
        if isinstance(error, OSError) and error.errno:
            raise
        unknown = f"not a picture that can be read here ({', '.join(FORMATS)})"
        stream.left = None
        undecodable: tuple[Value | None, str | None] = (None, unknown) if _foreign(stream) else (False, None)
        return {name: undecodable if name == "image.decodes" else (None, unknown) for name in names}
    stream.left = None
    with image:
        return {name: _safely(_ASK[name], image, at) for name in names}


class _Counted(BufferedReader):
    """A stream from which only so much may be read piece by piece, until `left` is None.

    A picture can be of millions of pieces, and Pillow takes quadratic time to join those of EXIF in a JPEG.
    """

    left: int | None = MAX_PIECES

    def read(self, size: int | None = -1, /) -> bytes:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise _NotRead("its metadata are in too many pieces")
        return super().read(size)


def _foreign(stream: BufferedReader) -> bool:
    """Whether the bytes may be a picture of a format that Pillow does not read: then decoding was not examined."""
    stream.seek(0)
    head = stream.read(16)
    return head[4:8] == b"ftyp" or head.startswith(_FOREIGN)


_FOREIGN = (b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51", b"8BPS", b"II", b"MM", b"FUJIFILM")


def _safely(
    ask: Callable[[Image, Located], Value | None], image: Image, at: Located
) -> tuple[Value | None, str | None]:
    try:
        return ask(image, at), None
    except _NotRead as error:
        return None, str(error)
    except Exception as error:  # as above: what cannot be told is data, not a crash
        return None, f"cannot be read ({type(error).__name__})"


class _NotRead(Exception):
    """Why a fact could not be established."""


def _format(image: Image, at: Located) -> str:
    name = str(image.format).lower()
    return "jpeg" if name == "mpo" else name


def _extension_matches(image: Image, at: Located) -> bool:
    name = _format(image, at)
    return PurePosixPath(at.named).suffix.lower() in _EXTENSIONS.get(name, {f".{name}"})


def _decodes(image: Image, at: Located) -> bool:
    budget = MAX_PIXELS
    if image.width * image.height > budget:
        raise _NotRead(f"more than {MAX_PIXELS:,} pixels")
    if image.format in ("JPEG", "MPO") and _more_scans(at):
        raise _NotRead(f"more than {MAX_SCANS} scans")
    try:
        image.seek(0)
        for frame in range(MAX_FRAMES):
            if frame and not _has(image, frame):
                break
            budget -= image.width * image.height
            if budget < 0:
                raise _NotRead(f"its frames have more than {MAX_PIXELS:,} pixels")
            image.load()
        else:
            raise _NotRead(f"more than {MAX_FRAMES:,} frames")
    except (_NotRead, MemoryError):
        raise
    except Exception as error:  # a decoder that stops, for whatever reason, has not decoded the file
        if isinstance(error, OSError) and error.errno:
            raise
        return False
    return True


def _has(image: Image, frame: int) -> bool:
    """Moves on to a frame, if there is one; those of an MPO are pictures of their own."""
    if image.format == "MPO":
        return False
    try:
        image.seek(frame)
    except EOFError:
        return False
    return True


def _more_scans(at: Located) -> bool:
    """Whether a JPEG has more than MAX_SCANS: each, however short, may go over all of the picture once more."""
    scans, last = 0, b""
    with open_regular(at.path) as stream:
        while scans <= MAX_SCANS and (data := stream.read(2**20)):
            scans += (last + data).count(b"\xff\xda")
            last = data[-1:]
    return scans > MAX_SCANS


def _gps(image: Image, at: Located) -> bool:
    if _in_exif(image):
        return True
    _all_was_read(image, at, "coordinates")
    return False


def _serial_numbers(image: Image, at: Located) -> bool:
    exif = _exif(image)
    own = exif.get_ifd(_EXIF_IFD) if exif else {}
    if any(str(ifd.get(tag) or "").strip() for ifd in (exif or {}, own) for tag in _SERIALS):
        return True
    if _MAKER_NOTE in own:
        raise _NotRead("no serial numbers in EXIF, but a maker note that is not read yet")
    _all_was_read(image, at, "serial numbers")
    return False


def _person_names(image: Image, at: Located) -> bool:
    """EXIF has no place for them."""
    _exif(image)
    _all_was_read(image, at, "names of persons")
    return False


def _all_was_read(image: Image, at: Located, what: str) -> None:
    """Raises _NotRead where the file has, beside the EXIF that was read, anything that may hold personal data."""
    with open_regular(at.path) as stream:
        data = stream.read(_MAX_SEARCHED + 1)
    if len(data) > _MAX_SEARCHED or any(data.find(mark, _SIGNATURE) >= 0 for mark in _UNREAD):
        raise _NotRead(f"no {what} in EXIF, but the file has blocks that are not read yet (XMP, IPTC or others)")
    blocks = sum(map(data.count, _TIFF_HEADERS))
    if _heard.damage or blocks < _exif_blocks(image):
        raise _NotRead("EXIF is damaged")
    if blocks > _exif_blocks(image) or _more_pages(image):
        raise _NotRead(f"no {what} in the first block of EXIF, but the file has more that are not read yet")


def _exif_blocks(image: Image) -> int:
    """How many blocks of EXIF Pillow reads: a second one, or that of a picture behind the picture, it passes over."""
    return 1 if image.format == "TIFF" or "exif" in image.info else 0


def _more_pages(image: Image) -> bool:
    if image.format != "TIFF":
        return False
    more = _SUB_IFDS in image.getexif() or _has(image, 1)
    image.seek(0)
    return more


def _gps_in(image: Image, at: Located) -> tuple[str, ...] | None:
    return ("exif",) if _gps(image, at) else None


_MAX_SEARCHED = 256 * 2**20
_SIGNATURE = 16
"""Bytes at the head that tell the format."""
_UNREAD = (b"ns.adobe.com/xap", b"ns.adobe.com/xmp", b"xmpmeta", b"x\0m\0p\0m\0e\0t\0a", b"<?xpacket",
           b"XMP Data", b"8BIM", b"Raw profile type", b"GPSLatitude", b"zTXt", b"iTXt", b"zxIf", b"jumb", b"MPF\0",
           b"ftyp", b"SEFT")  # fmt: skip
"""What blocks and trailers begin with that may hold personal data, and that are not read here."""
_TIFF_HEADERS = (b"II*\0", b"MM\0*")
"""What each block of EXIF begins with."""
_SUB_IFDS, _EXIF_IFD, _GPS_IFD, _LATITUDE, _LONGITUDE = 0x014A, 0x8769, 0x8825, 2, 4
_MAKER_NOTE, _SERIALS = 0x927C, (0xA431, 0xA435, 0xC62F)
"""Serial numbers of body and lens (Exif 2.31), and of the camera (DNG)."""


def _in_exif(image: Image) -> bool:
    """Whether EXIF holds a latitude and a longitude of three parts each that are not both zero."""
    exif = _exif(image)
    if exif is None:
        return False
    if not isinstance(exif.get(_GPS_IFD), int | dict | None):
        raise _NotRead("EXIF is damaged")
    gps = exif.get_ifd(_GPS_IFD)
    degrees = [_degrees(gps.get(tag)) for tag in (_LATITUDE, _LONGITUDE)]
    return None not in degrees and any(degrees)


def _exif(image: Image) -> Exif | None:
    """EXIF parsed anew: opening a JPEG reads some of it, and what was wrong with it is not told a second time.

    None where a PNG has none; Pillow would decode the picture to look for one behind it.
    """
    from PIL.Image import Exif

    if "exif" not in image.info:
        if image.format != "PNG":
            return image.getexif()
        if _no_late_exif(image):
            return None
        raise _NotRead("EXIF stands after the picture's data, where it is not read yet")
    exif = Exif()
    exif.load(image.info["exif"])
    return exif


def _degrees(value: object) -> float | None:
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    total = float(value[0]) + float(value[1]) / 60 + float(value[2]) / 3600
    return total if abs(total) <= 360 else None


def _no_late_exif(image: Image) -> bool:
    """Whether no chunk of a PNG holds EXIF; its header is walked without decoding, as Pillow's `getexif` would."""
    stream = getattr(image, "fp", None)
    if stream is None:
        raise _NotRead("the file is closed")
    kept, position = stream.tell(), 8
    try:
        for _ in range(100_000):
            stream.seek(position)
            head = stream.read(8)
            if len(head) < 8 or head[4:] == b"IEND":
                return True
            if head[4:] in (b"eXIf", b"zxIf"):
                return False
            position += 12 + int.from_bytes(head[:4], "big")
        return False
    finally:
        stream.seek(kept)


_ASK: dict[str, Callable[[Image, Located], Value | None]] = {
    "image.format": _format,
    "image.extension_matches": _extension_matches,
    "image.width": lambda image, at: image.width,
    "image.height": lambda image, at: image.height,
    "image.decodes": _decodes,
    "image.gps": _gps,
    "image.gps_in": _gps_in,
    "image.serial_numbers": _serial_numbers,
    "image.person_names": _person_names,
}

PROBE = Probe("image", "What a picture's own file tells", FACTS, look, needs={"": ("path",)})
