"""`facelint baseline`: today's failures as waivers, so that only new ones count."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from facelint.cli import asked


def baseline(
    owner: Annotated[str, typer.Option(metavar="WHO", help="Who answers for it.")],
    approver: Annotated[str, typer.Option(metavar="WHO", help="Who approved it.")],
    expires: Annotated[str, typer.Option(metavar="DATE", help="The last day on which it holds.")],
    path: asked.DatasetPath = Path(),
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why it may be.")] = None,
    policy: asked.Policies = None,
    as_of: asked.AsOf = None,
    set: asked.Params = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where it goes (default: baseline.yaml of the dataset).")
    ] = None,
) -> None:
    """Record what fails today, so that only what is new or changed fails from now on.

    Failures are known by rule and by the content of their record, not by their place. An older baseline at the same
    place is replaced; what other files of facelint.yaml waive is left to them. What is unsure, and rules that cannot
    be waived, are not recorded.

    Example: facelint baseline my-dataset --owner "Data team" --approver "Chen Yu" --expires 2027-03-31
    """
    import secrets

    from facelint import probes, run, waiver_file
    from facelint.gates import waiving
    from facelint.policy import Answer
    from facelint.records import open_dataset
    from facelint.redact import Redactor
    from facelint.values import quantity
    from facelint.waivers import RULE

    words = asked.answering(owner, approver, reason or "Known when the baseline was made")
    today = asked.day(as_of)
    until = asked.lasting(expires, today)
    dataset = open_dataset(path, probes.vocabulary())
    loaded = asked.policy_for(dataset, policy, set)
    target = output or dataset.root / "baseline.yaml"
    others = [(name, dataset.root / name) for name in dataset.config.waivers]
    waived = waiver_file.load([(n, file) for n, file in others if file.resolve() != target.resolve()], loaded)
    options = run.Options(today, Redactor(secrets.token_bytes()))
    found = waiving.failures(dataset, loaded, options, waived)
    entries = [waiver_file.written(rule, lines, *words, until) for rule, lines in found.lines.items()]
    waiving.put_baseline(target, entries)
    rules = [rule for rule in found.report.rules if rule.id != RULE.id]
    total = quantity(sum(rule.counts[Answer.FAIL] for rule in rules if rule.id in found.lines), "failure")
    place = asked.named_file(target, dataset)
    typer.echo(f"{total} of {quantity(len(entries), 'rule')} recorded until {until} in {place}")
    unsure = [rule.counts[Answer.UNSURE] for rule in rules if rule.counts[Answer.UNSURE]]
    if unsure:
        typer.echo(f"not recorded: {quantity(sum(unsure), 'unsure answer')} of {quantity(len(unsure), 'rule')}")
    for rule in rules:
        if rule.counts[Answer.FAIL] and rule.id not in found.lines:
            typer.echo(f"not recorded: {rule.id} cannot be waived, and failed {rule.counts[Answer.FAIL]:,} times")
