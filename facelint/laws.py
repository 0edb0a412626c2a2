"""The titles of the laws that rules cite."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from facelint.policy import Texts
from facelint.shipped import list_file
from facelint.yaml_tree import read

LIST = "laws.yaml"


@cache
def titles() -> Mapping[str, Texts]:
    """By the short name that citations use. Raises UserError where the installation lacks the list."""
    root, _ = read(list_file(LIST), f"rules/lists/{LIST}")
    entries = [
        {key: member.value.text or "" for key, member in (item.members or {}).items()} for item in root.items or ()
    ]
    return {entry["name"]: Texts(entry["en"], entry["zh"]) for entry in entries}
