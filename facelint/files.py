"""Files that a dataset names, found and opened without ever leaving its folder or touching what is no regular file."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field, replace
from io import BufferedReader
from pathlib import Path

ABSOLUTE = re.compile(r"/|\\\\|[A-Za-z]:[\\/]")


@dataclass(frozen=True)
class Located:
    """Where a named path leads. `status` is None where nothing is there, or where it was not looked at (`trouble`)."""

    path: str
    inside: bool
    is_link: bool = False
    status: os.stat_result | None = None
    trouble: str = ""
    """Why it could not be established what is there."""
    named: str = ""
    """The path that was asked for; `path` is where it leads."""

    @property
    def is_file(self) -> bool:
        return self.status is not None and stat.S_ISREG(self.status.st_mode)

    @property
    def not_readable(self) -> str:
        """Why there is no file to read; empty where there is one."""
        if self.trouble:
            return self.trouble
        return "" if self.is_file else "no such file" if self.status is None else "not a regular file"


MAX_PATH = 8192
"""Characters, twice what any system takes: to follow the parts of a path takes quadratic time."""
MAX_KEPT = 4096
"""Folders of which it is kept where they lead."""
OUTSIDE = "leads out of the dataset's folder"


@dataclass(frozen=True)
class Root:
    """A folder that paths are relative to and may not leave, by `..`, as absolute paths or through links."""

    folder: str
    """Resolved: absolute, without links."""
    resolved: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """By folder of a path, where it is without links. Kept, because most files share few folders."""

    @classmethod
    def of(cls, folder: Path) -> Root:
        return cls(os.path.realpath(folder))

    def locate(self, path: str) -> Located:
        """What is at `path`, whether its name is in NFC or NFD there; nothing outside the folder is looked at."""
        at = self._located(path)
        other = path if path.isascii() or at.trouble else unicodedata.normalize("NFD", path)
        if other != path:
            at = _chosen(at, self._located(other))
        return replace(at, named=path)

    def _located(self, path: str) -> Located:
        if "\0" in path:
            return Located(path, inside=False, trouble="the path holds a NUL")
        if len(path) > MAX_PATH:
            return Located(path, inside=False, trouble=f"a path of more than {MAX_PATH:,} characters")
        if ABSOLUTE.match(path) or "://" in path or os.path.normpath(path).split("/", 1)[0] == "..":
            return Located(path, inside=False, trouble=OUTSIDE)
        head, tail = os.path.split(path)
        if tail in ("", ".", ".."):
            head, tail = path, ""
        parent = self._resolved(head)
        full = f"{parent}/{tail}" if tail else parent
        if not self._holds(parent):
            return Located(path, inside=False, trouble=OUTSIDE)
        try:
            status = os.lstat(full)
        except (FileNotFoundError, NotADirectoryError):
            return Located(full, inside=True)
        except (OSError, ValueError) as error:
            return _failed(full, error)
        if not stat.S_ISLNK(status.st_mode):
            return Located(full, inside=True, status=status)
        return self._followed(full)

    def _followed(self, link: str) -> Located:
        target = os.path.realpath(link)
        if not self._holds(target):
            return Located(link, inside=False, is_link=True, trouble=OUTSIDE)
        try:
            return Located(target, inside=True, is_link=True, status=Path(target).stat())
        except FileNotFoundError:
            return Located(target, inside=True, is_link=True)
        except OSError as error:
            return _failed(target, error, is_link=True)

    def _resolved(self, head: str) -> str:
        found = self.resolved.get(head)
        if found is None:
            if len(self.resolved) >= MAX_KEPT:
                self.resolved.clear()
            found = self.resolved[head] = os.path.realpath(f"{self.folder}/{head}")
        return found

    def _holds(self, resolved: str) -> bool:
        return resolved == self.folder or resolved.startswith(self.folder.rstrip("/") + "/")


def _chosen(at: Located, twin: Located) -> Located:
    """What a name stands for that may be there in two Unicode forms: manifests are compared in NFC, file systems keep
    what they were given, and archives made on a Mac give NFD."""
    if at.status is None:
        return twin if twin.status or twin.trouble else at
    if twin.status is None or os.path.samestat(at.status, twin.status):
        return at
    return replace(at, status=None, trouble="two files have this name, in different Unicode forms")


def _failed(path: str, error: OSError | ValueError, is_link: bool = False) -> Located:
    reason = error.strerror if isinstance(error, OSError) else None
    return Located(path, inside=True, is_link=is_link, trouble=f"cannot be looked at ({reason or 'not a path'})")


def open_regular(path: str | Path) -> BufferedReader:
    """A regular file for reading; a FIFO or device put in its place neither hangs nor is read.

    Raises OSError, also where it is no regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "not a regular file")
    return os.fdopen(descriptor, "rb")
