"""The shipped packs: their ids and their files."""

from __future__ import annotations

from pathlib import Path

from facelint.errors import UserError, nearest
from facelint.shipped import folder as folder


def shipped() -> tuple[str, ...]:
    """The ids of the shipped packs, sorted."""
    rules = folder()
    return () if rules is None else tuple(sorted(path.stem for path in rules.glob("*.yaml")))


def primary() -> tuple[str, ...]:
    """Those of them that build on no other: every shipped rule is defined in one of them."""
    return tuple(name for name in shipped() if b"\nextends:" not in shipped_file(name).read_bytes())


def shipped_file(name: str) -> Path:
    """The file of a shipped pack. Raises UserError for an unknown name."""
    rules, names = folder(), shipped()
    if rules is None or name not in names:
        raise UserError(unknown(name, names))
    return rules / f"{name}.yaml"


def holds(file: Path) -> bool:
    """Whether a resolved file is a shipped pack."""
    rules = folder()
    return rules is not None and file.parent == rules


def unknown(name: str, names: tuple[str, ...]) -> str:
    near = nearest(name, names) or "; a policy file is named by its path, with a separator or ending in .yaml or .yml"
    shown = name[:60] if name.isprintable() else repr(name)[:60]
    return f'no shipped policy is named "{shown}"{near}'
