"""Keys: made once, read strictly, of one kind only."""

from __future__ import annotations

import builtins
import hashlib
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from facelint.errors import UserError
from facelint.gates import keys

from .helpers import PAIR

ED25519 = ed25519.Ed25519PrivateKey.generate()


def pem(key: Any, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes = b"") -> bytes:
    secret = BestAvailableEncryption(password) if password else NoEncryption()
    data: bytes = key.private_bytes(Encoding.PEM, form, secret)
    return data


def public(key: Any, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> bytes:
    encoding = Encoding.OpenSSH if form is PublicFormat.OpenSSH else Encoding.PEM
    data: bytes = key.public_key().public_bytes(encoding, form)
    return data


OTHERS = {
    "RSA": rsa.generate_private_key(65537, 2048),
    "EC": ec.generate_private_key(ec.SECP256R1()),
    "Ed448": ed448.Ed448PrivateKey.generate(),
    "X25519": x25519.X25519PrivateKey.generate(),
    "DSA": dsa.generate_private_key(2048),
}


def test_what_is_made_signs_and_verifies() -> None:
    signer, verifier = keys.signer_of(PAIR.private, "k"), keys.verifier_of(PAIR.public, "k")
    assert signer.keyid == verifier.keyid == PAIR.keyid
    signature = signer.sign(b"message")
    assert verifier.holds(signature, b"message")
    assert not verifier.holds(signature, b"massage")
    assert not verifier.holds(signature[:-1], b"message")
    assert not verifier.holds(b"", b"message")
    assert keys.generated().keyid != PAIR.keyid


def test_the_key_id_is_of_the_public_key_in_der() -> None:
    der = load_pem_public_key(PAIR.public).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert hashlib.sha256(der).hexdigest() == PAIR.keyid


def test_no_secret_in_a_repr() -> None:
    assert "PRIVATE" not in repr(PAIR)
    assert "sign=" not in repr(keys.signer_of(PAIR.private, "k"))


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_a_key_of_another_kind(name: str) -> None:
    for read, data in ((keys.signer_of, pem(OTHERS[name])), (keys.verifier_of, public(OTHERS[name]))):
        with pytest.raises(UserError, match=r"\Ak: holds a key of another kind; an Ed25519 key is wanted"):
            read(data, "k")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not a key: one block of PEM"),
        (b"x" * 100_000, "is not a key: one block of PEM"),
        (PAIR.private + PAIR.private, "is not a key: one block of PEM"),
        (PAIR.private + b"trailing", "is not a key: one block of PEM"),
        (PAIR.private[:-10], "is not a key: one block of PEM"),
        (PAIR.private.replace(b"-----\n", b"-----\nAAAA", 1), "is not a key that can be read"),
        (PAIR.public, "holds a public key; the private one is wanted"),
        (pem(ED25519, password=b"password"), "the key is encrypted"),
        (pem(ED25519, PrivateFormat.OpenSSH), "is not a key that can be read"),
        (pem(OTHERS["RSA"], PrivateFormat.TraditionalOpenSSL), "of another kind"),
        (pem(OTHERS["RSA"], PrivateFormat.TraditionalOpenSSL, b"password"), "is not a key: one block of PEM"),
    ],
)
def test_a_private_key_that_is_none(data: bytes, reason: str) -> None:
    with pytest.raises(UserError, match=rf"\Ak: .*{reason}") as raised:
        keys.signer_of(data, "k")
    assert "\n" not in str(raised.value)
    assert not any(line and line in str(raised.value) for line in data.decode("latin-1").split("\n")[1:2])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (PAIR.private, "holds a private key; the public one is wanted"),
        (public(ED25519, PublicFormat.OpenSSH), "is not a key: one block of PEM"),
        (public(OTHERS["RSA"], PublicFormat.PKCS1), "of another kind"),
        (PAIR.public.replace(b"MCow", b"MCox"), "is not a key that can be read"),
    ],
)
def test_a_public_key_that_is_none(data: bytes, reason: str) -> None:
    with pytest.raises(UserError, match=rf"\Ak: .*{reason}"):
        keys.verifier_of(data, "k")


def test_the_file_goes_before_the_environment(tmp_path: Path) -> None:
    other = keys.generated()
    (tmp_path / "k").write_bytes(PAIR.private)
    variables = {keys.VARIABLE: other.private.decode()}
    assert keys.signer(tmp_path / "k", variables).keyid == PAIR.keyid
    assert keys.signer(None, variables).keyid == other.keyid
    with pytest.raises(UserError, match=keys.VARIABLE):
        keys.signer(None, {keys.VARIABLE: "x"})
    for none in ({}, {keys.VARIABLE: ""}):
        with pytest.raises(UserError, match="a private key is wanted"):
            keys.signer(None, none)


def test_key_files_that_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, reason in (("none", "No such file"), ("pipe", "not a regular file"), (".", "not a regular file")):
        for read in (lambda path: keys.signer(path, {}), keys.verifier):
            with pytest.raises(UserError, match=f"the key cannot be read .{reason}"):
                read(tmp_path / name)


def test_a_pair_is_written_once(tmp_path: Path) -> None:
    private, both = tmp_path / "k.key", (tmp_path / "k.key", tmp_path / "k.pub")
    keys.write_pair(PAIR, *both)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert [path.read_bytes() for path in both] == [PAIR.private, PAIR.public]
    with pytest.raises(UserError, match="is there already"):
        keys.write_pair(keys.generated(), *both)
    assert private.read_bytes() == PAIR.private


def test_half_a_pair_is_not_left(tmp_path: Path) -> None:
    (tmp_path / "k.pub").write_text("mine")
    with pytest.raises(UserError, match=r"k\.pub: is there already"):
        keys.write_pair(PAIR, tmp_path / "k.key", tmp_path / "k.pub")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
    (tmp_path / "l.key").symlink_to("elsewhere")
    with pytest.raises(UserError, match="is there already"):
        keys.write_pair(PAIR, tmp_path / "l.key", tmp_path / "l.pub")
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(UserError, match="cannot be written"):
        keys.write_pair(PAIR, tmp_path / "no" / "k.key", tmp_path / "no" / "k.pub")


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *more: Any, **options: Any) -> Any:
        if name.startswith("cryptography"):
            raise ImportError(name)
        return imported(name, *more, **options)

    imported = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refuse)
    for ask in (keys.generated, lambda: keys.signer_of(PAIR.private, "k"), lambda: keys.verifier_of(PAIR.public, "k")):
        with pytest.raises(UserError, match=r"pip install 'facelint\[attest\]'"):
            ask()
