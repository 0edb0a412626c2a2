"""`facelint keygen`: a pair of keys for attestations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def keygen(
    place: Annotated[
        Path, typer.Argument(metavar="FOLDER|PREFIX", help="A folder for facelint.key and facelint.pub, or PREFIX.")
    ] = Path("facelint"),
) -> None:
    """Make a pair of Ed25519 keys: PREFIX.key signs attestations, PREFIX.pub verifies them.

    Nothing is ever replaced. Example: facelint keygen keys/studio
    """
    from facelint.gates.keys import generated, write_pair

    prefix = place / "facelint" if place.is_dir() else place
    private, public = (prefix.with_name(f"{prefix.name}.{ending}") for ending in ("key", "pub"))
    pair = generated()
    write_pair(pair, private, public)
    typer.echo(f"private key: {private} (signs: keep it secret, and out of the dataset)")
    typer.echo(f"public key:  {public}")
    typer.echo(f"key id:      {pair.keyid}")
