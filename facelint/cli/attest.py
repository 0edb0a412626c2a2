"""`facelint attest`: a check whose verdict can be trusted later."""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facelint.cli import asked
from facelint.errors import UserError

if TYPE_CHECKING:
    from facelint.gates.contents import Contents
    from facelint.gates.statement import Statement
    from facelint.policy import Policy


def attest(
    path: asked.DatasetPath = Path(),
    policy: asked.Policies = None,
    as_of: asked.AsOf = None,
    set: asked.Params = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Private key (default: the PEM in FACELINT_SIGNING_KEY).")
    ] = None,
    output: Annotated[Path, typer.Option(metavar="FILE", help="Where the attestation goes.")] = Path(
        "facelint.attestation.json"
    ),
    leaves: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the list of attested files too, with their digests.")
    ] = None,
    expires: Annotated[str, typer.Option(metavar="DAYS", help="How long it holds, as 90d.")] = "90d",
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Hash files anew that did not change.")] = False,
) -> int:
    """Check a dataset, and sign its verdict with the digest of all its files.

    The attestation is written whatever the verdict; facelint verify refuses all but a pass. The exit code is that of
    facelint check.

    Example: facelint attest my-dataset --key studio.key --output my-dataset.attestation.json
    """
    from facelint import probes
    from facelint.formats.escape import line
    from facelint.gates import envelope, keys, statement
    from facelint.gates import leaves as lists
    from facelint.gates.attest import attest as attest_dataset
    from facelint.outputs import write
    from facelint.records import open_dataset
    from facelint.redact import Redactor
    from facelint.report import EXIT_CODES, Verdict
    from facelint.run import Options, waivers_for

    lasts = asked.days(expires, "--expires")
    day = asked.day(as_of)
    signer = keys.signer(key, os.environ)
    targets = [output, *([leaves] if leaves else [])]
    _refuse_one_place(targets, key)
    dataset = open_dataset(path, probes.vocabulary())
    loaded = asked.policy_for(dataset, policy, set)
    options = Options(day, Redactor(secrets.token_bytes()), waivers=waivers_for(dataset, loaded))
    attested = attest_dataset(
        dataset, loaded, options, datetime.now(UTC), lasts,
        cached=not no_cache, look=lambda found: _refuse_inside(targets, found, loaded),
    )  # fmt: skip
    sealed = envelope.sealed(statement.payload(attested.statement), signer)
    if leaves:
        write(leaves, lists.written(attested.leaves))
    write(output, sealed)
    for note in attested.notes:
        print(f"facelint: {line(note, 400)}", file=sys.stderr)  # noqa: T201
    typer.echo("\n".join(told(attested.statement)))
    typer.echo(f"signed by {signer.keyid}")
    typer.echo(f"ATTESTED: {attested.statement.verdict.upper()}, in {line(str(output), 400)}")
    return EXIT_CODES[Verdict(attested.statement.verdict)]


def told(attested: Statement) -> list[str]:
    """What a statement says, in three lines."""
    from facelint.formats.escape import line
    from facelint.gates.statement import moment
    from facelint.values import quantity

    policies = ", ".join(f"{one.id} {one.version}" for one in attested.policies)
    altered = ((attested.disabled, "off"), (attested.overridden, "changed by the dataset"))
    rules = "".join(f"; {quantity(len(names), 'rule')} {what}" for names, what in altered if names)
    waived = sum(one.failures for one in attested.waivers)
    rules += f"; {quantity(waived, 'failure')} waived" if waived else ""
    return [
        f"{quantity(attested.records, 'record')}, {quantity(attested.files, 'file')}, "
        f"{quantity(attested.bytes, 'byte')}, root {attested.root}",
        f"as of {attested.as_of} under {line(policies or 'no policy', 300)}{rules}",
        f"made at {moment(attested.created)} by facelint {line(attested.facelint, 40)}, "
        f"{'expires' if attested.created < attested.expires else 'expired already,'} at {moment(attested.expires)}",
    ]


def _refuse_one_place(targets: list[Path], key: Path | None) -> None:
    """Raises UserError where an output would replace the key, or another output."""
    places = [target.resolve() for target in targets]
    for target, place in zip(targets, places, strict=True):
        if key is not None and place == key.resolve():
            raise UserError(f"{target}: is the private key; write the output elsewhere")
        if places.count(place) > 1:
            raise UserError(f"{target}: two outputs go to it")


def _refuse_inside(targets: list[Path], found: Contents, policy: Policy) -> None:
    """Raises UserError where an output would change what is attested, or a policy."""
    inputs = {Path(os.fsdecode(entry.path)) for entry in found.entries} | {Path(p.file).resolve() for p in policy.packs}
    for target in targets:
        place = target.resolve()
        if place in inputs or any(place.is_relative_to(folder) for folder in found.folders):
            raise UserError(f"{target}: would change what is attested; write it elsewhere")
