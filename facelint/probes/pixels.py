"""What a picture shows once it is decoded: that it decodes whole, its perceptual hash, and whether the small pictures
within its file show the same."""

from __future__ import annotations

import os
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from facelint import decoding
from facelint.columns import Column
from facelint.decoding import NoPicture, NotDecoded, NotKnown
from facelint.facts import Cost, Fact
from facelint.files import Located
from facelint.plan import Ask, Probe
from facelint.probes.file import located, per_path
from facelint.values import BOOLEAN, TEXT, Value

if TYPE_CHECKING:
    from PIL.Image import Image

    from facelint.imagemeta import ImageMetadata
    from facelint.imagemeta.model import Embedded
    from facelint.probes import Context

DECODES = Fact(
    "image.decodes", BOOLEAN, "The whole file decodes; false where it is no picture or is cut short", cost=Cost.PIXELS
)
DIFFERS = Fact(
    "image.thumbnail_differs",
    BOOLEAN,
    "A thumbnail or preview in the file shows another picture, as that before a crop or a blur",
    cost=Cost.PIXELS,
)
HASH = Fact("image.phash", TEXT, "Perceptual hash of the picture (PDQ), 64 hexadecimal digits", cost=Cost.PIXELS)

MAX_EMBEDDED = 64 * 2**20
"""Bytes of a picture within a picture."""

Told = tuple[Value | None, str | None]
"""The value of a fact, or why it could not be established."""


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    places = located(ask, context)
    told = [_told_undecoded(at, wanted) for at in places]
    left = [(n, at) for n, at in enumerate(places) if at is not None and told[n].keys() < wanted.keys()]
    if left:
        from concurrent.futures import ThreadPoolExecutor

        with decoding.quiet(), ThreadPoolExecutor(os.cpu_count()) as pool:
            for n, found in pool.map(lambda one: (one[0], _tell(one[1], wanted.keys() - told[one[0]])), left):
                told[n] |= found
    context.files_opened += sum(at is not None and not at.not_readable for at in places)
    context.pictures_decoded += len(left)
    return {
        name: per_path(ask, fact.type, [one[name][0] for one in told], [one[name][1] for one in told])
        for name, fact in wanted.items()
    }


def _told_undecoded(at: Located | None, wanted: Mapping[str, Fact]) -> dict[str, Told]:
    """What is known without decoding: of what is not there everything; that no picture in the file shows another,
    where there is none in it."""
    if at is None:
        return dict.fromkeys(wanted, (None, None))
    if at.not_readable:
        return dict.fromkeys(wanted, (None, at.not_readable))
    if DIFFERS.name not in wanted:
        return {}
    try:
        metadata = _metadata(at)
    except OSError:  # then it cannot be decoded either, which tells why
        return {}
    bare = metadata.format and not metadata.embedded and not _hidden(metadata)
    return {DIFFERS.name: (False, None)} if bare else {}


def _hidden(metadata: ImageMetadata) -> str:
    """Why there may be a picture in the file that was not found."""
    from facelint.imagemeta import Kind

    return metadata.hidden(Kind.THUMBNAIL) or metadata.hidden(Kind.PREVIEW)


def _tell(at: Located, wanted: Set[str]) -> dict[str, Told]:
    try:
        with decoding.opened(at.path) as image:
            told = {name: _ASK[name](image, at) for name in wanted if name != DECODES.name}
            if DECODES.name in wanted:  # last: it moves on to other frames
                told[DECODES.name] = _decodes(image)
            return told
    except NotDecoded as error:
        return dict.fromkeys(wanted, (None, str(error)))
    except NoPicture as error:
        return _undecoded(at, wanted, isinstance(error, NotKnown))
    except OSError as error:
        return dict.fromkeys(wanted, (None, f"cannot be read ({error.strerror or type(error).__name__})"))


def _undecoded(at: Located, wanted: Set[str], at_head: bool) -> dict[str, Told]:
    """Of a file that Pillow does not decode: is it one that it should? A TIFF may be of any kind whatever."""
    kind, known = _metadata(at).format, decoding.formats()
    if kind == "tiff" and at_head:
        return dict.fromkeys(wanted, (None, "it is not known to be decodable here"))
    why = f"{kind} is not decoded here" if kind and kind not in known else "it does not decode"
    told: dict[str, Told] = dict.fromkeys(wanted, (None, why))
    if DECODES.name in wanted and (not kind or kind in known):
        told[DECODES.name] = (False, None)
    return told


def _decodes(image: Image) -> Told:
    try:
        decoding.load_further_frames(image)
    except NotDecoded as error:
        return None, str(error)
    except NoPicture:
        return False, None
    return True, None


def _hash(image: Image, at: Located) -> Told:
    from facelint.pixels import pdq

    return pdq(image)[0], None


def _differs(image: Image, at: Located) -> Told:
    from facelint.imagemeta import Kind

    metadata = _metadata(at)
    doubt = _hidden(metadata)
    for one in metadata.embedded:
        if one.kind is Kind.SECONDARY_IMAGES:
            continue
        differs, why = _shows_another(image, at, one)
        if differs:
            return True, None
        doubt = doubt or why or ""
    return (None, doubt) if doubt else (False, None)


def _shows_another(image: Image, at: Located, one: Embedded) -> Told:
    from facelint.pixels import shows_another

    if one.length > MAX_EMBEDDED:
        return None, f"{one.where}: larger than {MAX_EMBEDDED // 2**20} MiB"
    try:
        small = decoding.decoded(one.data or _bytes(at, one))
    except NotDecoded as error:
        return None, f"{one.where}: {error}"
    except NoPicture:
        return None, f"{one.where}: does not decode"
    another = shows_another(image, small)
    return another, f"{one.where}: too plain to be compared" if another is None else None


def _bytes(at: Located, one: Embedded) -> bytes:
    from facelint.files import open_regular

    with open_regular(at.path) as stream:
        stream.seek(one.start)
        return stream.read(one.length)


def _metadata(at: Located) -> ImageMetadata:
    from facelint.files import open_regular
    from facelint.imagemeta import FileSource, Kind, read

    with open_regular(at.path) as stream:
        return read(FileSource.of(stream.fileno()), frozenset({Kind.THUMBNAIL, Kind.PREVIEW}))


_ASK = {HASH.name: _hash, DIFFERS.name: _differs}

PROBE = Probe(
    "pixels", "What a picture shows once it is decoded", (DECODES, DIFFERS, HASH), look, needs={"": ("path",)}
)
