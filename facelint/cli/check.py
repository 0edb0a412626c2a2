"""`facelint check`: a dataset against policies."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facelint.errors import UserError
from facelint.formats import FORMATS

if TYPE_CHECKING:
    from facelint.policy import Policy, Severity
    from facelint.records import Dataset

DEFAULT_POLICY = "essentials"


def check(
    path: Annotated[
        Path, typer.Argument(help="A folder with facelint.yaml or metadata.*, or a manifest file.")
    ] = Path(),
    policy: Annotated[
        list[str] | None, typer.Option(metavar="POLICY", help="A pack's name or a policy file; repeatable.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Judge as of this day (default: today, UTC).")
    ] = None,
    horizon: Annotated[str, typer.Option(metavar="DAYS", help="How far run.horizon looks ahead, as 30d.")] = "0d",
    set: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Set a policy's param; repeatable.")
    ] = None,
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
    from facelint import formats, policy_file, probes
    from facelint.formats import finding_files
    from facelint.outputs import write
    from facelint.policy_file import Settings
    from facelint.records import open_dataset
    from facelint.redact import Redactor, load_key
    from facelint.run import Options, ignore
    from facelint.run import check as run_check

    render = formats.renderer(format)
    outputs = [_output(one) for one in output or ()]
    renderers = [(formats.renderer(name), target) for name, target in outputs]
    if findings is not None:
        finding_files.check_name(findings)
    day = _day(as_of)
    ahead = _horizon(horizon, day)
    severity = _severity(fail_on)
    settings = dict(_setting(one) for one in set or ())

    dataset = open_dataset(path, probes.vocabulary())
    names, base = _policies(policy, dataset)
    config = dataset.config
    loaded = policy_file.load(
        names, probes.vocabulary(), Settings(config.params, config.override, config.disable, settings), base
    )
    _refuse_overwriting([target for _, target in outputs] + ([findings] if findings else []), dataset, loaded)
    options = Options(day, Redactor(load_key(hash_key_file), reveal), ahead, severity)
    with ExitStack() as stack:
        put = stack.enter_context(finding_files.sink(findings)) if findings is not None else ignore
        seen = stack.enter_context(_progress(sys.stderr.isatty() if progress is None else progress))
        report = run_check(dataset, loaded, options, put, seen)
    for render_one, target in renderers:
        write(target, render_one(report))
    typer.echo(render(report), nl=False)
    return 0 if exit_zero and report.exit_code == 1 else report.exit_code


def _refuse_overwriting(targets: list[Path], dataset: Dataset, policy: Policy) -> None:
    """Raises UserError where an output would replace what the run reads, or another output."""
    from facelint.probes.dataset import IMAGES

    config = dataset.config.path
    inputs = [*(manifest.path for manifest in dataset.manifests), *([config] if config else [])]
    inputs += [file for _, file in dataset.registry.files()] if dataset.registry else []
    inputs += [Path(pack.file) for pack in policy.packs]
    inputs += [dataset.root / name for name in dataset.config.policies]
    read = {file.resolve() for file in inputs}
    written: dict[Path, Path] = {}
    for target in targets:
        place = target.resolve()
        picture = place.suffix.lower() in IMAGES and place.is_relative_to(dataset.images.resolve())
        if place in read or picture:
            raise UserError(f"{target}: is an input of this run; write the output elsewhere")
        if written.setdefault(place, target) is not target:
            raise UserError(f"{target}: two outputs go to it")


def _policies(asked: list[str] | None, dataset: Dataset) -> tuple[list[str], Path | None]:
    """The policies to load, and the folder that relative ones are in: the command line's word over the file's."""
    if asked:
        return asked, None
    if dataset.config.policies:
        return list(dataset.config.policies), dataset.root
    return [DEFAULT_POLICY], None


def _output(text: str) -> tuple[str, Path]:
    name, equals, target = text.partition("=")
    if not equals or not target:
        raise UserError(f"--output {text!r}: FORMAT=PATH is wanted, as json=report.json")
    return name, Path(target)


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise UserError(f"--as-of {text!r}: a date is wanted, as 2026-11-22")


def _horizon(text: str, day: date) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,5})d?", text)
    if not match:
        raise UserError(f"--horizon {text!r}: a number of days is wanted, as 30d")
    ahead = timedelta(days=int(match[1]))
    if ahead > date.max - day:
        raise UserError(f"--horizon {text!r}: reaches beyond the year {date.max.year}")
    return ahead


def _severity(text: str) -> Severity:
    from facelint.policy import Severity

    words = {severity.word: severity for severity in Severity}
    if text not in words:
        raise UserError(f"--fail-on {text!r}: one of {', '.join(words)} is wanted")
    return words[text]


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UserError(f"--set {text!r}: NAME=VALUE is wanted, as guardian_below_age=16")
    return name, value


@contextmanager
def _progress(shown: bool) -> Iterator[Callable[[int], None]]:
    """A bar on stderr that counts records; its total is not known, for a manifest is read once."""
    if not shown:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} records"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("records", total=None)
        yield lambda n: bar.advance(task, n)
