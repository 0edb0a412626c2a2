"""`facelint check`: a dataset against policies."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facelint import engine
from facelint.cli import asked
from facelint.errors import UserError
from facelint.formats import FORMATS

if TYPE_CHECKING:
    from facelint.judge import Things
    from facelint.policy import Policy
    from facelint.records import Dataset


def check(
    path: asked.DatasetPath = Path(),
    policy: asked.Policies = None,
    as_of: asked.AsOf = None,
    horizon: Annotated[str, typer.Option(metavar="DAYS", help="How far run.horizon looks ahead, as 30d.")] = "0d",
    set: asked.Params = None,
    waivers: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Waivers, in place of those facelint.yaml names; repeatable."),
    ] = None,
    ignore_waivers: Annotated[bool, typer.Option("--ignore-waivers", help="Judge as if nothing were waived.")] = False,
    format: Annotated[str, typer.Option(metavar="FORMAT", help=f"What to print: {', '.join(FORMATS)}.")] = "text",
    output: Annotated[
        list[str] | None, typer.Option(metavar="FORMAT=PATH", help="Write the report to a file too; repeatable.")
    ] = None,
    findings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every finding to FILE.jsonl, .csv or .parquet.")
    ] = None,
    fail_on: Annotated[
        str, typer.Option(metavar="SEVERITY", help="Rules that count: error, warning or note.")
    ] = "error",
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 in place of 1 when something failed.")] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show personal values instead of keyed hashes.")] = False,
    hash_key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Key for hashing personal values (default: the user's own).")
    ] = None,
    progress: Annotated[
        bool | None, typer.Option("--progress/--no-progress", help="Show a progress bar (default: on a terminal).")
    ] = None,
) -> int:
    """Check a dataset's manifest and image files against policies.

    Without --policy those of facelint.yaml apply, or the pack essentials. Exit codes: 0 every rule that counts
    passed, 1 one failed, 2 a mistake in what was asked for, 3 no failure but not everything was examined.

    Example: facelint check my-dataset --policy essentials --output json=report.json
    """
    engine.start()
    from facelint import formats, probes
    from facelint.formats import finding_files
    from facelint.outputs import write
    from facelint.records import open_dataset
    from facelint.redact import Redactor, load_key
    from facelint.run import Options, ignore
    from facelint.run import check as run_check

    render = formats.renderer(format)
    outputs = [_output(one) for one in output or ()]
    renderers = [(formats.renderer(name), target) for name, target in outputs]
    if findings is not None:
        finding_files.check_name(findings)
    day = asked.day(as_of)
    ahead = _horizon(horizon, day)
    severity = asked.severity(fail_on)

    dataset = open_dataset(path, probes.vocabulary())
    loaded = asked.policy_for(dataset, policy, set)
    waived = asked.waivers_for(dataset, loaded, waivers, ignore_waivers)
    targets = [target for _, target in outputs] + ([findings] if findings else [])
    _refuse_overwriting(targets, dataset, loaded, waivers or ())
    options = Options(day, Redactor(load_key(hash_key_file), reveal), ahead, severity, waivers=waived)
    with ExitStack() as stack:
        put = stack.enter_context(finding_files.sink(findings)) if findings is not None else ignore
        seen = stack.enter_context(_progress(sys.stderr.isatty() if progress is None else progress))
        report = run_check(dataset, loaded, options, put, seen)
    for render_one, target in renderers:
        write(target, render_one(report))
    typer.echo(render(report), nl=False)
    return 0 if exit_zero and report.exit_code == 1 else report.exit_code


def _refuse_overwriting(targets: list[Path], dataset: Dataset, policy: Policy, waivers: Sequence[Path]) -> None:
    """Raises UserError where an output would replace what the run reads, or another output."""
    from facelint.probes.dataset import IMAGES

    config = dataset.config.path
    inputs = [*(manifest.path for manifest in dataset.manifests), *([config] if config else [])]
    inputs += [file for _, file in dataset.registry.files()] if dataset.registry else []
    inputs += [Path(pack.file) for pack in policy.packs]
    inputs += [dataset.root / name for name in (*dataset.config.policies, *dataset.config.waivers)]
    inputs += waivers
    read = {file.resolve() for file in inputs}
    written: dict[Path, Path] = {}
    for target in targets:
        place = target.resolve()
        picture = place.suffix.lower() in IMAGES and place.is_relative_to(dataset.images.resolve())
        if place in read or picture:
            raise UserError(f"{target}: is an input of this run; write the output elsewhere")
        if written.setdefault(place, target) is not target:
            raise UserError(f"{target}: two outputs go to it")


def _output(text: str) -> tuple[str, Path]:
    name, equals, target = text.partition("=")
    if not equals or not target:
        raise UserError(f"--output {text!r}: FORMAT=PATH is wanted, as json=report.json")
    return name, Path(target)


def _horizon(text: str, day: date) -> timedelta:
    ahead = asked.days(text, "--horizon")
    if ahead > date.max - day:
        raise UserError(f"--horizon {text!r}: reaches beyond the year {date.max.year}")
    return ahead


@contextmanager
def _progress(shown: bool) -> Iterator[Callable[[Things], None]]:
    """A bar on stderr that counts records; its total is not known, for a manifest is read once."""
    if not shown:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} records"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("records", total=None)
        yield lambda things: bar.advance(task, things.facts.length)
