"""`facelint verify`: whether an attestation holds for a dataset."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facelint.cli import asked
from facelint.cli.attest import told
from facelint.errors import UserError

if TYPE_CHECKING:
    from facelint.policy import Policy


def verify(
    attestation: Annotated[Path, typer.Argument(help="The attestation, as facelint attest wrote it.")],
    dataset: Annotated[Path, typer.Argument(help="The dataset, given as it was to facelint attest.")] = Path(),
    key: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Public key that is trusted; repeatable.")
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(metavar="POLICY", help="The policies that it must be of, unaltered; repeatable (default: any)."),
    ] = None,
    set: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A param that --policy must have had; repeatable.")
    ] = None,
    max_age: Annotated[str | None, typer.Option(metavar="DAYS", help="How old it may be, as 30d.")] = None,
    leaves: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The list of attested files: tells which differ.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Hash only N pictures, drawn at random; wants --leaves.")
    ] = None,
) -> int:
    """Verify that a dataset is the one attested, byte for byte, and that the attestation may be relied on.

    Exit codes: 0 verified, 1 refused, 2 a mistake in what was asked for, 3 only a sample was examined.

    Example: facelint verify my-dataset.attestation.json my-dataset --key studio.pub --policy essentials --max-age 30d
    """
    from facelint.formats.escape import line
    from facelint.gates import keys
    from facelint.gates import verify as gate
    from facelint.gates.envelope import MAX_BYTES
    from facelint.gates.leaves import MAX_LINE
    from facelint.gates.refused import Refused
    from facelint.values import quantity

    trusted = [keys.verifier(one) for one in key or ()]
    if not trusted:
        raise UserError("a public key is wanted: --key FILE")
    if set and not policy:
        raise UserError("--set says what --policy must have had; --policy is wanted too")
    if sample is not None and leaves is None:
        raise UserError("--sample is compared with the list of attested files; --leaves FILE is wanted too")
    age = asked.days(max_age, "--max-age") if max_age is not None else None
    terms = gate.Terms(datetime.now(UTC), _policy(policy, set), age)
    with ExitStack() as stack:
        envelope = stack.enter_context(_open(attestation)).read(MAX_BYTES + 1)
        listed = stack.enter_context(_open(leaves)) if leaves else None
        lines = iter(lambda: listed.readline(MAX_LINE), b"") if listed else None
        try:
            verified = gate.verify(envelope, trusted, dataset, terms, lines, sample)
        except Refused as refused:
            for reason in refused.reasons:
                typer.echo(f"REFUSED: {line(reason, 600)}")
            return 1
    typer.echo("\n".join(told(verified.statement)))
    typer.echo(f"signed by {verified.keyid}")
    verdict, files = verified.statement.verdict.upper(), quantity(verified.files, "file")
    if verified.whole:
        typer.echo(f"VERIFIED: {verdict}, every byte of {files} is as attested")
        return 0
    typer.echo(
        f"VERIFIED IN PART: {verdict}, {verified.hashed:,} of {files} are as attested; "
        "of the others only names and sizes were compared"
    )
    return 3


def _policy(names: list[str] | None, set: list[str] | None) -> Policy | None:
    """The policies that are asked for, as whoever asks has them."""
    from facelint import policy_file, probes

    if not names:
        return None
    return policy_file.load(names, probes.vocabulary(), policy_file.Settings(set=asked.settings(set)))


def _open(path: Path) -> BufferedReader:
    from facelint.files import open_regular

    try:
        return open_regular(path)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from None
