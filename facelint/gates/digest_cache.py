"""The digests of files that have not changed since they were hashed, kept in the user's cache folder.

A file of it belongs to one dataset and names no path: it maps the SHA-256 of a path and stamp to a file's digest.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from facelint.errors import UserError
from facelint.files import open_regular
from facelint.gates.contents import Entry
from facelint.outputs import replacing

MAGIC = b"facelint digests 1\n"
_SIZE = hashlib.sha256().digest_size
SETTLED = 2_000_000_000
"""Nanoseconds that a file must have been left alone: a later change within the same tick of the file system's clock
would not show in its stamp."""

Known = Mapping[bytes, bytes]


def folder() -> Path:
    """The user's cache folder for facelint (XDG)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "facelint"


def file_for(dataset: Path) -> Path:
    """The cache of the dataset at a resolved path."""
    return folder() / f"{hashlib.sha256(os.fsencode(dataset)).hexdigest()[:32]}.digests"


def key(entry: Entry) -> bytes:
    stamp = b"".join(number.to_bytes(16, "big", signed=True) for number in entry.stamp)
    return hashlib.sha256(stamp + entry.path).digest()


def load(path: Path) -> tuple[Known, str]:
    """What is kept there, and why it cannot be used; both are empty where nothing is kept yet."""
    try:
        with open_regular(path) as stream:
            status = os.fstat(stream.fileno())
            if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
                return {}, "others may write or read it"
            data = stream.read()
    except FileNotFoundError:
        return {}, ""
    except OSError as error:
        return {}, f"it cannot be read: {error.strerror or type(error).__name__}"
    body, end = data[len(MAGIC) : -_SIZE], len(data) - _SIZE
    if not data.startswith(MAGIC) or len(body) % (2 * _SIZE) or hashlib.sha256(data[:end]).digest() != data[end:]:
        return {}, "it is damaged"
    pairs = range(0, len(body), 2 * _SIZE)
    return {body[at : at + _SIZE]: body[at + _SIZE : at + 2 * _SIZE] for at in pairs}, ""


def save(path: Path, hashed: Iterable[tuple[Entry, bytes]], now_ns: int) -> str:
    """Keeps the digests of files that had settled by `now_ns`, when they were listed, and of no others. Why it could
    not, else empty."""
    kept = {
        key(entry): digest
        for entry, digest in hashed
        if max(entry.stamp.mtime_ns, entry.stamp.ctime_ns) < now_ns - SETTLED
    }
    data = MAGIC + b"".join(name + kept[name] for name in sorted(kept))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with replacing(path) as stream:
            os.fchmod(stream.fileno(), 0o600)
            stream.write(data + hashlib.sha256(data).digest())
    except UserError:
        return "it cannot be written"
    except OSError as error:
        return f"it cannot be written: {error.strerror or type(error).__name__}"
    return ""
