"""The envelope: DSSE as others write and read it, and nothing that only looks like it."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from facelint.gates.envelope import MAX_BYTES, MAX_SIGNATURES, PAYLOAD_TYPE, opened, pae, sealed
from facelint.gates.keys import generated, signer_of, verifier_of
from facelint.gates.refused import Refused

from .helpers import PAIR, signer, verifier

PAYLOAD = b'{"a": "\xc3\xa9?>~"}' * 3
"""Whose base64 differs in its two alphabets."""


def envelope(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {**json.loads(sealed(PAYLOAD, signer())), **changes}
    return whole


def read(whole: dict[str, Any]) -> bytes:
    return opened(json.dumps(whole).encode(), [verifier()])[0]


def url_safe(text: str) -> str:
    return text.replace("+", "-").replace("/", "_")


def test_the_encoding_that_the_specification_shows() -> None:
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


@given(st.binary())
def test_what_is_sealed_is_opened(payload: bytes) -> None:
    if payload:
        assert opened(sealed(payload, signer()).encode(), [verifier()]) == (payload, PAIR.keyid)


def test_any_of_the_keys_will_do() -> None:
    other = generated()
    keys = [verifier_of(other.public, "o"), verifier()]
    assert opened(json.dumps(envelope()).encode(), keys)[1] == PAIR.keyid


@given(st.data())
def test_no_byte_may_differ(data: st.DataObject) -> None:
    """Of the envelope as it is written: either it is refused, or the payload is what was signed."""
    whole = sealed(PAYLOAD, signer()).encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + data.draw(st.binary(max_size=2)) + whole[at + 1 :]
    with suppress(Refused):
        assert opened(changed, [verifier()]) == (PAYLOAD, PAIR.keyid)


@given(st.binary(min_size=1), st.text())
def test_another_payload_or_type_under_the_same_signature(payload: bytes, kind: str) -> None:
    if payload != PAYLOAD:
        with pytest.raises(Refused, match="altered after it was signed"):
            read(envelope(payload=base64.b64encode(payload).decode()))
    if kind != PAYLOAD_TYPE:
        with pytest.raises(Refused, match="its payloadType is"):
            read(envelope(payloadType=kind))


def test_both_alphabets_of_base64() -> None:
    whole = envelope()
    assert set("+/") & set(whole["payload"])
    whole["payload"] = url_safe(whole["payload"])
    whole["signatures"][0]["sig"] = url_safe(whole["signatures"][0]["sig"])
    assert read(whole) == PAYLOAD


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text[:-1],
        lambda text: text.rstrip("=") + "===",
        lambda text: text[:8] + "=" + text[9:],
        lambda text: url_safe(text)[:-8] + "+/+/+/+/",
        lambda text: text + "AAAA" + "=",
        lambda text: "",
        lambda text: None,
        lambda text: 5,
        lambda text: [text],
        lambda text: "é" + text[1:],
    ],
)
@pytest.mark.parametrize("where", ["payload", "sig"])
def test_what_is_not_base64(change: Callable[[str], Any], where: str) -> None:
    whole = envelope(payload=base64.b64encode(b"\xff\xfe\xfd\xfc\xff" * 2).decode())
    at = whole if where == "payload" else whole["signatures"][0]
    at[where] = change(at[where])
    with pytest.raises(Refused, match=rf"\Aits {where} is not base64\Z"):
        read(whole)


def with_signatures(*signatures: object) -> dict[str, Any]:
    return envelope(signatures=list(signatures))


GOOD = envelope()["signatures"][0]
OTHER = json.loads(sealed(PAYLOAD, signer_of(generated().private, "o")))["signatures"][0]


@pytest.mark.parametrize(
    "signatures",
    [
        [GOOD],
        [OTHER, GOOD],
        [GOOD, GOOD],
        [{"sig": GOOD["sig"]}],
        [{"keyid": "anyone", "sig": GOOD["sig"]}],
        [{**GOOD, "cert": "ignored"}],
        [OTHER] * (MAX_SIGNATURES - 1) + [GOOD],
    ],
)
def test_one_good_signature_is_enough(signatures: list[dict[str, str]]) -> None:
    assert read(with_signatures(*signatures)) == PAYLOAD


@pytest.mark.parametrize(
    ("whole", "reason"),
    [
        (envelope(signatures=[]), "it has no signature"),
        (envelope(signatures=None), "it has no signature"),
        (envelope(signatures=GOOD), "it has no signature"),
        (with_signatures("x"), "is not a keyid with a sig"),
        (with_signatures({"keyid": 5, "sig": GOOD["sig"]}), "is not a keyid with a sig"),
        (with_signatures({"keyid": PAIR.keyid}), "its sig is not base64"),
        (with_signatures(OTHER), r"it is not signed by the key that was given \(it names [0-9a-f]{64}\)"),
        (with_signatures({"sig": OTHER["sig"]}), r"it is not signed by the key that was given\Z"),
        (with_signatures({**OTHER, "keyid": PAIR.keyid}), "its signature does not hold"),
        (with_signatures({**OTHER, "keyid": "\x1b[31m\u202e"}), r"names \\u001b\[31m\\u202e"),
        (with_signatures(*[OTHER] * MAX_SIGNATURES, GOOD), "more than 16 signatures"),
        ({"payload": "", "signatures": []}, "has payload, payloadType and signatures"),
    ],
)
def test_signatures_that_are_not_good(whole: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(whole)


def test_a_signature_of_another_algorithm() -> None:
    """Whatever key made it, the verifier's own decides what a signature is."""
    message = pae(PAYLOAD_TYPE, PAYLOAD)
    made = {
        "rsa": rsa.generate_private_key(65537, 2048).sign(message, PKCS1v15(), SHA256()),
        "ecdsa": ec.generate_private_key(ec.SECP256R1()).sign(message, ec.ECDSA(SHA256())),
        "hmac with the public key": hmac.digest(PAIR.public, message, "sha256"),
        "the bare payload": signer().sign(PAYLOAD),
        "zeros": bytes(64),
        "nothing much": b"x",
    }
    for signature in made.values():
        one = {"keyid": PAIR.keyid, "sig": base64.b64encode(signature).decode(), "alg": "none", "scheme": "rsa"}
        with pytest.raises(Refused, match="its signature does not hold"):
            read(with_signatures(one))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"\xef\xbb\xbf{}", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"payload": NaN}', "is not JSON"),
        (b"1" * 10_000, "is not JSON"),
        (b"[]", "it is not an attestation"),
        (b"null", "it is not an attestation"),
        (sealed(PAYLOAD, signer()).encode() * 2, "is not JSON"),
        (sealed(PAYLOAD, signer()).encode() + b"\0", "is not JSON"),
        (b'{"payload": "QQ==",' + sealed(PAYLOAD, signer()).encode()[1:], "has a key twice: payload"),
        (sealed(PAYLOAD, signer()).encode().replace(b'{"keyid"', b'{"sig": "QQ==", "keyid"'), "has a key twice: sig"),
        (b" " * (MAX_BYTES + 1), "is larger than 16 MiB"),
    ],
)
def test_what_is_no_envelope(data: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        opened(data, [verifier()])


def test_others_read_what_is_written() -> None:
    dsse = pytest.importorskip("securesystemslib.dsse", reason="securesystemslib is not installed")
    signing = import_module("securesystemslib.signer")
    key = signing.SSlibKey.from_crypto(load_pem_public_key(PAIR.public), keyid=PAIR.keyid)
    theirs = dsse.Envelope.from_dict(envelope())
    assert theirs.payload == PAYLOAD
    assert theirs.pae() == pae(PAYLOAD_TYPE, PAYLOAD)
    assert set(theirs.verify([key], 1)) == {PAIR.keyid}
    altered = dsse.Envelope.from_dict(envelope(payload="QQ=="))
    with pytest.raises(import_module("securesystemslib.exceptions").VerificationError):
        altered.verify([key], 1)


def test_what_others_write_is_read() -> None:
    dsse = pytest.importorskip("securesystemslib.dsse", reason="securesystemslib is not installed")
    theirs = dsse.Envelope(PAYLOAD, PAYLOAD_TYPE, {})
    theirs.sign(import_module("securesystemslib.signer").CryptoSigner(load_pem_private_key(PAIR.private, None)))
    assert [one["keyid"] for one in theirs.to_dict()["signatures"]] != [PAIR.keyid]
    assert read(theirs.to_dict()) == PAYLOAD
