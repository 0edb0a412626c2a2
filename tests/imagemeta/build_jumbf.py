"""JUMBF boxes, CBOR and C2PA manifest stores, made of plain values."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

UUIDS = {"c2pa": b"c2pa", "c2pa.assertions": b"c2as", "c2pa.claim": b"c2cl", "c2pa.signature": b"c2cs"}
_UUID_TAIL = bytes.fromhex("00110010800000AA00389B71")


def cbor(value: Any) -> bytes:
    """RFC 8949, definite lengths."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, Mapping):
        return _head(5, len(value)) + b"".join(cbor(key) + cbor(inner) for key, inner in value.items())
    return _head(4, len(value)) + b"".join(map(cbor, value))


def indefinite(value: Any) -> bytes:
    """The same, with the lengths of lists, maps and texts left open."""
    if isinstance(value, str):
        return b"\x7f" + b"".join(cbor(letter) for letter in value) + b"\xff"
    if isinstance(value, Mapping):
        return b"\xbf" + b"".join(indefinite(key) + indefinite(inner) for key, inner in value.items()) + b"\xff"
    if isinstance(value, list):
        return b"\x9f" + b"".join(map(indefinite, value)) + b"\xff"
    return cbor(value)


def _head(major: int, length: int) -> bytes:
    for detail, form, most in ((24, ">B", 2**8), (25, ">H", 2**16), (26, ">I", 2**32), (27, ">Q", 2**64)):
        if length < 24:
            return bytes((major << 5 | length,))
        if length < most:
            return bytes((major << 5 | detail,)) + struct.pack(form, length)
    raise ValueError(length)


def box(kind: bytes, contents: bytes, wide: bool = False) -> bytes:
    if wide:
        return struct.pack(">I4sQ", 1, kind, len(contents) + 16) + contents
    return struct.pack(">I4s", len(contents) + 8, kind) + contents


def superbox(label: str, *contents: bytes, uuid: bytes = b"cbor") -> bytes:
    described = UUIDS.get(label, uuid) + _UUID_TAIL + b"\x03" + label.encode() + b"\0"
    return box(b"jumb", box(b"jumd", described) + b"".join(contents))


def assertion(label: str, value: Any, as_json: bool = False) -> bytes:
    if as_json:
        return superbox(label, box(b"json", json.dumps(value).encode()), uuid=b"json")
    return superbox(label, box(b"cbor", cbor(value)))


def thumbnail(picture: bytes, label: str = "c2pa.thumbnail.claim.jpeg") -> bytes:
    return superbox(label, box(b"bfdb", b"\0image/jpeg\0"), box(b"bidb", picture), uuid=b"\x40\xcb\x0c\x32")


def manifest(*assertions: bytes, claim: Any = None, label: str = "urn:uuid:1") -> bytes:
    claimed = claim or {"claim_generator": "tester/1.0", "alg": "sha256"}
    return superbox(
        label,
        superbox("c2pa.assertions", *assertions),
        superbox("c2pa.claim", box(b"cbor", cbor(claimed))),
        uuid=b"c2ma",
    )


def store(*manifests: bytes) -> bytes:
    return superbox("c2pa", *manifests)


def training(entries: Mapping[str, Any], label: str = "c2pa.training-mining") -> bytes:
    return assertion(label, {"entries": entries})
