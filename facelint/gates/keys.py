"""Ed25519 keys as PEM files: made, read, and named by the digest of the public one."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facelint.errors import UserError
from facelint.files import open_regular

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VARIABLE = "FACELINT_SIGNING_KEY"
MAX_PEM = 65_536
_ONE_BLOCK = re.compile(rb"\s*-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----\s*")


@dataclass(frozen=True)
class Signer:
    keyid: str
    sign: Callable[[bytes], bytes] = field(repr=False)


@dataclass(frozen=True)
class Verifier:
    keyid: str
    """SHA-256 of the public key's SubjectPublicKeyInfo in DER, in hex."""
    holds: Callable[[bytes, bytes], bool] = field(repr=False)
    """Whether a signature is of a message, and by this key."""


@dataclass(frozen=True)
class Pair:
    keyid: str
    private: bytes = field(repr=False)
    public: bytes


def generated() -> Pair:
    """A new pair: PKCS #8 and SubjectPublicKeyInfo in PEM."""
    _require()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = Ed25519PrivateKey.generate()
    return Pair(
        _keyid(key.public_key()),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )


def signer(path: Path | None, environment: Mapping[str, str]) -> Signer:
    """The private key of a file, else of the environment variable FACELINT_SIGNING_KEY.

    Raises UserError where there is none, or it is not one Ed25519 key in PEM without a password.
    """
    if path is None and not environment.get(VARIABLE):
        raise UserError(f"a private key is wanted: --key FILE, or {VARIABLE}; facelint keygen makes one")
    name = VARIABLE if path is None else str(path)
    return signer_of(environment[VARIABLE].encode() if path is None else _read(path), name)


def signer_of(pem: bytes, name: str) -> Signer:
    """As `signer`, of the PEM itself; messages call it `name`."""
    _require()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    label = _label(pem, name)
    if label == "PUBLIC KEY":
        raise UserError(f"{name}: holds a public key; the private one is wanted to sign")
    if label == "ENCRYPTED PRIVATE KEY":
        raise UserError(f"{name}: the key is encrypted; one without a password is wanted")
    key = _loaded(lambda: load_pem_private_key(pem, None), name)
    if not isinstance(key, Ed25519PrivateKey):
        raise UserError(f"{name}: holds a key of another kind; an Ed25519 key is wanted (facelint keygen makes one)")
    return Signer(_keyid(key.public_key()), key.sign)


def verifier(path: Path) -> Verifier:
    """The public key of a file. Raises UserError where it is not one Ed25519 key in PEM."""
    return verifier_of(_read(path), str(path))


def verifier_of(pem: bytes, name: str) -> Verifier:
    """As `verifier`, of the PEM itself; messages call it `name`."""
    _require()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if "PRIVATE" in _label(pem, name):
        raise UserError(f"{name}: holds a private key; the public one is wanted to verify")
    key = _loaded(lambda: load_pem_public_key(pem), name)
    if not isinstance(key, Ed25519PublicKey):
        raise UserError(f"{name}: holds a key of another kind; an Ed25519 key is wanted")

    def holds(signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return Verifier(_keyid(key), holds)


def write_pair(pair: Pair, private: Path, public: Path) -> None:
    """Both files or none, the private one of mode 0600. Raises UserError where either is there already."""
    made: list[Path] = []
    try:
        for path, data, mode in ((private, pair.private, 0o600), (public, pair.public, 0o644)):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
            made.append(path)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
    except OSError as error:
        for one in made:
            one.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise UserError(f"{path}: is there already, and a key is never replaced") from None
        raise UserError(f"{path}: cannot be written ({error.strerror or type(error).__name__})") from None


def _keyid(key: Ed25519PublicKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _require() -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise UserError("signatures need the package cryptography: pip install 'facelint[attest]'") from None


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as stream:
            return stream.read(MAX_PEM + 1)
    except OSError as error:
        raise UserError(f"{path}: the key cannot be read ({error.strerror or type(error).__name__})") from None


def _label(pem: bytes, name: str) -> str:
    match = _ONE_BLOCK.fullmatch(pem) if len(pem) <= MAX_PEM else None
    if match is None:
        raise UserError(f"{name}: is not a key: one block of PEM is wanted, and nothing else")
    return match[1].decode()


def _loaded(load: Callable[[], Any], name: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return load()
    except (ValueError, TypeError, UnsupportedAlgorithm):  # damaged, encrypted in a way of its own, of an unknown kind
        raise UserError(f"{name}: is not a key that can be read; an Ed25519 key in PEM is wanted") from None
