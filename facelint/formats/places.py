"""Where the file of a finding is, for programs that open it there; told from names, without a look at the disk."""

from __future__ import annotations

import posixpath
from pathlib import PurePath

from facelint.report import Report

_CONFIGURATION = "facelint.yaml"
_TEXT = (".csv", ".jsonl", ".ndjson")


def path(report: Report, source: str | None) -> str:
    """The path of a manifest or registry, from where the run stood if the dataset was named from there.

    None stands for the dataset as a whole: its configuration, else its first manifest.
    """
    return posixpath.normpath(posixpath.join(_root(report), _file(report, source)))


def path_within(report: Report, source: str | None) -> str:
    """The same, but from the dataset's folder where `path` is absolute or leads upwards."""
    whole = path(report, source)
    outside = posixpath.isabs(whole) or whole.startswith("../") or ":" in whole.split("/")[0]
    return posixpath.normpath(_file(report, source)) if outside else whole


def line(source: str | None, row: int | None) -> int | None:
    """The line of a row, where the file has lines; before it where cells of a CSV file hold line breaks."""
    return row if source is not None and source.lower().endswith(_TEXT) else None


def _root(report: Report) -> str:
    """The dataset's folder, as the user named it or one of its files."""
    given = PurePath(report.dataset.path).as_posix()
    folder, name = posixpath.split(given)
    files = {_CONFIGURATION, *(one.name for one in report.dataset.manifests)}
    return folder if name in files else given


def _file(report: Report, source: str | None) -> str:
    if source is not None:
        return source
    manifests = report.dataset.manifests
    return _CONFIGURATION if report.dataset.configuration or not manifests else manifests[0].name
