"""Everything that a picture's file tells beside the picture, read from its bytes alone. Nothing here is decoded."""

from __future__ import annotations

from facelint.imagemeta.containers import Reader, reader_of
from facelint.imagemeta.model import EVERYTHING, ImageMetadata, Kind
from facelint.imagemeta.reading import Reading, TooMuch
from facelint.imagemeta.source import FileSource, Source, in_memory

__all__ = ["EVERYTHING", "FileSource", "ImageMetadata", "Kind", "Source", "in_memory", "read"]


def read(source: Source, wanted: frozenset[Kind] = EVERYTHING, searches: bool = True) -> ImageMetadata:
    """What the file tells of the kinds that are wanted.

    Without `searches` only that is read which the file's structure leads to; that more may lie in the bytes between,
    as a picture behind the end of a JPEG, is then said as unreadable. Raises OSError where the file can't be read.
    """
    reading = Reading(wanted, searches)
    reading.format, reader = reader_of(source)
    if reader is None:
        reading.cannot("file", "not a picture of a format that is read here")
        return reading.result()
    unread = _unread(reader, reading, source)
    if unread:
        reading.steps_left = 1  # for this last word
        reading.cannot(reading.format, unread)
    return reading.result()


def _unread(reader: Reader, reading: Reading, source: Source) -> str:
    """Reads the file; why some of it was not read, if so."""
    try:
        reader(reading, source)
    except TooMuch as error:
        return str(error)
    except OSError:
        raise
    except Exception as error:  # bytes from strangers: whatever a reader did not foresee leaves the file unread
        return f"damaged in a way that is not known here ({type(error).__name__})"
    return ""
