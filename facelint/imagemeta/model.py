"""What is found in a picture's file, as data: each finding with its kind, its place and how it was read."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple


class Kind(StrEnum):
    """What a finding tells; the names of the facts `image.*` that it makes true."""

    GPS = "gps"
    LOCATION_TEXT = "location_text"
    SERIAL_NUMBERS = "serial_numbers"
    OWNER_NAMES = "owner_names"
    PERSON_NAMES = "person_names"
    CONTACT = "contact"
    COPYRIGHT = "copyright"
    FACE_REGIONS = "face_regions"
    FACE_REGIONS_NAMED = "face_regions_named"
    CAPTURED_AT = "captured_at"
    HOST_COMPUTER = "host_computer"
    UNIQUE_ID = "unique_id"
    FREE_TEXT = "free_text"
    SOFTWARE = "software"
    EDITING_SOFTWARE = "editing_software"
    MAKER_NOTE = "maker_note"
    THUMBNAIL = "thumbnail"
    PREVIEW = "preview"
    SECONDARY_IMAGES = "secondary_images"
    TRAILER = "trailer"
    MOTION_PHOTO = "motion_photo"
    CONTENT_IDENTIFIER = "content_identifier"
    OPT_OUT = "opt_out"
    SOURCE_KIND = "source_kind"
    SYNTHETIC_MARKER = "synthetic_marker"
    MODEL_RELEASE = "model_release"
    MINOR_AGE_DISCLOSURE = "minor_age_disclosure"
    AI_PROMPT = "ai_prompt"
    METADATA = "metadata_kinds"
    """That there is a block of some kind: never found by itself, but hidden by what is unreadable."""


EVERYTHING = frozenset(Kind)

Place = Literal[
    "exif", "xmp", "iptc", "makernote", "mpf", "trailer", "quicktime", "png-text", "jumbf", "app-other", "sidecar"
]
"""Where a finding is. What lies in a picture behind the picture is at `mpf` or `trailer`, however it is written there;
`exif` in a raw profile of a PNG is at `png-text`. `app-other`: any other block (Photoshop resources, comments, …)."""

Block = Literal[
    "size", "orientation", "color-profile", "exif", "makernote", "xmp", "iptc", "photoshop", "mpf", "jumbf",
    "quicktime", "text", "app-other", "thumbnail", "trailer", "sidecar",
]  # fmt: skip
"""A kind of metadata. EXIF that states nothing but the picture's size, orientation and colours is no `exif` block."""

GpsState = Literal["none", "empty", "zero", "partial", "yes"]


class Finding(NamedTuple):
    """One thing that the file tells. `value` may be personal: it is for `--reveal` alone."""

    kind: Kind
    place: Place
    where: str
    """How it was read: blocks and tags from the outside in, as `APP1 Exif > GPS IFD > GPSLatitude`. Made of names of
    the formats' standards only, never of what the file holds."""
    value: str


class Coordinates(NamedTuple):
    """What one place tells of coordinates."""

    place: Place
    where: str
    state: GpsState
    """`yes`: a full latitude and longitude, not both zero; `zero`: both are zero; `partial`: one of them, or what can't
    be understood as degrees; `empty`: a block for coordinates without any."""
    latitude: float | None = None
    """Degrees, north positive."""
    longitude: float | None = None
    """Degrees, east positive."""


class Embedded(NamedTuple):
    """A picture within the file beside the main one."""

    kind: Literal[Kind.THUMBNAIL, Kind.PREVIEW, Kind.SECONDARY_IMAGES]
    place: Place
    where: str
    start: int
    """Of its bytes in the file; -1 where they are not in one piece in the file (`data` has them)."""
    length: int
    data: bytes = b""


class Unreadable(NamedTuple):
    """What could not be read, and what it may have told."""

    where: str
    """As of a finding."""
    reason: str
    """In a few words, without anything that the file holds."""
    hides: frozenset[Kind]


class ImageMetadata(NamedTuple):
    """All that was found; what is neither found nor hidden is not there."""

    format: str
    """By content; empty where it is none that is read here."""
    width: int | None
    height: int | None
    """Pixels, as stored."""
    frames: int | None
    findings: tuple[Finding, ...]
    coordinates: tuple[Coordinates, ...]
    embedded: tuple[Embedded, ...]
    blocks: frozenset[Block]
    unreadable: tuple[Unreadable, ...]

    @property
    def gps_state(self) -> GpsState:
        return max((one.state for one in self.coordinates), key=GPS_STATES.index, default="none")

    def joined(self, sidecar: ImageMetadata) -> ImageMetadata:
        """The same with what a file beside the picture tells of it."""
        return self._replace(
            findings=self.findings + sidecar.findings,
            coordinates=self.coordinates + sidecar.coordinates,
            embedded=self.embedded + tuple(one for one in sidecar.embedded if one.data),
            blocks=self.blocks | sidecar.blocks,
            unreadable=self.unreadable + sidecar.unreadable,
        )

    def hidden(self, kind: Kind) -> str:
        """Why it is not known that the file does not tell more of this kind; empty where it is."""
        return next((f"{one.where}: {one.reason}" for one in self.unreadable if kind in one.hides), "")


GPS_STATES: tuple[GpsState, ...] = ("none", "empty", "zero", "partial", "yes")
