"""`facelint explain`: one rule, in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from facelint import engine
from facelint.errors import UserError, nearest

if TYPE_CHECKING:
    from facelint.explanation import Explanation, Line
    from facelint.policy import Policy, Rule
    from facelint.wording import Lang


def explain(
    rule: Annotated[str, typer.Argument(help="A rule's whole name, as essentials/no-gps.")],
    policy: Annotated[
        list[str] | None,
        typer.Option(metavar="POLICY", help="Where to look: a pack or file; all packs if none."),
    ] = None,
    lang: Annotated[str, typer.Option(metavar="LANG", help="Language: en or zh.")] = "en",
) -> None:
    """Say what a rule asks and why, on what ground, how to mend a failure, and what its examples are.

    Example: facelint explain essentials/no-gps --lang zh
    """
    engine.start()
    from facelint import explanation, policy_file, probes

    language = _language(lang)
    loaded = policy_file.load(policy or list(policy_file.primary()), probes.vocabulary())
    typer.echo("\n".join(_lines(explanation.explain(_find(loaded, rule), language))))


def _language(said: str) -> Lang:
    languages: dict[str, Lang] = {"en": "en", "zh": "zh"}
    if said not in languages:
        raise UserError(f'--lang: "{said[:40]}" is not one of: {", ".join(languages)}')
    return languages[said]


def _find(policy: Policy, name: str) -> Rule:
    """By whole name, or by the bare one where just one rule has it."""
    rules = (*policy.rules, *policy.off)
    found = [rule for rule in rules if name in (rule.id, rule.id.partition("/")[2])]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(f'several rules are named "{name}": {", ".join(rule.id for rule in found)}')
    names = [rule.id if "/" in name else rule.id.partition("/")[2] for rule in rules]
    raise UserError(f'no rule "{name[:80]}"{nearest(name, names)}')


def _lines(said: Explanation) -> Iterator[str]:
    from facelint.formats.escape import line

    yield f"{said.id} ({said.about})"
    yield f"  {line(said.title, 400)}"
    for section in said.sections:
        yield ""
        yield section.name
        yield from (f"  {'  ' * one.depth}{line(_text(one), 1000)}" for one in section.lines)


def _text(one: Line) -> str:
    return f"{one.code}: {one.text}" if one.code else one.text
