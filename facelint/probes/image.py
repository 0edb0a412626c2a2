"""What a picture's own file tells beside the picture, in whatever place and format it is written there."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from facelint.columns import Column
from facelint.facts import Cost, Fact
from facelint.files import Located, open_regular
from facelint.imagemeta import FileSource, ImageMetadata, Kind, opt_out, read
from facelint.imagemeta.containers import ENDINGS
from facelint.imagemeta.model import GPS_STATES, Block, Place
from facelint.personal import KINDS
from facelint.plan import Ask, Probe
from facelint.probes.file import located, per_path
from facelint.values import BOOLEAN, INTEGER, FactType, Value, enum, list_of

if TYPE_CHECKING:
    from facelint.probes import Context

RELEASES = ("MR-NON", "MR-LMR", "MR-UMR", "MR-NAP")
"""PLUS model release status, the one that asks for most care first."""
AGES = (
    "AG-U14", "AG-A14", "AG-A15", "AG-A16", "AG-A17", "AG-A18", "AG-A19", "AG-A20", "AG-A21", "AG-A22", "AG-A23",
    "AG-A24", "AG-A25", "AG-UNK",
)  # fmt: skip
"""PLUS minor model age disclosure, the youngest first."""
NO_METADATA = frozenset({"size", "orientation", "color-profile"})
"""Blocks that a picture needs to be shown aright."""

Told = tuple[Value | None, str | None]
"""The value of a fact, or why it could not be established; of a list both where more members may be hidden."""


@dataclass(frozen=True)
class Teller:
    """How a fact follows from what was read of a file."""

    fact: Fact
    kinds: frozenset[Kind]
    """What has to be read for it; where empty, the picture's header alone."""
    tell: Callable[[ImageMetadata, Located], Told]


def _header(name: str, type: FactType, doc: str, tell: Callable[[ImageMetadata, Located], Value | None]) -> Teller:
    """A fact that the picture's header states."""

    def told(metadata: ImageMetadata, at: Located) -> Told:
        value = tell(metadata, at)
        return value, "the header does not tell" if value is None else None

    return Teller(Fact(f"image.{name}", type, doc, cost=Cost.HEADER), frozenset(), told)


def _fact(name: str, type: FactType, doc: str, kinds: set[Kind], tell: Callable[[ImageMetadata], Told]) -> Teller:
    fact = Fact(f"image.{name}", type, doc, cost=Cost.FILE)
    return Teller(fact, frozenset(kinds), lambda metadata, _: tell(metadata))


def _holds(kind: Kind, doc: str) -> Teller:
    """A fact that is true where anything of the kind was found, and false where nothing of it can be hidden either."""

    def tell(metadata: ImageMetadata) -> Told:
        if any(one.kind is kind for one in metadata.findings) or any(one.kind is kind for one in metadata.embedded):
            return True, None
        return _unless_hidden(metadata, kind, False)

    return _fact(kind.value, BOOLEAN, doc, {kind}, tell)


def _unless_hidden(metadata: ImageMetadata, kind: Kind, value: Value | None) -> Told:
    hidden = metadata.hidden(kind)
    return (None, hidden) if hidden else (value, None)


def _values(metadata: ImageMetadata, kind: Kind) -> list[str]:
    return [one.value for one in metadata.findings if one.kind is kind]


def _members(metadata: ImageMetadata, kind: Kind, members: set[str]) -> Told:
    """A list of what was found; where more may be hidden, at least that."""
    return tuple(sorted(members)) or None, metadata.hidden(kind) or None


def _gps(metadata: ImageMetadata) -> Told:
    return (True, None) if metadata.gps_state == "yes" else _unless_hidden(metadata, Kind.GPS, False)


def _gps_state(metadata: ImageMetadata) -> Told:
    state = metadata.gps_state
    return (state, None) if state == GPS_STATES[-1] else _unless_hidden(metadata, Kind.GPS, state)


def _gps_in(metadata: ImageMetadata) -> Told:
    return _members(metadata, Kind.GPS, {one.place for one in metadata.coordinates if one.state == "yes"})


def _list(name: str, kind: Kind, doc: str) -> Teller:
    return _fact(name, list_of(), doc, {kind}, lambda metadata: _members(metadata, kind, {*_values(metadata, kind)}))


def _foremost(name: str, kind: Kind, order: tuple[str, ...], doc: str) -> Teller:
    """The first in `order` of what the file states; where more may be hidden, that is sure only of the very first."""

    def tell(metadata: ImageMetadata) -> Told:
        stated = min((value for value in _values(metadata, kind) if value in order), key=order.index, default=None)
        return (stated, None) if stated == order[0] else _unless_hidden(metadata, kind, stated)

    return _fact(name, enum(*order), doc, {kind}, tell)


def _stance(name: str, which: int, doc: str) -> Teller:
    def tell(metadata: ImageMetadata) -> Told:
        stance = opt_out.stances(_values(metadata, Kind.OPT_OUT))[which]
        return (stance, None) if stance == opt_out.STANCES[-1] else _unless_hidden(metadata, Kind.OPT_OUT, stance)

    return _fact(name, enum(*opt_out.STANCES), doc, {Kind.OPT_OUT}, tell)


def _free_text_kinds(metadata: ImageMetadata) -> Told:
    texts = _values(metadata, Kind.FREE_TEXT)
    hidden = metadata.hidden(Kind.FREE_TEXT) or None
    if not texts:
        return None, hidden
    import pyarrow as pa

    from facelint.personal import search

    found = search("", pa.array(texts, pa.string()))
    bits = int(found.bits.max(initial=0)) if len(texts) == 1 else _all_bits(found.bits.tolist())
    kinds = tuple(kind for at, kind in enumerate(KINDS) if bits & 1 << at)
    unsure = None if found.unsure is None else next(filter(None, found.unsure.to_pylist()), None)
    return kinds or None, hidden or unsure


def _all_bits(bits: list[int]) -> int:
    together = 0
    for one in bits:
        together |= one
    return together


def _has_metadata(metadata: ImageMetadata) -> Told:
    if metadata.blocks - NO_METADATA:
        return True, None
    return _unless_hidden(metadata, Kind.METADATA, False)


def _extension_matches(metadata: ImageMetadata, at: Located) -> Value | None:
    return at.named.lower().endswith(ENDINGS[metadata.format]) if metadata.format else None


_TELLERS = (
    _header("format", enum(*ENDINGS), "Format by content", lambda metadata, _: metadata.format or None),
    _header("extension_matches", BOOLEAN, "The file's extension is one of its format's", _extension_matches),
    _header("width", INTEGER, "Width in pixels, as stored", lambda metadata, _: metadata.width),
    _header("height", INTEGER, "Height in pixels, as stored", lambda metadata, _: metadata.height),
    _header("frames", INTEGER, "Pictures shown one after another, or pages", lambda metadata, _: metadata.frames),
    _fact("gps", BOOLEAN, "A full, non-zero latitude and longitude", {Kind.GPS}, _gps),
    _fact(
        "gps_state", enum(*GPS_STATES), "The most that any place in the file tells of coordinates", {Kind.GPS},
        _gps_state,
    ),
    _fact("gps_in", list_of(*get_args(Place)), "Where coordinates are", {Kind.GPS}, _gps_in),
    _holds(Kind.LOCATION_TEXT, "A place in words: a city, region, country or address"),
    _holds(Kind.SERIAL_NUMBERS, "Serial numbers of camera, lens or flash"),
    _holds(Kind.OWNER_NAMES, "Names of artist, author, creator, by-line or camera owner"),
    _holds(Kind.PERSON_NAMES, "Names of the persons shown"),
    _holds(Kind.CONTACT, "An e-mail, postal or web address or telephone number of a person"),
    _holds(Kind.COPYRIGHT, "A copyright notice"),
    _holds(Kind.FACE_REGIONS, "Marked regions of faces"),
    _holds(Kind.FACE_REGIONS_NAMED, "Marked regions of faces, with names"),
    _holds(Kind.CAPTURED_AT, "When the picture was taken"),
    _holds(Kind.HOST_COMPUTER, "The name of a computer"),
    _holds(Kind.UNIQUE_ID, "A unique id of the picture"),
    _holds(Kind.FREE_TEXT, "A caption, comment, keywords or other free text"),
    _fact("free_text_kinds", list_of(*KINDS), "Kinds of personal data in the free text", {Kind.FREE_TEXT},
          _free_text_kinds),
    _holds(Kind.SOFTWARE, "The name of a program"),
    _holds(Kind.EDITING_SOFTWARE, "Marks of a program that edits pictures"),
    _holds(Kind.MAKER_NOTE, "A camera maker's own block"),
    _holds(Kind.THUMBNAIL, "A thumbnail of the picture"),
    _holds(Kind.PREVIEW, "A larger preview of the picture"),
    _holds(Kind.SECONDARY_IMAGES, "Further pictures of their own in the file"),
    _holds(Kind.TRAILER, "Bytes after the end of the picture"),
    _holds(Kind.MOTION_PHOTO, "A video in the file, or the mark of one"),
    _holds(Kind.CONTENT_IDENTIFIER, "An id that ties the picture to a video or to others"),
    _list("opt_out", Kind.OPT_OUT, "Signals about training and mining, allowing ones too: `plus:DMI-…`, `c2pa.…=…`"),
    _stance("opt_out_training", 0, "What the signals say of training: the strictest of them"),
    _stance("opt_out_generative", 1, "What the signals say of training generative models: the strictest of them"),
    _list("source_kind", Kind.SOURCE_KIND, "IPTC digital source types: `trainedAlgorithmicMedia`, `digitalCapture`, …"),
    _holds(Kind.SYNTHETIC_MARKER, "A mark that the picture was made by an algorithm"),
    _foremost("model_release", Kind.MODEL_RELEASE, RELEASES, "PLUS model release status: the weakest that is stated"),
    _foremost("minor_age_disclosure", Kind.MINOR_AGE_DISCLOSURE, AGES, "PLUS age of minors shown: the youngest stated"),
    _holds(Kind.AI_PROMPT, "The prompt that a picture was generated from"),
    _fact("has_metadata", BOOLEAN, "Any metadata but size, orientation and colour profile", {Kind.METADATA},
          _has_metadata),
    _fact("metadata_kinds", list_of(*get_args(Block)), "Kinds of metadata in the file", {Kind.METADATA},
          lambda metadata: _members(metadata, Kind.METADATA, {*metadata.blocks})),
)  # fmt: skip
_BY_NAME = {teller.fact.name: teller for teller in _TELLERS}


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    places = located(ask, context)
    tellers = [_BY_NAME[name] for name in wanted]
    kinds = frozenset().union(*(teller.kinds for teller in tellers))
    found: list[list[Value | None]] = [[] for _ in tellers]
    trouble: list[list[str | None]] = [[] for _ in tellers]
    for at in places:
        metadata = None if at is None else _read(at, kinds, context)
        for teller, values, reasons in zip(tellers, found, trouble, strict=True):
            value, why = _told(teller, metadata, at)
            values.append(value)
            reasons.append(why)
    context.files_opened += sum(at is not None and not at.not_readable for at in places)
    columns = zip(tellers, found, trouble, strict=True)
    return {teller.fact.name: per_path(ask, teller.fact.type, values, why) for teller, values, why in columns}


def _told(teller: Teller, metadata: ImageMetadata | str | None, at: Located | None) -> Told:
    if metadata is None or at is None:
        return None, None
    if isinstance(metadata, str):
        return None, metadata
    if not metadata.format:
        return None, "not a picture of a format that is read here"
    return teller.tell(metadata, at)


def _read(at: Located, kinds: frozenset[Kind], context: Context) -> ImageMetadata | str:
    """What the file tells, with the sidecar beside it; or why it cannot be read."""
    if at.not_readable:
        return at.not_readable
    try:
        metadata = _of_file(at.path, kinds)
        for sidecar in _sidecars(at, context) if kinds else ():
            metadata = metadata.joined(_of_file(sidecar.path, kinds))
    except OSError as error:
        return f"cannot be read ({error.strerror or type(error).__name__})"
    return metadata


def _of_file(path: str, kinds: frozenset[Kind]) -> ImageMetadata:
    with open_regular(path) as stream:
        return read(FileSource.of(stream.fileno()), kinds, searches=bool(kinds))


def _sidecars(at: Located, context: Context) -> list[Located]:
    """The XMP files beside a picture that are about it: `a.xmp` and `a.jpg.xmp` beside `a.jpg`."""
    folder, name = os.path.split(at.named)
    there = context.sidecars.get(folder)
    if there is None:
        there = context.sidecars[folder] = _xmp_files(f"{context.images.folder}/{folder}")
    names = (there.get(f"{stem}.xmp".lower()) for stem in (name.rpartition(".")[0], name)) if there else ()
    places = (context.images.locate(f"{folder}/{one}" if folder else one) for one in names if one)
    return [place for place in places if place.is_file]


def _xmp_files(folder: str) -> Mapping[str, str]:
    """By name in small letters, the names of the sidecars in a folder."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name.lower(): entry.name for entry in entries if entry.name.lower().endswith(".xmp")}
    except OSError:  # then the picture itself is told as unreadable
        return {}


PROBE = Probe(
    "image", "What a picture's own file tells", tuple(teller.fact for teller in _TELLERS), look, needs={"": ("path",)}
)
