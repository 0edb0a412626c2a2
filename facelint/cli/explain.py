"""`facelint explain`: one rule, in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from facelint.errors import UserError, nearest

if TYPE_CHECKING:
    from facelint.conditions import Condition
    from facelint.policy import Example, Policy, Rule


def explain(
    rule: Annotated[str, typer.Argument(help="A rule's whole name, as essentials/no-gps.")],
    policy: Annotated[
        list[str] | None,
        typer.Option(metavar="POLICY", help="Where to look: a pack or file; all packs if none."),
    ] = None,
) -> None:
    """Say what a rule asks, on what ground, how to mend a failure, and what its examples are.

    Example: facelint explain essentials/no-gps
    """
    from facelint import policy_file, probes

    loaded = policy_file.load(policy or list(policy_file.shipped()), probes.vocabulary())
    typer.echo("\n".join(_lines(_find(loaded, rule))))


def _find(policy: Policy, name: str) -> Rule:
    """By whole name, or by the bare one where just one rule has it."""
    found = [rule for rule in policy.rules if name in (rule.id, rule.id.partition("/")[2])]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(f'several rules are named "{name}": {", ".join(rule.id for rule in found)}')
    names = [rule.id if "/" in name else rule.id.partition("/")[2] for rule in policy.rules]
    raise UserError(f'no rule "{name[:80]}"{nearest(name, names)}')


def _lines(rule: Rule) -> Iterator[str]:
    from facelint.formats.escape import line
    from facelint.formats.text import citation
    from facelint.policy import Agree, Require, Unique

    yield (
        f"{rule.id} ({rule.severity.word}, for each {rule.scope.value})"
        if rule.scope != "dataset"
        else (f"{rule.id} ({rule.severity.word}, for the dataset)")
    )
    for text in (rule.title.en, rule.title.zh):
        if text:
            yield f"  {line(text, 400)}"
    if rule.when is not None:
        yield ""
        yield "when"
        yield from _condition(rule.when, 1)
    yield ""
    match rule.form:
        case Require(condition):
            yield "require"
            yield from _condition(condition, 1)
        case Unique(key, _):
            yield f"require that no two share: {', '.join(fact.name for fact in key)}"
        case Agree(on, within, _):
            yield f"require one {on.name} for all with the same {', '.join(fact.name for fact in within)}"
    if not isinstance(rule.form, Require) and rule.form.among is not None:
        yield "among those with"
        yield from _condition(rule.form.among, 1)
    if rule.cite:
        yield ""
        yield "ground"
        yield from (f"  {citation(cite)}" for cite in rule.cite)
    for word, text in (("mend", rule.remedy.en), ("", rule.remedy.zh)):
        if text:
            if word:
                yield ""
                yield word
            yield f"  {line(text, 1000)}"
    yield from _facts(rule)
    if rule.examples:
        yield ""
        yield "examples"
        yield from (f"  {one.answer.word}: {_example(one)}" for one in rule.examples)


def _condition(condition: Condition, depth: int) -> Iterator[str]:
    from facelint.conditions import All, Any, Not, Test, wanted

    pad = "  " * depth
    match condition:
        case Test():
            yield f"{pad}{condition.fact.name}: {wanted(condition)}"
        case Not(Test() as test):
            yield f"{pad}{test.fact.name}: {wanted(test, negated=True)}"
        case Not(part):
            yield f"{pad}not"
            yield from _condition(part, depth + 1)
        case All(parts) | Any(parts):
            yield f"{pad}{'all of' if isinstance(condition, All) else 'any of'}"
            for part in parts:
                yield from _condition(part, depth + 1)


def _facts(rule: Rule) -> Iterator[str]:
    from facelint.plan import rule_facts

    facts = {fact.name: fact for fact in rule_facts(rule)}
    yield ""
    yield "facts"
    for name, fact in facts.items():
        marks = [str(fact.type)]
        marks += ["shown as a hash"] if fact.personal else []
        marks += ["false unless claimed"] if fact.claimed else []
        yield f"  {name}: {fact.doc} ({'; '.join(marks)})"


def _example(example: Example) -> str:
    from facelint.formats.escape import line
    from facelint.values import show

    def thing(values: dict[str, str]) -> str:
        return ", ".join(f"{name}: {line(value, 60)}" for name, value in values.items()) or "all blank"

    shown = []
    for one in example.things:
        values = {name: show(value) for name, value in one.values.items()}
        values |= dict.fromkeys(one.missing, "(missing)") | dict.fromkeys(one.unknown, "(unknown)")
        shown.append(thing(values))
    return " | ".join(shown)
