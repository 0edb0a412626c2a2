"""`facelint inspect`: what a picture's file tells about a person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from facelint.errors import UserError


def inspect(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Image files, or XMP sidecars.")],
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON (facelint/inspection/1) in place of a table.")
    ] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show what stands there instead of keyed hashes.")] = False,
    hash_key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Key for hashing personal values (default: the user's own).")
    ] = None,
) -> int:
    """Show what image files tell about a person: what, at which place, and how it was read.

    Values are shown as keyed hashes unless --reveal is given. Exit codes: 0 all was read, 2 a file could not be opened,
    3 something in a file could not be read.

    Example: facelint inspect photo.jpg --json
    """
    from facelint.files import open_regular
    from facelint.formats.escape import utf8
    from facelint.formats.inspection import render_json, render_text
    from facelint.imagemeta import FileSource, ImageMetadata, read
    from facelint.redact import Redactor, load_key

    redactor = Redactor(load_key(hash_key_file), reveal)
    told: list[tuple[str, ImageMetadata]] = []
    for path in images:
        try:
            with open_regular(path) as stream:
                told.append((utf8(str(path)), read(FileSource.of(stream.fileno()))))
        except OSError as error:
            raise UserError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from None
    typer.echo((render_json if json else render_text)(told, redactor), nl=False)
    return 3 if any(metadata.unreadable for _, metadata in told) else 0
