"""What the properties of a packet tell, as findings."""

from __future__ import annotations

import binascii
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Literal

from facelint.imagemeta import opt_out, programs
from facelint.imagemeta.blocks.xmp.degrees import degrees, pair
from facelint.imagemeta.blocks.xmp.names import STRUCTURES, TOLD
from facelint.imagemeta.blocks.xmp.tree import Property
from facelint.imagemeta.model import GpsState, Kind, Place
from facelint.imagemeta.reading import Reading

SYNTHETIC_SOURCES = frozenset(
    "trainedAlgorithmicMedia compositeWithTrainedAlgorithmicMedia algorithmicMedia compositeSynthetic "
    "virtualRecording trainedAlgorithmicData".split()
)
"""Digital source types (IPTC NewsCodes, C2PA) of pictures that an algorithm made, wholly or in parts."""

_NOT_ZERO = (Kind.CAPTURED_AT, Kind.UNIQUE_ID)
_DIGIT = re.compile("[1-9A-Za-z]")
_WORD = re.compile("[A-Za-z]{1,60}")
_MADE_BY_AI = re.compile("(?:made|edited|created|generated) with (?:google )?ai", re.IGNORECASE)
_AIGC_LABEL = re.compile(r"""["']?Label["']?\s*[:=]\s*["']?[123]""")


class Packet:
    """The reading of one packet: where it is, and what was said already."""

    def __init__(self, reading: Reading, where: str, place: Place) -> None:
        self.reading = reading
        self.where = where
        self.place = place
        self.said: set[tuple[Kind, str, str]] = set()

    def path(self, one: Property) -> str:
        names = [name for name in one.path[:-1] if name in STRUCTURES]
        return " > ".join((self.where, *names[-4:], one.path[-1]))

    def add(self, kind: Kind, one: Property, value: str) -> None:
        """The same value of the same property in several languages or twice is one finding."""
        said = kind, where, value = kind, self.path(one), value
        if value and said not in self.said:
            self.said.add(said)
            self.reading.add(kind, self.place, where, value)


def tell(reading: Reading, properties: Iterable[Property], where: str, place: Place) -> None:
    packet = Packet(reading, where, place)
    grouped: list[Property] = []
    for one in properties:
        name = one.path[-1]
        if name not in TOLD:
            name = name.rpartition(":")[2]
        if name in _GROUPED:
            grouped.append(one)
        elif special := _SPECIAL.get(name):
            special(packet, one)
        else:
            for kind in sorted(TOLD[name]):
                if kind not in _NOT_ZERO or _DIGIT.search(one.value):
                    packet.add(kind, one, one.value)
    _coordinates(packet, grouped)
    _regions(packet, grouped)


def source_type(value: str) -> str:
    """The last word of a digital source type's URI; empty where it has not the shape of one."""
    word = re.split("[/:#]", value.strip().rstrip("/"))[-1]
    return word if _WORD.fullmatch(word) else ""


def _source_kind(packet: Packet, one: Property) -> None:
    word = source_type(one.value)
    packet.add(Kind.SOURCE_KIND, one, word)
    if word in SYNTHETIC_SOURCES:
        packet.add(Kind.SYNTHETIC_MARKER, one, word)


def _data_mining(packet: Packet, one: Property) -> None:
    name = one.path[-1].rpartition(":")[2]
    signal = opt_out.data_mining(one.value) or opt_out.data_mining(name)
    packet.add(Kind.OPT_OUT, one, signal or ("plus:DMI-OTHER" if one.path[-1].startswith("plus:") else ""))


def _reservation(packet: Packet, one: Property) -> None:
    packet.add(Kind.OPT_OUT, one, opt_out.reservation(one.value))


def _policy(packet: Packet, one: Property) -> None:
    packet.add(Kind.OPT_OUT, one, "tdm:policy")


def _no_ai(packet: Packet, one: Property) -> None:
    if one.value.lower() not in ("0", "false", "no"):
        packet.add(Kind.OPT_OUT, one, one.path[-1].rpartition(":")[2].lower())


def _serial(packet: Packet, one: Property) -> None:
    if one.value.strip("0 .-"):
        packet.add(Kind.SERIAL_NUMBERS, one, one.value)


def _program(packet: Packet, one: Property) -> None:
    packet.add(Kind.SOFTWARE, one, one.value)
    _agent(packet, one)


def _agent(packet: Packet, one: Property) -> None:
    if programs.edits(one.value):
        packet.add(Kind.EDITING_SOFTWARE, one, one.value)
    if programs.generates(one.value):
        packet.add(Kind.SYNTHETIC_MARKER, one, one.value)


def _text(packet: Packet, one: Property) -> None:
    packet.add(Kind.FREE_TEXT, one, one.value)
    if programs.holds_prompt(one.value):
        packet.add(Kind.AI_PROMPT, one, one.value)
        packet.add(Kind.SYNTHETIC_MARKER, one, one.value)
    elif one.path[-1] == "photoshop:Credit" and _MADE_BY_AI.match(one.value):
        packet.add(Kind.SYNTHETIC_MARKER, one, one.value)


def _settings(packet: Packet, one: Property) -> None:
    if one.value.lower() != "false":
        packet.add(Kind.EDITING_SOFTWARE, one, one.value)


def _aigc(packet: Packet, one: Property) -> None:
    """The implicit label of GB 45438-2025, annex E: 1 made by an algorithm, 2 maybe, 3 suspected."""
    if _AIGC_LABEL.search(one.value) or one.value.strip() in ("1", "2", "3"):
        packet.add(Kind.SYNTHETIC_MARKER, one, one.value)


def _tags(packet: Packet, one: Property) -> None:
    """digiKam keeps who is shown as tags below `People`."""
    packet.add(Kind.FREE_TEXT, one, one.value)
    root, _, name = one.value.partition("/")
    if root == "People" and name:
        packet.add(Kind.PERSON_NAMES, one, name)


def _entity(packet: Packet, one: Property) -> None:
    around = one.path[-2:-1]
    if around in (("Iptc4xmpExt:Creator",), ("Iptc4xmpExt:Contributor",)):
        packet.add(Kind.OWNER_NAMES, one, one.value)
    elif around == ("Iptc4xmpExt:ImageRegion",):
        packet.add(Kind.FREE_TEXT, one, one.value)


def _region_type(packet: Packet, one: Property) -> None:
    """IPTC NewsCodes imageregiontype: `human` is a person or a part of one."""
    if "Iptc4xmpExt:ImageRegion" in one.path and source_type(one.value) in ("human", "face"):
        packet.add(Kind.FACE_REGIONS, one, "human")


def _person(packet: Packet, one: Property) -> None:
    packet.add(Kind.PERSON_NAMES, one, one.value)
    if "Iptc4xmpExt:ImageRegion" in one.path:
        packet.add(Kind.FACE_REGIONS_NAMED, one, one.value)


def _face_of_person(packet: Packet, one: Property) -> None:
    packet.add(Kind.PERSON_NAMES, one, one.value)
    packet.add(Kind.FACE_REGIONS_NAMED, one, one.value)


def _location_id(packet: Packet, one: Property) -> None:
    at = pair(one.value) if one.value[:4].lower() == "geo:" else None
    if at:
        packet.reading.gps(packet.place, packet.path(one), "yes" if any(at) else "zero", *at)
    else:
        packet.add(Kind.LOCATION_TEXT, one, one.value)


def _motion(packet: Packet, one: Property) -> None:
    if one.value in ("1", "True", "true", "MotionPhoto"):
        packet.add(Kind.MOTION_PHOTO, one, one.value)


def _release(packet: Packet, one: Property) -> None:
    packet.add(Kind.MODEL_RELEASE, one, _vocabulary(one.value, _RELEASES))


def _age(packet: Packet, one: Property) -> None:
    packet.add(Kind.MINOR_AGE_DISCLOSURE, one, _vocabulary(one.value, _AGES))


_RELEASES = {
    "MR-NON": "none", "MR-NAP": "not applicable", "MR-UMR": "unlimited model releases",
    "MR-LMR": "limited or incomplete model releases",
}  # fmt: skip
_AGES = {f"AG-A{age}": f"age {age}" for age in range(15, 25)} | {
    "AG-UNK": "age unknown", "AG-A25": "age 25 or over", "AG-U14": "age 14 or under", "AG-A14": "age 14",
}  # fmt: skip


def _vocabulary(value: str, words: dict[str, str]) -> str:
    """A word of a PLUS vocabulary: by its URI, the word alone or its description."""
    word = value.strip().rstrip("/").rpartition("/")[2].upper()
    if word in words:
        return word
    return next((one for one, text in words.items() if text == value.strip().lower()), "")


_PICTURES: dict[str, Literal[Kind.THUMBNAIL, Kind.SECONDARY_IMAGES]] = {
    "xmpGImg:image": Kind.THUMBNAIL,
    "GImage:Data": Kind.SECONDARY_IMAGES,
    "GDepth:Data": Kind.SECONDARY_IMAGES,
}


def _picture(packet: Packet, one: Property) -> None:
    """A picture within the packet, as base64."""
    kind = _PICTURES[one.path[-1]]
    if kind not in packet.reading.wanted:
        return
    packet.reading.spend(len(one.value))
    try:
        data = binascii.a2b_base64(one.value)
    except (binascii.Error, ValueError):
        packet.reading.cannot(packet.path(one), "no base64", frozenset((kind,)))
        return
    if data:
        packet.reading.picture(kind, packet.place, packet.path(one), -1, len(data), data)


_SPECIAL: dict[str, Callable[[Packet, Property], None]] = {
    **dict.fromkeys(("DigitalSourceType", "digitalSourceType", "DigitalSourceFileType"), _source_kind),
    **dict.fromkeys((name for name, kinds in TOLD.items() if kinds == {Kind.OPT_OUT}), _data_mining),
    **dict.fromkeys(("tdm:reservation", "tdm:reserve_tdm", "tdm-reservation"), _reservation),
    **dict.fromkeys(("tdm:policy", "tdm-policy"), _policy),
    **dict.fromkeys(("noai", "noimageai", "NoAI", "NoImageAI"), _no_ai),
    **dict.fromkeys((name for name, kinds in TOLD.items() if kinds == {Kind.SERIAL_NUMBERS}), _serial),
    **dict.fromkeys((name for name, kinds in TOLD.items() if Kind.SOFTWARE in kinds), _program),
    **dict.fromkeys(("photoshop:Credit", "exif:UserComment", "tiff:ImageDescription", "dc:description"), _text),
    **dict.fromkeys(("crs:HasSettings", "crs:AlreadyApplied"), _settings),
    **dict.fromkeys(("MPReg:PersonDisplayName", "MPReg:PersonEmailDigest", "MPReg:PersonLiveIdCID"), _face_of_person),
    **dict.fromkeys(("GCamera:MotionPhoto", "GCamera:MicroVideo", "Item:Semantic"), _motion),
    **dict.fromkeys(_PICTURES, _picture),
    "stEvt:softwareAgent": _agent,
    "digiKam:TagsList": _tags,
    "Iptc4xmpExt:Name": _entity,
    "Iptc4xmpExt:LocationId": _location_id,
    "Iptc4xmpExt:LocationIdentifier": _location_id,
    "xmp:Identifier": _region_type,
    "PersonInImage": _person,
    "ModelReleaseStatus": _release,
    "MinorModelAgeDisclosure": _age,
    "AIGC": _aigc,
}


_GROUPED = frozenset(
    name
    for name, kinds in TOLD.items()
    if (Kind.GPS in kinds and not name.startswith("Iptc4xmpExt:")) or name.endswith(("-rs:Type", "-rs:Name"))
)
"""Properties that tell something together with others of the same structure."""
_AXES = {
    "GPSLatitude": 0, "GpsLatitude": 0, "Latitude": 0, "lat": 0, "decimalLatitude": 0,
    "GPSLongitude": 1, "GpsLongitude": 1, "GpsLongtitude": 1, "Longitude": 1, "long": 1, "decimalLongitude": 1,
    "GPSLatitudeRef": 2, "GPSLongitudeRef": 3,
    "GPSPosition": 4, "lat_long": 4,
}  # fmt: skip
"""What a property of coordinates has: latitude, longitude, the letter of either, or both."""


def _coordinates(packet: Packet, properties: Iterable[Property]) -> None:
    """Latitude and longitude of one structure and one namespace belong together."""
    groups: dict[tuple[int, str], dict[int, Property]] = defaultdict(dict)
    for one in properties:
        prefix, _, local = one.path[-1].rpartition(":")
        axis = _AXES.get(local)
        if axis == 4:
            _said_at(packet, one, pair(one.value))
        elif axis is not None:
            groups[one.item, prefix].setdefault(axis, one)
    for group in groups.values():
        if first := group.get(0) or group.get(1):
            latitude, longitude = _degrees(group, 0, 90), _degrees(group, 1, 180)
            _said_at(packet, first, None if latitude is None or longitude is None else (latitude, longitude))


def _degrees(group: dict[int, Property], axis: int, most: int) -> float | None:
    reference = group.get(axis + 2)
    return degrees(group[axis].value, reference.value if reference else "", most) if axis in group else None


def _said_at(packet: Packet, one: Property, at: tuple[float, float] | None) -> None:
    state: GpsState = "partial" if at is None else "yes" if any(at) else "zero"
    packet.reading.gps(packet.place, packet.path(one), state, *(at or ()))


def _regions(packet: Packet, properties: Iterable[Property]) -> None:
    """Type and name of one region; a region whose type is not told is taken for a face."""
    groups: dict[int, dict[str, Property]] = defaultdict(dict)
    for one in properties:
        name = one.path[-1].rpartition(":")[2]
        if name in ("Type", "Name"):
            groups[one.item].setdefault(name, one)
    for group in groups.values():
        region, name_of = group.get("Type"), group.get("Name")
        if region and region.value.lower() != "face":
            continue
        if face := region or name_of:
            packet.add(Kind.FACE_REGIONS, face, "face")
        if name_of:
            packet.add(Kind.FACE_REGIONS_NAMED, name_of, name_of.value)
            packet.add(Kind.PERSON_NAMES, name_of, name_of.value)
