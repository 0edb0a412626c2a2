"""DSSE, the Dead Simple Signing Envelope (version 1.0.2): a signed payload as JSON."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from typing import Any

from facelint.formats.escape import line
from facelint.gates.keys import Signer, Verifier
from facelint.gates.refused import Refused

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MAX_BYTES = 2**24
MAX_SIGNATURES = 16
_STANDARD, _URL_SAFE = re.compile(r"[A-Za-z0-9+/]*={0,2}"), re.compile(r"[A-Za-z0-9_-]*={0,2}")


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed: the Pre-Authentication Encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sealed(payload: bytes, signer: Signer) -> str:
    """The envelope of a payload with one signature."""
    signature = signer.sign(pae(PAYLOAD_TYPE, payload))
    return json.dumps(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": signer.keyid, "sig": base64.b64encode(signature).decode()}],
        }
    ) + "\n"  # fmt: skip


def opened(data: bytes, keys: Sequence[Verifier]) -> tuple[bytes, str]:
    """The payload, and the id of the one of `keys` that signed it.

    One good signature is enough, as DSSE has it; a `keyid` is not signed, and decides nothing. Raises Refused where
    none is good, or `data` is not such an envelope.
    """
    if len(data) > MAX_BYTES:
        raise Refused(f"the attestation is larger than {MAX_BYTES // 2**20} MiB")
    envelope = parsed(data, "the attestation")
    if not isinstance(envelope, dict) or not {"payload", "payloadType", "signatures"} <= envelope.keys():
        raise Refused("it is not an attestation: a DSSE envelope has payload, payloadType and signatures")
    kind, given = envelope["payloadType"], envelope["signatures"]
    if kind != PAYLOAD_TYPE:
        raise Refused(f"its payloadType is {line(json.dumps(kind), 80)}, not {PAYLOAD_TYPE}")
    payload = _decoded(envelope["payload"], "payload")
    signatures = _signatures(given)
    message = pae(PAYLOAD_TYPE, payload)
    for key in keys:
        if any(key.holds(signature, message) for _, signature in signatures):
            return payload, key.keyid
    claimed = {keyid for keyid, _ in signatures}
    if claimed & {key.keyid for key in keys}:
        raise Refused("its signature does not hold: it was altered after it was signed")
    told = f" (it names {line(min(claimed), 80)})" if claimed != {""} else ""
    raise Refused(f"it is not signed by the key that was given{told}")


def parsed(data: bytes, what: str) -> Any:
    """JSON, strictly: UTF-8, no key twice in one object, no NaN, nothing after it. Raises Refused."""
    try:
        return json.loads(data.decode(), object_pairs_hook=_object, parse_constant=_no_number)
    except _Twice as error:
        raise Refused(f"{what} has a key twice: {line(error.args[0], 40)}") from None
    except (ValueError, RecursionError):
        raise Refused(f"{what} is not JSON") from None


class _Twice(Exception):
    """A key that stands twice in an object: two readers would read two things."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _no_number(text: str) -> None:
    raise ValueError(text)


def _signatures(given: object) -> list[tuple[str, bytes]]:
    if not isinstance(given, list) or not given:
        raise Refused("it has no signature")
    if len(given) > MAX_SIGNATURES:
        raise Refused(f"it has more than {MAX_SIGNATURES} signatures")
    found = []
    for one in given:
        keyid = one.get("keyid", "") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not isinstance(keyid, str):
            raise Refused("a signature of it is not a keyid with a sig")
        found.append((keyid, _decoded(one.get("sig"), "sig")))
    return found


def _decoded(text: object, what: str) -> bytes:
    """Standard or URL-safe base64, of which DSSE asks a verifier to read both; not a mixture of them."""
    if isinstance(text, str) and text and (_STANDARD.fullmatch(text) or _URL_SAFE.fullmatch(text)):
        try:
            return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
        except binascii.Error:
            pass
    raise Refused(f"its {what} is not base64")
