"""What the texts of options that several commands have mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from facelint.errors import UserError

if TYPE_CHECKING:
    from facelint.policy import Policy, Severity
    from facelint.records import Dataset


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


def day(text: str | None) -> date:
    """The day of `--as-of`, else today in UTC."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise UserError(f"--as-of {text!r}: a date is wanted, as 2026-11-22")


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
