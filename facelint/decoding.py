"""Decoding pictures with Pillow, within bounds of pixels, frames, scans and pieces, whatever their bytes."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING

from facelint.files import open_regular

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 100_000_000
"""Of one picture, or of all frames of a moving one; larger ones are not decoded."""

MAX_FRAMES = 10_000
MAX_SCANS = 100
MAX_PIECES = 8_000

_PLUGINS = ("Jpeg", "Mpo", "Png", "WebP", "Gif", "Tiff", "Bmp", "Avif")


class NotDecoded(Exception):
    """Why it was not established whether a picture decodes."""


class NoPicture(Exception):
    """The bytes do not decode: they are no picture, are damaged or break off."""


class NotKnown(NoPicture):
    """They are not even known as a picture: damaged at their head, or of a kind that the decoder does not have."""


@cache
def _pillow_formats() -> tuple[str, ...]:
    """Pillow's names of the formats read here, with their readers loaded, and no others."""
    from PIL import Image

    logging.getLogger("PIL").addHandler(logging.NullHandler())  # its words about a file belong to no one's terminal
    for name in _PLUGINS:
        import_module(f"PIL.{name}ImagePlugin")
    return tuple(name for name in map(str.upper, _PLUGINS) if name in Image.OPEN)


def formats() -> tuple[str, ...]:
    """What is decoded here: AVIF only where the installed Pillow has it."""
    return tuple(name.lower() for name in _pillow_formats() if name != "MPO")


@contextmanager
def quiet() -> Iterator[None]:
    """Pillow tells of damaged metadata by warnings, which are no matter of decoding. To be entered before threads."""
    _pillow_formats()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _Counted(BufferedReader):
    """A stream from which only so much may be read piece by piece, until `left` is None.

    A picture can be of millions of pieces, and Pillow takes quadratic time to join those of EXIF in a JPEG.
    """

    left: int | None = MAX_PIECES

    def read(self, size: int | None = -1, /) -> bytes:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise NotDecoded("its metadata are in too many pieces")
        return super().read(size)


@contextmanager
def opened(path: str) -> Iterator[Image]:
    """The picture of a file, of which the first frame is decoded.

    Raises NotDecoded, NoPicture, and OSError where the file cannot be read.
    """
    with _Counted(open_regular(path).detach()) as stream, _opened(stream) as image:
        if image.format in ("JPEG", "MPO") and _more_scans(path):
            raise NotDecoded(f"more than {MAX_SCANS} scans")
        _load(image)
        yield image


def decoded(data: bytes) -> Image:
    """The picture of these bytes, decoded. Raises NotDecoded and NoPicture."""
    if data.count(b"\xff\xda") > MAX_SCANS:
        raise NotDecoded(f"more than {MAX_SCANS} scans")
    stream = _Counted(BytesIO(data))
    image = _opened(stream)
    _load(image)
    return image


def _opened(stream: _Counted) -> Image:
    from PIL import Image

    try:
        image = Image.open(stream, formats=_pillow_formats())
    except NotDecoded:
        raise
    except Image.DecompressionBombError:
        raise NotDecoded(f"more than {MAX_PIXELS:,} pixels") from None
    except Exception as error:  # Pillow's parsers raise almost anything on bytes from strangers
        if isinstance(error, OSError) and error.errno:
            raise
        if isinstance(error, ValueError) and "MAX_TEXT" in str(error):  # a bound of Pillow's own on a PNG's text
            raise NotDecoded("its text is too large") from None
        raise NotKnown from None
    stream.left = None
    if image.width * image.height > MAX_PIXELS:
        raise NotDecoded(f"more than {MAX_PIXELS:,} pixels")
    return image


def _load(image: Image) -> None:
    try:
        image.load()
    except MemoryError:
        raise NotDecoded("not enough memory") from None
    except Exception as error:  # a decoder that stops, for whatever reason, has not decoded the file
        if isinstance(error, OSError) and error.errno:
            raise
        raise NoPicture from None


def load_further_frames(image: Image) -> None:
    """Decodes what follows the first frame of a moving picture. Raises as `opened`."""
    if image.format == "MPO":  # its further pictures are pictures of their own
        return
    budget = MAX_PIXELS - image.width * image.height
    for frame in range(1, MAX_FRAMES):
        if not _has(image, frame):
            return
        budget -= image.width * image.height
        if budget < 0:
            raise NotDecoded(f"its frames have more than {MAX_PIXELS:,} pixels")
        _load(image)
    raise NotDecoded(f"more than {MAX_FRAMES:,} frames")


def _has(image: Image, frame: int) -> bool:
    """Moves on to a frame, if there is one."""
    try:
        image.seek(frame)
    except EOFError:
        return False
    except Exception as error:  # as above
        if isinstance(error, OSError) and error.errno:
            raise
        raise NoPicture from None
    return True


def _more_scans(path: str) -> bool:
    """Whether a JPEG has more than MAX_SCANS: each, however short, may go over all of the picture once more."""
    scans, last = 0, b""
    with open_regular(path) as stream:
        while scans <= MAX_SCANS and (data := stream.read(2**20)):
            scans += (last + data).count(b"\xff\xda")
            last = data[-1:]
    return scans > MAX_SCANS
