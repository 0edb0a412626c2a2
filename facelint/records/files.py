"""Opening what the user named: regular files only, which may not change while they are read."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from types import TracebackType

from facelint.errors import DatasetError
from facelint.yaml_tree import quoted

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)


def shown(name: str) -> str:
    """A file's name as a message may carry it, on one line."""
    return name if name.isprintable() else quoted(name)


def nature(path: Path) -> str:
    """`file`, `folder`, or why it is neither, in the words of a message."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "does not exist"
    except OSError as error:
        return f"cannot be read: {error.strerror or type(error).__name__}"
    except ValueError:
        return "is not a possible path"
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "is not a regular file"


class Source:
    """The bytes of one regular file. Every failure is a DatasetError that names the file as `name`."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = shown(name)
        kind = nature(path)
        if kind != "file":
            raise DatasetError(f"{self.name}: " + ("is a folder, not a file" if kind == "folder" else kind))
        try:
            # A FIFO put in the file's place since then neither blocks the open nor passes the test after it.
            self.stream = os.fdopen(os.open(path, _FLAGS), "rb", buffering=0)
        except OSError as error:
            raise self._refused(error) from None
        self._opened = os.fstat(self.stream.fileno())
        self._taken = 0
        if not stat.S_ISREG(self._opened.st_mode):
            self.stream.close()
            raise DatasetError(f"{self.name}: is not a regular file")

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stream.close()

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end, where the file must still be what was opened."""
        try:
            data = self.stream.read(size) or b""
        except OSError as error:
            raise self._refused(error) from None
        self._taken += len(data)
        if not data and self._taken != self._opened.st_size:
            raise self._changed()
        if not data:
            self.check()
        return data

    def rewind(self) -> None:
        self.stream.seek(0)
        self._taken = 0

    def check(self) -> None:
        """Raises DatasetError where the file is no longer what was opened."""
        now = os.fstat(self.stream.fileno())
        if (now.st_size, now.st_mtime_ns) != (self._opened.st_size, self._opened.st_mtime_ns):
            raise self._changed()

    def _changed(self) -> DatasetError:
        return DatasetError(f"{self.name}: changed while it was being read")

    def _refused(self, error: OSError) -> DatasetError:
        return DatasetError(f"{self.name}: cannot be read: {error.strerror or type(error).__name__}")


def digest(path: Path, name: str) -> str:
    """`sha256:` and the hex digest of the file's bytes, read in pieces."""
    total = hashlib.sha256()
    with Source(path, name) as source:
        while data := source.read(2**20):
            total.update(data)
    return f"sha256:{total.hexdigest()}"


def stamp(path: Path) -> tuple[object, ...]:
    """What tells a file, or the files of a folder, from others put in their place, without reading them."""
    if path.is_dir():
        files = sorted(Path(folder, name) for folder, _, names in os.walk(path) for name in names)
        return tuple((str(file), stamp(file)) for file in files if not file.is_dir())
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
