"""`facelint policy`: commands about policy files."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from facelint.values import quantity

app = typer.Typer(help="Lint and test policy files.", rich_markup_mode=None)

Files = Annotated[list[str], typer.Argument(help="Policy files, or names of packs.", metavar="FILE...")]


@app.command()
def lint(files: Files) -> int:
    """Check that policy files are well formed: every mistake with its place.

    Exit code 1 if there is any. Example: facelint policy lint face.yaml
    """
    from facelint import policy_file, probes
    from facelint.errors import PolicyError

    failed = False
    for file in files:
        try:
            loaded = policy_file.load([file], probes.vocabulary())
        except PolicyError as error:
            failed = True
            _say(str(error))
            continue
        for problem in policy_file.warnings(loaded):
            _say(f"{problem} (warning)")
        typer.echo(f"{file}: {quantity(len(loaded.rules), 'rule')}, no mistakes")
    return 1 if failed else 0


@app.command()
def test(files: Files) -> int:
    """Run the examples of every rule: does it answer as they say?

    Exit code 1 if any does not. Example: facelint policy test face.yaml
    """
    from facelint import policy_file, probes
    from facelint.errors import PolicyError
    from facelint.examples import wrong_examples

    failed = False
    for file in files:
        try:
            loaded = policy_file.load([file], probes.vocabulary())
        except PolicyError as error:
            failed = True
            _say(str(error))
            continue
        wrong = list(wrong_examples(loaded))
        for one in wrong:
            place = one.example.place
            _say(
                f"{place.file}:{place.line}:{place.column}: {one.rule.id}: "
                f"the example says {one.example.answer.word}, the rule answers {one.answer.word}"
            )
        n = sum(len(rule.examples) for rule in loaded.rules)
        without = sum(not rule.examples for rule in loaded.rules)
        also = f"; {quantity(without, 'rule')} without any" if without else ""
        right = f"{n - len(wrong)} of {quantity(n, 'example')} of {quantity(len(loaded.rules), 'rule')}"
        typer.echo(f"{file}: {right} answered as they say{also}")
        failed = failed or bool(wrong)
    return 1 if failed else 0


def _say(text: str) -> None:
    from facelint.formats.escape import line

    for one in text.split("\n"):
        print(line(one, 400), file=sys.stderr)  # noqa: T201
