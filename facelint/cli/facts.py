"""`facelint facts`: the vocabulary."""

from __future__ import annotations

from typing import Annotated

import typer

from facelint import engine
from facelint.errors import UserError


def facts(
    prefix: Annotated[str, typer.Argument(help="Only facts whose name begins so, as consent. or image.")] = "",
) -> None:
    """List the facts that a policy may name: type, cost, and what each means.

    Example: facelint facts consent.
    """
    engine.start()
    from facelint import probes

    told = [fact for name, fact in sorted(probes.vocabulary().items()) if name.startswith(prefix)]
    if not told:
        raise UserError(f'no fact\'s name begins with "{prefix[:40]}"{probes.vocabulary().nearest(prefix)}')
    width = max(len(fact.name) for fact in told)
    for fact in told:
        marks = [fact.cost.word]
        marks += ["personal"] if fact.personal else []
        marks += ["false unless claimed"] if fact.claimed else []
        typer.echo(f"{fact.name:{width}}  {fact.type.kind.value:7}  {', '.join(marks):18}  {fact.doc}")
        if fact.type.members:
            typer.echo(f"{'':{width}}  {'':7}  {'':18}  {fact.type}")
