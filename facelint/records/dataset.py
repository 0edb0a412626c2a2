"""A dataset: the manifest, the pictures, the consents and the card that belong together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from facelint.errors import DatasetError
from facelint.facts import Vocabulary
from facelint.records import config
from facelint.records.columns import CONSENT, consent_names, record_names
from facelint.records.config import Config
from facelint.records.files import nature, shown
from facelint.records.manifest import FORMATS, Manifest
from facelint.records.registry import SIDECAR, Registry

if TYPE_CHECKING:
    from facelint.records.memory import Memory

RECORDS, CONSENTS = "records", "consents"
"""How reports name what no file holds."""


@dataclass(frozen=True)
class Dataset:
    """Where everything is; nothing but `facelint.yaml` has been read."""

    name: str
    """What the card calls it, else the name of its folder, or of the manifest that was given."""
    path: str
    """As the user gave it."""
    root: Path
    """Absolute."""
    images: Path
    """What the paths of records are relative to; absolute."""
    manifests: tuple[Manifest, ...]
    registry: Registry | None
    card: Mapping[str, str]
    """As in `Config`."""
    config: Config


def open_dataset(path: Path, vocabulary: Vocabulary) -> Dataset:
    """The dataset at `path`: its folder, its `facelint.yaml`, or a manifest.

    Raises PolicyError with all mistakes in `facelint.yaml`, DatasetError for anything else.
    """
    kind = nature(path)
    if kind == "file" and path.name == config.FILE:
        given, folder = None, path.parent
    elif kind == "file":
        given, folder = path, path.parent
        if path.suffix.lower() not in FORMATS:
            raise DatasetError(f"{shown(str(path))}: is of no known format; wants one of: {', '.join(FORMATS)}")
    elif kind == "folder":
        given, folder = None, path
    else:
        raise DatasetError(f"{shown(str(path))}: {kind}")
    file = folder / config.FILE
    settings = Config()
    if os.path.lexists(file):
        settings = config.read(file, vocabulary, other_manifest=given is not None)
    manifests = (given,) if given else settings.manifests or _manifests_in(folder, stated=settings.path is not None)
    found = tuple(manifest.absolute() for manifest in manifests)
    return _assembled(path, folder.absolute(), found, given, settings, vocabulary)


def in_memory(
    records: Memory, consents: Memory | None, images: Path, config: Config, vocabulary: Vocabulary
) -> Dataset:
    """The dataset of records that no file holds, with their consents from memory or from where `config` says.

    `images` is absolute; what else is relative, as paths of evidence are, is relative to it too.
    """
    mapped = _Mapped.of(config)
    registry = _registry(config, mapped, images, images, vocabulary)
    if consents is not None:
        registry = Registry(CONSENTS, images / CONSENTS, mapped.consents, consent_names(vocabulary), memory=consents)
    manifest = Manifest(RECORDS, images / RECORDS, mapped.records, record_names(vocabulary), memory=records)
    name = config.card.get("card.name", "").strip() or RECORDS
    return Dataset(name, "", images, images, (manifest,), registry, config.card, config)


@dataclass(frozen=True)
class _Mapped:
    """What `columns:` says, by what it says it of."""

    records: Mapping[str, str]
    consents: Mapping[str, str]

    @classmethod
    def of(cls, config: Config) -> _Mapped:
        of_consents = {fact: column for fact, column in config.columns.items() if fact.startswith(CONSENT)}
        return cls({fact: column for fact, column in config.columns.items() if fact not in of_consents}, of_consents)


def _registry(config: Config, mapped: _Mapped, root: Path, images: Path, vocabulary: Vocabulary) -> Registry | None:
    known = consent_names(vocabulary)
    if config.consents:
        return Registry(_name(config.consents, root), config.consents, mapped.consents, known)
    if config.sidecars:
        name = (PurePosixPath(_name(images, root)) / f"*{SIDECAR}").as_posix()
        return Registry(name, images, mapped.consents, known, sidecars=True)
    return None


def _assembled(
    path: Path, root: Path, found: tuple[Path, ...], given: Path | None, settings: Config, vocabulary: Vocabulary
) -> Dataset:
    mapped = _Mapped.of(settings)
    stated = given is not None or bool(settings.manifests)
    folders = {manifest.parent for manifest in found}
    images = settings.images or (folders.pop() if stated and len(folders) == 1 else root)
    called = settings.card.get("card.name", "").strip()
    names = [(_name(manifest, root), manifest) for manifest in found]
    manifests = tuple(
        Manifest(
            name,
            manifest,
            mapped.records,
            record_names(vocabulary),
            source,
            "" if stated or manifest.parent == root else _inside(manifest.parent, images),
            tuple(other for other in names if other[1] != manifest),
        )
        for source, (name, manifest) in enumerate(names)
    )
    return Dataset(
        name=called or (given.stem if given else root.resolve().name),
        path=str(path),
        root=root,
        images=images,
        manifests=manifests,
        registry=_registry(settings, mapped, root, images, vocabulary),
        card=settings.card,
        config=settings,
    )


def _manifests_in(folder: Path, *, stated: bool) -> tuple[Path, ...]:
    """`metadata.*` of the folder, else `manifest.*`, else the `metadata.*` of all folders in it, by name."""
    found = _one_of(folder, "metadata") or _one_of(folder, "manifest")
    if found:
        return (found,)
    below = tuple(one for inner in _folders_in(folder) if (one := _one_of(inner, "metadata")))
    if below:
        return below
    looked = f"no manifest: in {config.FILE} and" if stated else f"no {config.FILE} and"
    raise DatasetError(f"{shown(str(folder))}: {looked} no metadata or manifest file ({', '.join(FORMATS)}) here")


def _one_of(folder: Path, stem: str) -> Path | None:
    there = [folder / (stem + ending) for ending in FORMATS if os.path.lexists(folder / (stem + ending))]
    if len(there) > 1:
        raise DatasetError(
            f"{shown(str(folder))}: which is the manifest, {_either(file.name for file in there)}? "
            f"Say so by manifest: in {config.FILE}, or give that file"
        )
    return there[0] if there else None


def _folders_in(folder: Path) -> list[Path]:
    """Every folder in it, by name; links to folders are not followed, hidden ones left out."""

    def refuse(error: OSError) -> None:
        raise DatasetError(f"{shown(str(folder))}: a folder in it cannot be read: {error.strerror}")

    found = []
    for at, folders, _ in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(at, name) for name in folders if not Path(at, name).is_symlink()]
    return sorted(found)


def _inside(folder: Path, images: Path) -> str:
    """The folder relative to the images root, POSIX; empty where it is the root, or not in it."""
    way = _name(folder, images)
    return "" if way == "." or way == ".." or way.startswith(("../", "/")) else way


def _either(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


def _name(path: Path, root: Path) -> str:
    """The path as reports name it: relative to the root where there is a way from there, POSIX."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:
        return path.as_posix()
