"""What the images root holds that no record names."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import Column, constant
from facelint.facts import Cost, Fact, Realm
from facelint.files import Root
from facelint.plan import Ask, Probe
from facelint.values import INTEGER, quantity

if TYPE_CHECKING:
    from facelint.probes import Context

UNLISTED = Fact(
    "dataset.unlisted_files",
    INTEGER,
    "Image files under the images root that no record names",
    Realm.DATASET,
    Cost.STAT,
)
IMAGES = frozenset(
    ".jpg .jpeg .jpe .jfif .png .apng .webp .gif .tif .tiff .bmp .dib .heic .heif .hif .avif .jxl .jp2 .j2k .jpf .jpx "
    ".psd .dng .cr2 .cr3 .nef .arw .raf .orf .rw2 .pef .srw .jxr .mpo".split()
)
"""Endings of image files, in lower case."""


def gather(known: Mapping[str, Column], length: int) -> pa.Table:
    """The distinct paths, and a null for each record whose path could not be read."""
    paths = known["path"].spread(length)
    texts = pc.unique(paths.texts().drop_null())
    unread = 0 if paths.unknown is None else len(paths.unknown) - paths.unknown.null_count
    return pa.table({"path": pa.concat_arrays([texts, pa.nulls(unread, pa.string())])})


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    gathered = ask.gathered.get(PROBE.name)
    named = [] if gathered is None else gathered["path"].to_pylist()
    files, trouble = _files(context.images.folder)
    paths = {path for path in named if path is not None}
    left = files - {os.path.normpath(path) for path in paths}
    if left:
        left -= {_within(context.images, path) for path in paths if os.path.normpath(path) not in files}
    unread = len(named) - sum(path is not None for path in named)
    if unread and left and not trouble:
        trouble = f"{quantity(unread, 'record')} could not be read, and may name them"
    column = constant(INTEGER, None if trouble else len(left))
    return dict.fromkeys(wanted, column.with_unknown(pa.array([trouble], pa.string())) if trouble else column)


def _within(root: Root, path: str) -> str:
    """Where a path that is no plain name of a file leads, through links, relative to the root."""
    return _normal(os.path.relpath(root.locate(path).path, root.folder))


def _files(folder: str) -> tuple[set[str], str]:
    """The image files under a folder, relative to it, links left out; and why it could not all be seen."""
    refused: list[str] = []
    found: set[str] = set()
    for at, _, names in os.walk(folder, onerror=lambda error: refused.append(error.strerror or "")):
        inside = os.path.relpath(at, folder)
        for name in names:
            if PurePosixPath(name).suffix.lower() in IMAGES and not os.path.islink(f"{at}/{name}"):  # noqa: PTH114
                found.add(_normal(name if inside == "." else f"{inside}/{name}"))
    return found, f"a folder in it cannot be read ({refused[0]})" if refused else ""


def _normal(path: str) -> str:
    """In the form that paths in manifests are compared in."""
    return unicodedata.normalize("NFC", path)


PROBE = Probe("dataset", "What the images root holds", (UNLISTED,), look, gather=gather, gathers_from=("path",))
