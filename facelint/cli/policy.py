"""`facelint policy`: commands about policy files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from facelint import engine
from facelint.values import quantity

if TYPE_CHECKING:
    from facelint.policy import Policy

app = typer.Typer(help="Lint and test policy files.", rich_markup_mode=None)

Files = Annotated[list[str], typer.Argument(help="Policy files, or names of packs.", metavar="FILE...")]


@app.command()
def lint(files: Files) -> int:
    """Check that policy files are well formed: every mistake with its place.

    Exit code 1 if there is any. Example: facelint policy lint face.yaml
    """
    return _each(files, _linted)


@app.command()
def test(files: Files) -> int:
    """Run the examples of every rule: does it answer as they say?

    Exit code 1 if any does not. Example: facelint policy test face.yaml
    """
    return _each(files, _tested)


def _each(files: list[str], tell: Callable[[str, Policy], bool]) -> int:
    """1 where a file has a mistake, or `tell` says of one that it has."""
    engine.start()
    from facelint import policy_file, probes
    from facelint.errors import PolicyError

    failed = False
    for file in files:
        try:
            failed |= tell(file, policy_file.load([file], probes.vocabulary()))
        except PolicyError as error:
            failed = True
            _say(str(error))
    return 1 if failed else 0


def _linted(file: str, policy: Policy) -> bool:
    from facelint.policy_file import warnings

    for problem in warnings(policy):
        _say(f"{problem} (warning)")
    typer.echo(f"{file}: {quantity(len(policy.rules) + len(policy.off), 'rule')}, no mistakes")
    return False


def _tested(file: str, policy: Policy) -> bool:
    from facelint.examples import wrong_examples

    wrong = list(wrong_examples(policy))
    for one in wrong:
        place = one.example.place
        _say(
            f"{place.file}:{place.line}:{place.column}: {one.rule.id}: "
            f"the example says {one.example.answer.word}, the rule answers {one.answer.word}"
        )
    rules = (*policy.rules, *policy.off)
    n = sum(len(rule.examples) for rule in rules)
    without = sum(not rule.examples for rule in rules)
    also = f"; {quantity(without, 'rule')} without any" if without else ""
    right = f"{n - len(wrong)} of {quantity(n, 'example')} of {quantity(len(rules), 'rule')}"
    typer.echo(f"{file}: {right} answered as they say{also}")
    return bool(wrong)


def _say(text: str) -> None:
    from facelint.formats.escape import line

    for one in text.split("\n"):
        print(line(one, 400), file=sys.stderr)  # noqa: T201
