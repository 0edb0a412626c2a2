"""`facelint rules`: the rules that there are."""

from __future__ import annotations

from typing import Annotated

import typer

from facelint import engine


def rules(
    policy: Annotated[
        list[str] | None,
        typer.Option(metavar="POLICY", help="A pack's name or a policy file; all packs if none."),
    ] = None,
) -> None:
    """List rules: their whole name, severity, scope and title.

    Example: facelint rules --policy essentials
    """
    engine.start()
    from facelint import policy_file, probes
    from facelint.formats.escape import line

    loaded = policy_file.load(policy or list(policy_file.primary()), probes.vocabulary())
    told = [(rule, "") for rule in loaded.rules] + [(rule, " (off)") for rule in loaded.off]
    width = max((len(rule.id) for rule, _ in told), default=0)
    for rule, off in told:
        typer.echo(f"{rule.id:{width}}  {rule.severity.word:7}  {rule.scope.value:7}  {line(rule.title.en)}{off}")
