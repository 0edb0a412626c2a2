"""Records within maker notes that are no directories: what stands at which byte of them."""

from __future__ import annotations

import re
import struct

from facelint.imagemeta.blocks import texts
from facelint.imagemeta.blocks.ifd import ASCII, UNDEFINED
from facelint.imagemeta.blocks.makernotes.fields import Told, Value, no_serial, padded
from facelint.imagemeta.model import Kind

_SERIAL = Kind.SERIAL_NUMBERS
_PRINTABLE = re.compile(rb"[ -~]*")


def _string(found: bytes, at: int, size: int) -> str:
    return padded(found[at : at + size], ASCII, "<")


def _hexadecimal(found: bytes, at: int, size: int) -> str:
    part = found[at : at + size]
    return part.hex() if len(part) == size and part.strip(b"\0") and part.strip(b"\xff") else ""


def canon_camera(value: Value) -> Told:
    """CameraInfo, of the models that write a name or a number into it."""
    found, model = value.found, value.model
    if model.endswith("EOS 5D"):
        yield "ShortOwnerName", Kind.OWNER_NAMES, _string(found, 0xAC, 16)
    elif re.search(r"\b(450D|REBEL XSi|Kiss X2)\b", model):
        yield "OwnerName", Kind.OWNER_NAMES, _string(found, 0x10F, 32)
    elif model.endswith("EOS 5D Mark III"):
        yield "LensSerialNumber", _SERIAL, _hexadecimal(found, 0x164, 5)
    elif "EOS 5DS" in model:
        yield "LensSerialNumber", _SERIAL, _hexadecimal(found, 0x16B, 5)


def canon_serial(value: Value) -> Told:
    """A text that 0xFF may fill; the EOS 5D puts nine bytes before it."""
    begin = 9 if re.search(r"\bEOS 5D", value.model) or not value.found[:1].isalnum() else 0
    yield "InternalSerialNumber", _SERIAL, no_serial(_string(value.found.rstrip(b"\xff"), begin, 64))


def canon_lens(value: Value) -> Told:
    if value.found[:4].strip(b"\0"):
        yield "LensSerialNumber", _SERIAL, _hexadecimal(value.found, 0, 5)


def nikon_location(value: Value) -> Told:
    """After a version: how the text is encoded (1: UTF-8), a code of the country, a level, the text."""
    found = value.found
    yield "CountryCode", Kind.LOCATION_TEXT, _string(found, 5, 3)
    yield "Location", Kind.LOCATION_TEXT, _string(found, 9, 70)


_CIPHER = bytes(b * b * b % 249 if b < 249 else b for b in range(256))
_DECIPHER = bytes.maketrans(
    _CIPHER[2:82] + _CIPHER[85:165] + _CIPHER[168:248], bytes((*range(2, 82), *range(85, 165), *range(168, 248)))
)
_SONY_B = re.compile(r"(ILCE-(6100A?|6300|6400A?|6500|6600|7C|7M3|7RM2|7RM3A?|7RM4A?|7SM2|9|9M2)|ILCA-99M2|ZV-E10)$")
_SONY_C = re.compile(r"ILCE-(1$|7M4|7RM5|7SM3)|ILME-FX3$")
_SONY_D = re.compile(r"(ILCE-(6700|7CM2|7CR|1M2|7M5|7RM6)|ILME-FX2|ZV-E1)$")
_SONY_NONE = re.compile(r"DSC-|Stellar|ZV-|ILME-|ILCE-9M3|ILX-")
_SONY_A_MOUNT = re.compile(r"SLT-|HV|ILCA-")


def sony_9050(value: Value) -> Told:
    """The body's number, enciphered byte by byte (each is the cube of another, modulo 249), at a place by model."""
    model = value.model
    if _SONY_B.match(model):
        at, size = 0x88, 6
    elif _SONY_C.match(model):
        at, size = (0x8A if model == "ILCE-1" else 0x88), 6
    elif _SONY_D.match(model):
        at, size = 0x38, 6
    elif _SONY_NONE.match(model) or re.match(r"Lunar|NEX-(5N|7|VG20E)", model):
        return
    else:
        at, size = (0xF0, 5) if _SONY_A_MOUNT.match(model) else (0x7C, 4)
    yield "InternalSerialNumber", _SERIAL, _hexadecimal(value.found[: at + size].translate(_DECIPHER), at, size)


def panasonic_faces(value: Value) -> Told:
    """How many faces were recognised, then 48 bytes each: a name, a place, an age."""
    found = value.found
    if len(found) < 4:
        return
    for index in range(min(struct.unpack_from(value.order + "H", found)[0], 3)):
        yield f"RecognizedFace{index + 1}Name", Kind.PERSON_NAMES, _string(found, 4 + 48 * index, 20)


def fuji_faces(value: Value) -> Told:
    """Pairs of offset and length, each of a block that says where a name and a date of birth are."""
    found = value.found
    for index in range(8):
        block, size = struct.unpack_from("<II", found, 8 * index) if 8 * index + 8 <= len(found) else (0, 0)
        if size < 62 or block + 62 > len(found):
            return
        length, at = struct.unpack_from("<II", found, block + 30)
        yield f"Face{index + 1}Name", Kind.PERSON_NAMES, _string(found, at, min(length, 256))


def pentax_camera(value: Value) -> Told:
    if len(value.found) >= 20:
        (number,) = struct.unpack_from(value.order + "I", value.found, 16)
        yield "InternalSerialNumber", _SERIAL, str(number) if number else ""


def ricoh_serial(value: Value) -> Told:
    found = value.found.rstrip(b"\0 ")
    is_text = _PRINTABLE.fullmatch(found)
    yield "SerialNumber", _SERIAL, no_serial(_string(found, 0, 16)) if is_text else _hexadecimal(value.found, 0, 16)


def ricoh_parts(value: Value) -> Told:
    for name, at in (("BodySerialNumber", 16), ("LensSerialNumber", 48)):
        yield name, _SERIAL, no_serial(_string(value.found, at, 16).partition(":")[2])


def samsung_serial(value: Value) -> Told:
    text = texts.plain(value.found, value.kind, value.order)
    if re.match(r"\w{5}", text):
        yield "SerialNumber", _SERIAL, no_serial(text)


def samsung_places(value: Value) -> Told:
    """Names that a NUL and a space part."""
    found = value.found.partition(b"\0\0")[0].replace(b"\0 ", b", ")
    yield "LocalLocationName", Kind.LOCATION_TEXT, texts.words(found)


def leica_serial(value: Value) -> Told:
    yield "SerialNumber", _SERIAL, no_serial(_string(value.found, 4, 8))


def minolta_balance(value: Value) -> Told:
    if value.model == "DSLR-A100":
        yield "InternalSerialNumber", _SERIAL, no_serial(_string(value.found, 0x49DC, 12))


def nintendo_camera(value: Value) -> Told:
    yield "InternalSerialNumber", _SERIAL, _hexadecimal(value.found, 0x18, 4)


# Whole notes that are no directories


def reconyx(note: bytes) -> Told:
    if note.startswith(b"RECONYXUF\0"):
        serial, label = _string(note, 0x4B, 15), _string(note, 0x5A, 21)
    elif note.startswith(b"RECONYXH2\0"):
        serial, label = _utf16(note, 0x7E, 30), _string(note, 0x68, 22)
    else:
        serial, label = _utf16(note, 0x2A, 30), _string(note, 0x56, 22)
    yield "SerialNumber", _SERIAL, no_serial(serial)
    yield "UserLabel", Kind.FREE_TEXT, label


def _utf16(found: bytes, at: int, size: int) -> str:
    return texts.wide(found[at : at + size], UNDEFINED, "<")


def hewlett_packard(note: bytes) -> Told:
    for match in re.finditer(rb"SERIAL NUMBER:([ -~]{1,20})", note[:4096], re.IGNORECASE):
        yield "SerialNumber", _SERIAL, no_serial(texts.words(match[1]))


GOPRO = re.compile(rb".{10}([A-Z\d]{8,20})\0", re.DOTALL)
"""Behind ten bytes a number that is not the one that EXIF tells."""


def gopro(note: bytes) -> Told:
    if match := GOPRO.match(note):
        yield "InternalSerialNumber", _SERIAL, no_serial(texts.words(match[1]))


def kodak_begin(note: bytes) -> Told:
    """Of some models the note begins with the number."""
    if re.match(rb"[CK][A-Z\d]{3} ?[A-Z\d]{1,2}\d{2}[A-Z\d]\d{4}[ \0]", note):
        yield "SerialNumber", _SERIAL, no_serial(_string(note, 0, 16))


def phase_one(note: bytes) -> Told:
    """A directory of sixteen-byte entries: tag, format, size, and the value or where it is."""
    order = "<" if note.startswith(b"II") else ">"
    (at,) = struct.unpack_from(order + "I", note, 8) if len(note) >= 12 else (len(note),)
    if at + 8 > len(note):
        return
    (count,) = struct.unpack_from(order + "I", note, at)
    for index in range(min(count, 300, (len(note) - at - 8) // 16)):
        tag, _, size, value = struct.unpack_from(order + "IIII", note, at + 8 + 16 * index)
        if tag in (0x0102, 0x0407) and 4 < size <= 64:
            yield "SerialNumber", _SERIAL, no_serial(_string(note, value, size))


def nothing(note: bytes) -> Told:
    """Of makers whose notes are known to tell of pictures and settings only."""
    return ()
