"""Which files an attestation is about, by what they are to the dataset."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from facelint.errors import DatasetError
from facelint.files import Root
from facelint.records import Dataset, Registry

IMAGES, CONFIGURATION = b"images/", b"configuration/"
_EVIDENCE = "consent.evidence_path"


class Stamp(NamedTuple):
    """What tells a file from another, or from itself after a change, without reading it."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class Entry(NamedTuple):
    """One file: the name that it is attested by, where it is, and how it was found there."""

    name: bytes
    path: bytes
    """Absolute, without links."""
    stamp: Stamp


@dataclass(frozen=True)
class Contents:
    entries: tuple[Entry, ...]
    """In order of name; one file may have several names."""
    folders: tuple[Path, ...]
    """Those of which every file is attested, resolved."""


def contents(dataset: Dataset) -> Contents:
    """Every file under the images root, and what else a check reads of a dataset: `facelint.yaml`, the manifests, the
    consent registry and the evidence files that it names.

    Raises DatasetError for what cannot be looked at, is neither file nor folder, or is a link to a folder or out of
    the images root.
    """
    images = Path(os.path.realpath(dataset.images))
    folders = [images]
    found = list(_under(images, IMAGES))
    if dataset.config.path:
        found.append(_named(dataset.config.path, CONFIGURATION))
    for number, manifest in enumerate(dataset.manifests):
        found.append(_named(manifest.path, b"manifests/%d/" % number))
    if dataset.registry:
        if dataset.registry.path.is_dir():
            folders.append(Path(os.path.realpath(dataset.registry.path)))
        found += _consents(dataset.registry)
    return Contents(tuple(sorted(found)), tuple(folders))


def _under(folder: Path, prefix: bytes) -> Iterator[Entry]:
    """Every file below a folder, in no order."""
    top = os.fsencode(folder)
    waiting = [(top, prefix)]
    while waiting:
        at, inside = waiting.pop()
        try:
            with os.scandir(at) as listed:
                for one in listed:
                    name = inside + one.name
                    if one.is_dir(follow_symlinks=False):
                        waiting.append((one.path, name + b"/"))
                    elif one.is_symlink():
                        yield _linked(one.path, name, top)
                    else:
                        yield _file(name, one.path, one.stat(follow_symlinks=False))
        except OSError as error:
            raise _refused(inside.rstrip(b"/"), f"cannot be read ({error.strerror or type(error).__name__})") from None


def _linked(path: bytes, name: bytes, top: bytes) -> Entry:
    """The file that a link leads to: its bytes are attested under the link's name, wherever in the folder they are."""
    target = os.path.realpath(path)
    if not (target + b"/").startswith(top.rstrip(b"/") + b"/"):
        raise _refused(name, "is a link that leads out of the folder; put the file there")
    try:
        status = os.stat(target)  # noqa: PTH116 -- the names of files are bytes here
    except OSError:
        raise _refused(name, "is a link that leads nowhere") from None
    if stat.S_ISDIR(status.st_mode):
        raise _refused(name, "is a link to a folder; put the files there")
    return _file(name, target, status)


def _file(name: bytes, path: bytes, status: os.stat_result) -> Entry:
    if not stat.S_ISREG(status.st_mode):
        raise _refused(name, "is not a regular file")
    return Entry(name, path, Stamp.of(status))


def _named(path: Path, prefix: bytes) -> Entry:
    """A file that the user named, by its base name: a dataset may be moved."""
    name = prefix + os.fsencode(path.name)
    target = os.path.realpath(os.fsencode(path))
    try:
        return _file(name, target, os.lstat(target))
    except OSError as error:
        raise _refused(name, f"cannot be read ({error.strerror or type(error).__name__})") from None


def _consents(registry: Registry) -> Iterator[Entry]:
    """The registry, which beside the pictures is among them already, and the evidence."""
    is_folder = registry.path.is_dir()
    if not is_folder:
        yield _named(registry.path, b"consents/")
    elif not registry.sidecars:
        yield from _under(Path(os.path.realpath(registry.path)), b"consents/")
    root = Root.of(registry.path if is_folder else registry.path.parent)
    for path in _evidence(registry):
        at = root.locate(path)
        if at.is_file and at.status is not None:
            yield _file(b"evidence/" + os.fsencode(path), os.fsencode(at.path), at.status)


def _evidence(registry: Registry) -> set[str]:
    """The distinct paths of evidence as the consents' probe reads them; what is not there has no bytes to attest."""
    from facelint.columns import read
    from facelint.values import TEXT

    raw = registry.read({_EVIDENCE}).columns.get(_EVIDENCE)
    if raw is None:
        return set()
    return {path for path in read(raw, TEXT).values.to_pylist() if path is not None}


def _refused(name: bytes, why: str) -> DatasetError:
    return DatasetError(f"{shown(name)}: {why}")


def shown(name: bytes) -> str:
    """A name as a message may carry it: bytes that are no text are escaped."""
    return name.decode("utf-8", "backslashreplace")
