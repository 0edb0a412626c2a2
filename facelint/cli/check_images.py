"""`facelint check-images`: image files by themselves, as a pre-commit hook hands them over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from facelint import engine
from facelint.cli import asked


def check_images(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Image files, or XMP sidecars.")],
    policy: Annotated[
        list[str] | None,
        typer.Option(metavar="POLICY", help="A pack's name or a policy file; repeatable (default: file-privacy)."),
    ] = None,
    as_of: asked.AsOf = None,
    set: asked.Params = None,
    fail_on: Annotated[
        str, typer.Option(metavar="SEVERITY", help="Rules that count: error, warning or note.")
    ] = "error",
    reveal: Annotated[bool, typer.Option("--reveal", help="Show personal values instead of keyed hashes.")] = False,
    hash_key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Key for hashing personal values (default: the user's own).")
    ] = None,
) -> int:
    """Check image files by the rules that a file answers alone: no manifest, consents or facelint.yaml is read.

    Exit codes are those of facelint check.

    Example: facelint check-images photos/a.jpg photos/b.png
    """
    engine.start()
    from facelint.gates import images as gate
    from facelint.redact import Redactor, load_key
    from facelint.run import Options

    options = Options(asked.day(as_of), Redactor(load_key(hash_key_file), reveal), fail_on=asked.severity(fail_on))
    told, code = gate.check(images, policy or gate.DEFAULT_POLICY, asked.settings(set), options)
    typer.echo(told, nl=False)
    return code
