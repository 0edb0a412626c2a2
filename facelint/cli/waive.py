"""`facelint waive`: a waiver for records that fail a rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facelint.cli import asked
from facelint.errors import UserError, nearest

if TYPE_CHECKING:
    from facelint.policy import Policy, Rule


def waive(
    rule: Annotated[str, typer.Argument(help="A rule's whole name, as essentials/no-gps.")],
    owner: Annotated[str, typer.Option(metavar="WHO", help="Who answers for it.")],
    approver: Annotated[str, typer.Option(metavar="WHO", help="Who approved it.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it may be.")],
    expires: Annotated[str, typer.Option(metavar="DATE", help="The last day on which it holds.")],
    record: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A record's id, or a pattern with * and ?; repeatable.")
    ] = None,
    dataset: Annotated[
        Path, typer.Option(metavar="PATH", help="A folder with facelint.yaml or metadata.*, or a manifest file.")
    ] = Path(),
    policy: asked.Policies = None,
    as_of: asked.AsOf = None,
    set: asked.Params = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where it goes (default: waivers.yaml of the dataset).")
    ] = None,
    hash_key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Key that ids were hashed with (default: the user's own).")
    ] = None,
) -> None:
    """Write a waiver: these records may fail this rule until that day, as long as they do not change.

    It is put at the end of the file, which facelint.yaml names under waivers. Only failures can be waived. An id may
    be given as it is, or as the hash that a report shows for it; a rule over the dataset as a whole needs none.

    Example: facelint waive essentials/no-gps --record '0001*' --owner "Li Wei" --approver "Chen Yu"
    --reason "the place is a public square" --expires 2027-03-31
    """
    from dataclasses import replace

    from facelint import probes, waiver_file
    from facelint.gates import waiving
    from facelint.policy import Scope
    from facelint.records import open_dataset
    from facelint.redact import Redactor, load_key
    from facelint.run import Options
    from facelint.values import quantity

    words = asked.answering(owner, approver, reason)
    today = asked.day(as_of)
    until = asked.lasting(expires, today)
    found = open_dataset(dataset, probes.vocabulary())
    loaded = asked.policy_for(found, policy, set)
    one = _rule(loaded, rule)
    named = record or []
    if bool(named) is (one.scope is Scope.DATASET):
        raise UserError(f"{one.id} is about {'the dataset: no' if named else 'each record: a'} --record is wanted")
    options = Options(today, Redactor(load_key(hash_key_file)))
    lines = waiving.failures(found, replace(loaded, rules=(one,)), options, among=named).lines.get(one.id, ())
    if not lines:
        raise UserError(f"nothing of what is named fails {one.id}, so that there is nothing to waive")
    path = output or found.root / "waivers.yaml"
    entry = waiver_file.written(one.id, lines, *words, until)
    waiving.append(path, entry, loaded)
    typer.echo(f"{quantity(len(lines), 'failure')} of {one.id} waived until {until} in {asked.named_file(path, found)}")


def _rule(policy: Policy, name: str) -> Rule:
    rules = {rule.id: rule for rule in policy.rules}
    if name not in rules:
        off = (
            f'"{name[:80]}" is off' if name in policy.disabled else f'no rule "{name[:80]}"{nearest(name, list(rules))}'
        )
        raise UserError(off)
    if not rules[name].waivable:
        raise UserError(f"{name} cannot be waived")
    return rules[name]
