"""How a personal value may be shown: a keyed hash stands for it, unless the user asked to reveal it."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from facelint.errors import UserError

KEY_BYTES = 32


@dataclass(frozen=True)
class Redactor:
    """Hides personal values behind HMAC-SHA256 under `key`; the same value under the same key gives the same hash."""

    key: bytes = field(repr=False)
    reveal: bool = False

    @property
    def key_id(self) -> str:
        """What a report names the key by; it tells nothing of the key."""
        return hmac.new(self.key, b"facelint key id", hashlib.sha256).hexdigest()[:12]

    def hash(self, text: str) -> str:
        """`hmac:` and 16 hex digits (64 bits)."""
        return (
            "hmac:"
            + hmac.new(self.key, b"value\0" + text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]
        )

    def show(self, text: str, personal: bool) -> str:
        return self.hash(text) if personal and not self.reveal else text


def load_key(path: Path | None) -> bytes:
    """The key from `path`, else from the user's configuration, where it is made once, of mode 0600.

    Raises UserError where it cannot be read or made, or where `path` holds fewer than 16 bytes.
    """
    if path is not None:
        key = _read(path)
        if len(key) < 16:
            raise UserError(f"{path}: a hash key needs at least 16 bytes, found {len(key)}")
        return key
    own = config_folder() / "hash.key"
    if not own.exists():
        _make(own)
    key = _read(own)
    if len(key) != 2 * KEY_BYTES:
        raise UserError(f"{own}: not a hash key that facelint made; delete it and a new one is made")
    return key


def _make(own: Path) -> None:
    """Written beside and linked into place, so that runs which start together agree on one key."""
    beside = own.with_name(f".hash.key.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(os.urandom(KEY_BYTES).hex())
        try:
            own.hardlink_to(beside)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    except OSError as error:
        raise UserError(f"{own}: cannot make the hash key ({error.strerror}); name one with --hash-key-file") from None


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UserError(f"{path}: the hash key must be a regular file")
        with path.open("rb") as stream:
            return stream.read(4096).strip(b"\r\n")
    except OSError as error:
        raise UserError(f"{path}: cannot read the hash key ({error.strerror})") from None


def config_folder() -> Path:
    """The user's configuration folder for facelint (XDG)."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".config") / "facelint"
