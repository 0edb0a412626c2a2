"""The options that several commands have, and what their texts mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facelint.errors import UserError

if TYPE_CHECKING:
    from facelint.policy import Policy, Severity
    from facelint.records import Dataset
    from facelint.waivers import Waivers

DatasetPath = Annotated[Path, typer.Argument(help="A folder with facelint.yaml or metadata.*, or a manifest file.")]
Policies = Annotated[
    list[str] | None, typer.Option(metavar="POLICY", help="A pack's name or a policy file; repeatable.")
]
AsOf = Annotated[str | None, typer.Option(metavar="DATE", help="Judge as of this day (default: today, UTC).")]
Params = Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="Set a policy's param; repeatable.")]


def policy_for(dataset: Dataset, names: list[str] | None, set: list[str] | None) -> Policy:
    """The policy that a dataset is checked by: the command line's word over that of `facelint.yaml`."""
    from facelint import run

    return run.policy_for(dataset, names or (), settings(set))


def settings(texts: list[str] | None) -> dict[str, str]:
    """The params that `--set` sets."""
    found = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UserError(f"--set {text!r}: NAME=VALUE is wanted, as guardian_below_age=16")
        found[name] = value
    return found


def waivers_for(dataset: Dataset, policy: Policy, files: list[Path] | None, ignored: bool) -> Waivers:
    """The waivers of `--waivers`, else those of `facelint.yaml`; none with `--ignore-waivers`."""
    from facelint import run
    from facelint.waivers import NONE

    if ignored and files:
        raise UserError("--waivers and --ignore-waivers: one of them")
    return NONE if ignored else run.waivers_for(dataset, policy, files or ())


def answering(owner: str, approver: str, reason: str) -> tuple[str, str, str]:
    """The words of a waiver, trimmed, each as a file of waivers may have it."""
    from facelint.values import clean, is_piled
    from facelint.waiver_file import MAX_TEXT

    for option, text in (("--owner", owner), ("--approver", approver), ("--reason", reason)):
        if not clean(text) or len(text) > MAX_TEXT or is_piled(text):
            raise UserError(f"{option}: a text of at most {MAX_TEXT:,} characters is wanted")
    return clean(owner), clean(approver), clean(reason)


def lasting(text: str, today: date) -> date:
    """The day of `--expires`."""
    last = day(text, "--expires")
    if last < today:
        raise UserError(f"--expires {text!r}: is over already")
    return last


def named_file(path: Path, dataset: Dataset) -> str:
    """A file of waivers as messages name it, with what is still to be done for it to count."""
    from facelint.formats.escape import line

    known = [(dataset.root / name).resolve() for name in dataset.config.waivers]
    todo = "" if path.resolve() in known else "; it counts once facelint.yaml names it under waivers, or with --waivers"
    return line(str(path), 400) + todo


def day(text: str | None, option: str = "--as-of") -> date:
    """The day of an option, else today in UTC."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise UserError(f"{option} {text!r}: a date is wanted, as 2026-11-22")


def days(text: str, option: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,5})d?", text)
    if not match:
        raise UserError(f"{option} {text!r}: a number of days is wanted, as 30d")
    return timedelta(days=int(match[1]))


def severity(text: str) -> Severity:
    """That of `--fail-on`."""
    from facelint.policy import Severity

    words = {one.word: one for one in Severity}
    if text not in words:
        raise UserError(f"--fail-on {text!r}: one of {', '.join(words)} is wanted")
    return words[text]
