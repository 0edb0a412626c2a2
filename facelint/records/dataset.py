"""A dataset: the manifest, the pictures, the consents and the card that belong together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from facelint.errors import DatasetError
from facelint.facts import Vocabulary
from facelint.records import config
from facelint.records.columns import CONSENT, consent_names, record_names
from facelint.records.config import Config
from facelint.records.files import nature, shown
from facelint.records.manifest import FORMATS, Manifest
from facelint.records.registry import Registry


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
    manifest = given or settings.manifest or _manifest_in(folder, stated=settings.path is not None)
    return _assembled(path, folder.absolute(), manifest.absolute(), given, settings, vocabulary)


def _assembled(
    path: Path, root: Path, manifest: Path, given: Path | None, settings: Config, vocabulary: Vocabulary
) -> Dataset:
    records = {fact: column for fact, column in settings.columns.items() if not fact.startswith(CONSENT)}
    consents = {fact: column for fact, column in settings.columns.items() if fact.startswith(CONSENT)}
    registry = None
    if settings.consents:
        registry = Registry(_name(settings.consents, root), settings.consents, consents, consent_names(vocabulary))
    called = settings.card.get("card.name", "").strip()
    return Dataset(
        name=called or (given.stem if given else root.resolve().name),
        path=str(path),
        root=root,
        images=settings.images or manifest.parent,
        manifests=(Manifest(_name(manifest, root), manifest, records, record_names(vocabulary)),),
        registry=registry,
        card=settings.card,
        config=settings,
    )


def _manifest_in(folder: Path, *, stated: bool) -> Path:
    """`metadata.*` of the folder, else `manifest.*`."""
    for stem in ("metadata", "manifest"):
        there = [folder / (stem + ending) for ending in FORMATS if os.path.lexists(folder / (stem + ending))]
        if len(there) > 1:
            raise DatasetError(
                f"{shown(str(folder))}: which is the manifest, {_either(file.name for file in there)}? "
                f"Say so by manifest: in {config.FILE}, or give that file"
            )
        if there:
            return there[0]
    looked = f"no manifest: in {config.FILE} and" if stated else f"no {config.FILE} and"
    raise DatasetError(f"{shown(str(folder))}: {looked} no metadata or manifest file ({', '.join(FORMATS)}) here")


def _either(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


def _name(path: Path, root: Path) -> str:
    """The path as reports name it: relative to the root where there is a way from there, POSIX."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:
        return path.as_posix()
