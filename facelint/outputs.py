"""Files that a run writes: beside, then renamed, so that what stands at the path is whole or untouched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from facelint.errors import UserError


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose bytes stand at `path` when the block ends, and nowhere if it fails.

    A path that is no regular file (`/dev/stdout`, a pipe) is written to as it is. Raises UserError where it cannot be
    written (no such folder, no permission, no space).
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                yield stream
            return
        beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            with beside.open("xb") as stream:
                yield stream
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror or type(error).__name__})") from None


def write(path: Path, text: str) -> None:
    with replacing(path) as stream:
        stream.write(text.encode())
