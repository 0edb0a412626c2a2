"""Segments of text: comments, and what programs and old cameras note in words."""

from __future__ import annotations

import re

from facelint.imagemeta.model import Kind
from facelint.imagemeta.programs import edits
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

COMMENT_HOLDS = frozenset({Kind.FREE_TEXT, Kind.SOFTWARE, Kind.EDITING_SOFTWARE, Kind.METADATA})

_BLANK = " \0\t\r\n"
_WRITTEN_BY = re.compile(
    r"\b(?:creat(?:or|ed)|written|encoded|software|processed|optimized|compressed|generated)\b.{0,80}"
    r"|\blavc[\d.]+|^(?:lead tech|intel\(r\) jpeg|appleMark|jpeg encoder|acd systems|imagegear|handmade soft).*",
    re.IGNORECASE,
)


def comment(reading: Reading, data: bytes, where: str) -> None:
    """A comment is often the name of the program that wrote the file."""
    text = _decoded(data)
    if not text:
        return
    reading.block("text")
    reading.add(Kind.FREE_TEXT, "app-other", where, text)
    if _WRITTEN_BY.search(text[:1000]):
        _program(reading, where, text)
    elif edits(text[:1000]):
        reading.add(Kind.EDITING_SOFTWARE, "app-other", where, text)


def unicode_comment(reading: Reading, content: Source, where: str) -> None:
    """ArcSoft PhotoStudio's."""
    raw = content.read(8, content.size)
    order = "utf-16-le" if raw[1::2].count(0) > raw[::2].count(0) else "utf-16-be"
    _add(reading, Kind.FREE_TEXT, where, raw.decode(order, "replace"))


def ducky(reading: Reading, content: Source, where: str) -> None:
    """What Photoshop's "Save for Web" leaves: blocks of a number, a length, and a quality or a text."""
    data = content.read(5, content.size)
    reading.add(Kind.EDITING_SOFTWARE, "app-other", where, "Adobe Photoshop")
    at = 0
    while at + 4 <= len(data) and data[at : at + 2] != b"\0\0":
        reading.step()
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        value = data[at + 8 : at + 4 + length].decode("utf-16-be", "replace")
        if at + 4 + length > len(data):
            reading.cannot(where, "breaks off", frozenset({Kind.FREE_TEXT, Kind.COPYRIGHT}))
        if data[at + 1] == 2:
            _add(reading, Kind.FREE_TEXT, f"{where} > Comment", value)
        elif data[at + 1] == 3:
            _add(reading, Kind.COPYRIGHT, f"{where} > Copyright", value)
        at += 4 + length


_PAIR = re.compile(r"([\w#-]+)=([^\r\n\0\[]+?)(?=\s*(?:[\r\n\0\[]|[\w#-]+=|\Z))")


def is_picture_info(opening: bytes) -> bool:
    return b"[picture info]" in opening[:256].lower() or b"Type=" in opening[:256]


def picture_info(reading: Reading, content: Source, where: str) -> None:
    """Lines of a name and a value, as Agfa, Olympus, Polaroid and others wrote them."""
    text = content.read(0, 4096).decode("latin-1")
    for found in _PAIR.finditer(text):
        reading.step()
        name, value = found.group(1).lower(), found.group(2)
        if name.startswith("serial"):
            _add(reading, Kind.SERIAL_NUMBERS, f"{where} > Serial#", value)
        elif name == "timedate":
            _add(reading, Kind.CAPTURED_AT, f"{where} > TimeDate", value)


_JUKEBOX = {
    "Caption": Kind.FREE_TEXT, "Keywords": Kind.FREE_TEXT, "Album": Kind.FREE_TEXT, "Name": Kind.FREE_TEXT,
    "People": Kind.PERSON_NAMES, "Places": Kind.LOCATION_TEXT, "Date": Kind.CAPTURED_AT, "Tool_Name": Kind.SOFTWARE,
}  # fmt: skip
_ELEMENT = re.compile(rf"<({'|'.join(_JUKEBOX)})>([^<]*)</")


def media_jukebox(reading: Reading, content: Source, where: str) -> None:
    for name, value in _ELEMENT.findall(_decoded(content.read(14, content.size))):
        reading.step()
        _add(reading, _JUKEBOX[name], f"{where} > {name}", value)


_ATTRIBUTE = re.compile(r"\b(copyright|info|id)\s*=\s*[\"']([^\"']*)")


def seal(reading: Reading, content: Source, where: str) -> None:
    """A signature of a domain, with who signed and a notice."""
    kinds = {"copyright": Kind.COPYRIGHT, "info": Kind.FREE_TEXT, "id": Kind.OWNER_NAMES}
    for name, value in _ATTRIBUTE.findall(_decoded(content.read(5, content.size))):
        reading.step()
        _add(reading, kinds[name], f"{where} > {name}", value)


def jps(reading: Reading, content: Source, where: str) -> None:
    """How a stereo picture is made up, and a comment behind that."""
    length = int.from_bytes(content.read(8, 2), "big")
    _add(reading, Kind.FREE_TEXT, where, _decoded(content.read(12 + length, content.size)))


def _program(reading: Reading, where: str, text: str) -> None:
    reading.add(Kind.SOFTWARE, "app-other", where, text)
    if edits(text[:1000]):
        reading.add(Kind.EDITING_SOFTWARE, "app-other", where, text)


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.strip(_BLANK)


def _add(reading: Reading, kind: Kind, where: str, text: str) -> None:
    text = text.strip(_BLANK)
    if text.strip("0"):
        reading.add(kind, "app-other", where, text)
        if kind is Kind.SOFTWARE and edits(text):
            reading.add(Kind.EDITING_SOFTWARE, "app-other", where, text)
