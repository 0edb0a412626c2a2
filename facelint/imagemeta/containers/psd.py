"""Photoshop's own format, PSD and PSB: image resources, what layers are called, and what lies behind the picture."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from facelint.imagemeta.blocks import photoshop, trailer
from facelint.imagemeta.model import EVERYTHING, Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

_HEADER = 26
_STEPS = 10
"""That a layer counts for, and a block of one that is said not to be read."""
_MAX_ROWS = 2**21
"""Of the picture, whose lengths are added up to know where it ends."""
_LARGE = 2
"""Version of a PSB, which has some lengths in eight bytes rather than four."""

_LONG = frozenset(b"LMsk Lr16 Lr32 Layr Mt16 Mt32 Mtrn Alph FMsk lnk2 FEid FXid PxSD lnkE pths".split())
"""Layer blocks with a length of eight bytes in a PSB (Adobe Photoshop File Formats Specification, Additional Layer
Information)."""
_TEXT = frozenset(b"TySh tySh Txt2 Anno".split())
_FILES = frozenset(b"lnkD lnk2 lnk3 lnkE".split())
_LAYERS = frozenset(b"Layr Lr16 Lr32".split())
_SILENT = frozenset(
    b"SoCo GdFl PtFl brit levl curv expA vibA hue2 blnc blwh phfl mixr clrL nvrt post thrs selc grdm lrFX lyid lfx2 "
    b"Patt Pat2 Pat3 clbl infx knko lspf lclr fxrp lsct lsdk shmd shpa brst vmsk vsms ffxi lnsr ffnt Alph FMsk cinf "
    b"FEid FXid PxSD LMsk Mt16 Mt32 Mtrn plLd PlLd SoLd SoLE CgEd abdd vogk vscg vstk vowv artb artd lyvr pths anFX "
    b"extd extn lmgm vmgm tsly frgb sn2P lmfx GenI cgEd xWtr lnsk".split()
) | {b"hue ", b"ubr "}
_SIGNATURES = (b"8BIM", b"8B64")
_USUAL = re.compile(
    r"(?:</?layer (?:group|set)>|(?:background|layer|group|shape|curves|levels|rectangle|ellipse|color fill"
    r"|gradient fill|hue/saturation|brightness/contrast|hintergrund|ebene|arrière-plan|calque|fondo|capa|sfondo|livello"
    r"|背景|图层|圖層|组|レイヤー|배경|레이어|фон|слой)(?:[ -]*+(?:copy|mask|拷贝|副本|kopie|copie|copia|\d++))*+)",
    re.IGNORECASE,
)
"""Names that Photoshop gives layers by itself."""
_PIECE = 3_500
"""Characters of names told as one finding."""


def read(reading: Reading, source: Source) -> None:
    head = source.read(0, _HEADER)
    if len(head) < _HEADER:
        reading.cannot("PSD", "breaks off before its end")
        return
    version, channels, height, width, depth = struct.unpack_from(">H6xHIIH", head, 4)
    reading.block("size")
    if reading.depth == 0:
        reading.width, reading.height, reading.frames = width, height, 1
    end = _sections(reading, source, version)
    if end >= 0:
        end = _end_of_picture(source, end, channels * height, (width * depth + 7) // 8, version)
    if end > source.size or end < 0:
        reading.cannot("PSD", "breaks off before its end")
    elif not end:
        reading.cannot("PSD", "where its picture ends is not known")
    elif end < source.size and not trailer.HOLDS.isdisjoint(reading.wanted):
        trailer.read(reading, source.part(end, source.size - end), "after PSD")


def _sections(reading: Reading, source: Source, version: int) -> int:
    """Reads the sections before the picture, and says where it begins; -1 where the file is cut before it."""
    at = _HEADER
    for name in ("Color Mode Data", "Image Resources", "Layer and Mask"):
        wide = 8 if version == _LARGE and name == "Layer and Mask" else 4
        stated = source.read(at, wide)
        if len(stated) < wide:
            return -1
        length = int.from_bytes(stated, "big")
        section = source.part(at + wide, length)
        if name == "Image Resources":
            if section.size:
                photoshop.read(reading, section, name)
        elif name == "Layer and Mask" and reading.wanted:
            _layers_and_masks(reading, section, version)
        at += wide + length
        if at > source.size:
            return -1
    return at


def _end_of_picture(source: Source, at: int, rows: int, row: int, version: int) -> int:
    """Where the merged picture ends: 0 where its compression does not tell; -1 where it is cut."""
    compression = int.from_bytes(source.read(at, 2), "big")
    if at + 2 > source.size:
        return -1
    if compression == 0:
        return at + 2 + rows * row
    if compression != 1 or rows > _MAX_ROWS:
        return 0
    wide = 4 if version == _LARGE else 2
    table = source.read(at + 2, rows * wide)
    if len(table) < rows * wide:
        return -1
    return at + 2 + len(table) + sum(sum(table[place::wide]) << 8 * (wide - 1 - place) for place in range(wide))


def _layers_and_masks(reading: Reading, section: Source, version: int) -> None:
    if not section.size:
        return
    wide = 8 if version == _LARGE else 4
    length = int.from_bytes(section.read(0, wide), "big")
    names: list[str] = []
    _layers(reading, section.part(wide, length), version, names)
    at = wide + length
    if at + 4 <= section.size:
        at += 4 + int.from_bytes(section.read(at, 4), "big")
        for key, content in _blocks(reading, section, at, section.size, version):
            if key in _LAYERS:
                _layers(reading, content, version, names)
            else:
                _block(reading, key, content)
    _tell_names(reading, names)


def _layers(reading: Reading, part: Source, version: int, names: list[str]) -> None:
    """The records of layers, which stand before the pixels of all of them."""
    count = abs(int.from_bytes(part.read(0, 2), "big", signed=True))
    at = 2
    for _ in range(count):
        reading.step(_STEPS)
        channels = int.from_bytes(part.read(at + 16, 2), "big")
        at += 18 + channels * (10 if version == _LARGE else 6)
        head = part.read(at, 16)
        if head[:4] != b"8BIM" or len(head) < 16:
            reading.cannot("layers", "damaged", EVERYTHING)
            return
        begin, at = at + 16, at + 16 + int.from_bytes(head[12:], "big")
        names.append(_layer(reading, part, begin, at, version))
        if at > part.size:
            reading.cannot("layers", "break off", EVERYTHING)
            return


def _layer(reading: Reading, part: Source, at: int, end: int, version: int) -> str:
    """What one layer is called."""
    at += 4 + int.from_bytes(part.read(at, 4), "big")
    at += 4 + int.from_bytes(part.read(at, 4), "big")
    short = part.read(at, 256)
    length = short[0] if short else 0
    name = short[1 : 1 + length].decode("latin-1")
    for key, content in _blocks(reading, part, at + (length + 4 & ~3), end, version):
        if key == b"luni":
            size = int.from_bytes(content.read(0, 4), "big")
            name = content.read(4, min(2 * size, 1024)).decode("utf-16-be", "replace")
        else:
            _block(reading, key, content)
    return name.strip(" \0")


def _blocks(reading: Reading, part: Source, at: int, end: int, version: int) -> Iterator[tuple[bytes, Source]]:
    """Key and content of each block up to `end`. Some are padded to an even length, some to four bytes, some not."""
    while at + 12 <= min(end, part.size):
        reading.step()
        head = part.read(at, 16)
        padding = min((head.find(signature, 0, 8) for signature in _SIGNATURES if signature in head[:8]), default=-1)
        if padding < 0:
            reading.cannot("layers", "damaged", EVERYTHING)
            return
        at += padding
        key = head[padding + 4 : padding + 8]
        wide = 8 if version == _LARGE and key in _LONG else 4
        length = int.from_bytes(part.read(at + 8, wide), "big")
        content = part.part(at + 8 + wide, length)
        if content.size < length:
            reading.cannot("layers", "break off", EVERYTHING)
        yield key, content
        at += 8 + wide + length


def _block(reading: Reading, key: bytes, content: Source) -> None:
    if key in _SILENT:
        return
    reading.step(_STEPS)
    if key in _TEXT:
        reading.cannot("text layer", "is not read", frozenset({Kind.FREE_TEXT, Kind.OWNER_NAMES}))
    elif key in _FILES:
        if content.size:
            reading.cannot("linked files", "are not read")
    else:
        reading.cannot("layer block", "of a type that is not known here", frozenset({Kind.FREE_TEXT}))


def _tell_names(reading: Reading, names: list[str]) -> None:
    told = [name for name in dict.fromkeys(names) if name and not _USUAL.fullmatch(name)]
    text = "\n".join(told)
    for begin in range(0, len(text), _PIECE):
        reading.add(Kind.FREE_TEXT, "app-other", "Layer name", text[begin : begin + _PIECE])
