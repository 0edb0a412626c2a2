"""`facelint.yaml`: the dataset's card, where its parts are, and how it is to be checked."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from facelint import yaml_tree
from facelint.errors import PolicyError, Problem, nearest
from facelint.facts import CONSENT_FACTS, Vocabulary
from facelint.records.columns import CONSENT, record_names
from facelint.records.files import nature
from facelint.records.manifest import FORMATS
from facelint.yaml_tree import Node, quoted

FILE = "facelint.yaml"
SIDECARS = "sidecar"
"""What `consents:` says where each consent is a file beside its picture; a file of that name is `./sidecar`."""


@dataclass(frozen=True)
class Config:
    """What `facelint.yaml` says; every part of it may be missing, and so may the file."""

    name: str | None = None
    """The file, as problems in it name it."""
    path: Path | None = None
    digest: str | None = None
    """`sha256:…` of its bytes."""
    manifests: tuple[Path, ...] = ()
    """In the order written."""
    images: Path | None = None
    consents: Path | None = None
    sidecars: bool = False
    """The consents are the files beside the pictures."""
    card: Mapping[str, str] = field(default_factory=dict)
    """Raw text by the whole name of the fact; a list as the text of a JSON array, blank where nothing is stated."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Fact, of a record or of a consent, to column."""
    policies: tuple[str, ...] = ()
    """As written: names of packs, or files relative to this one."""
    waivers: tuple[str, ...] = ()
    """As written: files relative to this one."""
    params: Node | None = None
    override: Node | None = None
    disable: Node | None = None


def read(path: Path, vocabulary: Vocabulary, *, other_manifest: bool = False) -> Config:
    """Raises PolicyError with every mistake in it. With `other_manifest` it does not matter where `manifest:` leads."""
    root, data = yaml_tree.read(path)
    found = _found(root, path.absolute().parent, vocabulary, other_manifest)
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return Config(name=str(path), path=path.absolute(), digest=digest, **found)  # type: ignore[arg-type]


def stated(keys: Mapping[str, object], folder: Path, vocabulary: Vocabulary) -> Config:
    """What a file in `folder` would say that has these keys. Raises PolicyError with every mistake in them."""
    text = json.dumps(keys, ensure_ascii=False, indent=1, default=str)
    return Config(**_found(yaml_tree.parse(text, ", ".join(keys)), folder, vocabulary, True))  # type: ignore[arg-type]


def _found(root: Node, folder: Path, vocabulary: Vocabulary, other_manifest: bool) -> dict[str, object]:
    reading = _Reading(folder, vocabulary, other_manifest)
    if root.members is None and not root.null:
        raise PolicyError([root.problem("", f"wants a mapping, found {root.what}")])
    for key, member in (root.members or {}).items():
        if key not in _KEYS:
            message = f"unknown key {quoted(key)}{nearest(key, list(_KEYS))}"
            reading.problems.append(member.key.problem("", message))
        elif not member.value.null:
            reading.found |= _KEYS[key](reading, key, member.value)
    if reading.problems:
        raise PolicyError(reading.problems)
    return reading.found


@dataclass
class _Reading:
    """What was found in the file, and what is wrong with it."""

    folder: Path
    vocabulary: Vocabulary
    other_manifest: bool
    found: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, node: Node, key: str, message: str) -> None:
        self.problems.append(node.problem(key, message))

    def manifests(self, key: str, node: Node) -> dict[str, object]:
        listed = node.items is not None
        if listed and not node.items:
            self.refuse(node, key, "wants a path or a list of paths, found an empty list")
        found: dict[str, Path] = {}
        for at, item in enumerate(node.items if node.items is not None else [node]):
            place = f"{key}[{at}]" if listed else key
            path, kind = self._path(place, item)
            if path is None:
                continue
            if found.setdefault(os.path.realpath(path) if kind == "file" else str(path), path) is not path:
                self.refuse(item, place, f"{item.what} is stated twice")
            elif not self.other_manifest:
                self._records(place, item, path, kind)
        return {"manifests": tuple(found.values())}

    def images(self, key: str, node: Node) -> dict[str, object]:
        path, kind = self._path(key, node)
        if path and kind != "folder":
            what = "is a file, not a folder" if kind == "file" else kind
            self.refuse(node, key, f"{node.what} {what}")
        return {"images": path}

    def consents(self, key: str, node: Node) -> dict[str, object]:
        if node.text == SIDECARS:
            return {"sidecars": True}
        path, kind = self._path(key, node)
        if path and kind != "folder":
            self._records(key, node, path, kind)
        return {"consents": path}

    def _path(self, key: str, node: Node) -> tuple[Path | None, str]:
        if not node.text:
            self.refuse(node, key, f"wants a path, found {node.what}")
            return None, ""
        path = self.folder / node.text
        return path, nature(path)

    def _records(self, key: str, node: Node, path: Path, kind: str) -> None:
        if kind != "file":
            self.refuse(node, key, f"{node.what} " + ("is a folder, not a file" if kind == "folder" else kind))
        elif path.suffix.lower() not in FORMATS:
            self.refuse(node, key, f"{node.what} is of no known format; wants one of: {', '.join(FORMATS)}")

    def policies(self, key: str, node: Node) -> dict[str, object]:
        if node.items is None:
            self.refuse(node, key, f"wants a list, found {node.what}")
            return {}
        for at, item in enumerate(node.items):
            if not item.text:
                self.refuse(item, f"{key}[{at}]", f"wants the name or the file of a policy, found {item.what}")
        return {"policies": tuple(item.text for item in node.items if item.text)}

    def waivers(self, key: str, node: Node) -> dict[str, object]:
        """Files that are not there yet are refused by whoever reads them: `facelint baseline` may be about to."""
        items = node.items if node.items is not None else [node]
        for at, item in enumerate(items):
            if not item.text:
                place = key if node.items is None else f"{key}[{at}]"
                self.refuse(item, place, f"wants a file of waivers, or a list of them, found {item.what}")
        return {"waivers": tuple(item.text for item in items if item.text)}

    def columns(self, key: str, node: Node) -> dict[str, object]:
        if node.members is None:
            self.refuse(node, key, f"wants a mapping from fact to column, found {node.what}")
            return {}
        records = record_names(self.vocabulary)
        consents = [fact.name for fact in CONSENT_FACTS]
        mapping = {}
        for name, member in node.members.items():
            if name not in records and name not in consents and not self._own(name):
                if name in self.vocabulary:
                    self.refuse(member.key, key, f"{quoted(name)} is not read from a column")
                else:
                    known = consents if name.startswith(CONSENT) else [*records, *consents]
                    self.refuse(member.key, key, f"unknown fact {quoted(name)}{nearest(name, known)}")
            column = member.value.text
            if not column or not column.strip():
                self.refuse(member.value, f"{key}.{name}", f"wants the name of a column, found {member.value.what}")
            else:
                mapping[name] = column.strip()
        return {"columns": mapping}

    def _own(self, name: str) -> bool:
        """Whether it can be a fact that a policy of the user's own declares."""
        return name.isidentifier() and name not in self.vocabulary

    def card(self, key: str, node: Node) -> dict[str, object]:
        names = [name for name in self.vocabulary if name.startswith(f"{key}.")]
        stated: dict[str, str] = {}
        self._card(f"{key}.", node, names, stated)
        return {"card": stated}

    def _card(self, prefix: str, node: Node, names: list[str], stated: dict[str, str]) -> None:
        """Takes what is stated under `prefix`, which is all that `names` begin with."""
        below = [name.removeprefix(prefix) for name in names]
        if node.members is None:
            self.refuse(node, prefix[:-1], f"wants a mapping of: {', '.join(below)}; found {node.what}")
            return
        for key, member in node.members.items():
            name, value = prefix + key, member.value
            inner = [other for other in names if other.startswith(f"{name}.")]
            if inner and value.null:
                stated.update(dict.fromkeys(inner, ""))
            elif inner:
                self._card(f"{name}.", value, inner, stated)
            elif name not in names:
                self.refuse(member.key, prefix[:-1], f"unknown key {quoted(key)}{nearest(key, below)}")
            elif name in stated:
                self.refuse(member.key, name, "stated twice")
            else:
                stated[name] = self._text(name, value)

    def _text(self, name: str, node: Node) -> str:
        if node.items is not None and all(item.text is not None for item in node.items):
            return json.dumps([item.text for item in node.items if not item.null], ensure_ascii=False)
        if node.text is None:
            self.refuse(node, name, "wants text or a list of texts, found " + _deeper(node))
        return "" if node.null else node.text or ""

    def whole(self, key: str, node: Node) -> dict[str, object]:
        return {key: node}


def _deeper(node: Node) -> str:
    return node.what if node.members is not None else "a list with more than texts in it"


_KEYS: Mapping[str, Callable[[_Reading, str, Node], dict[str, object]]] = {
    "card": _Reading.card,
    "manifest": _Reading.manifests,
    "images": _Reading.images,
    "consents": _Reading.consents,
    "columns": _Reading.columns,
    "policies": _Reading.policies,
    "waivers": _Reading.waivers,
    "params": _Reading.whole,
    "override": _Reading.whole,
    "disable": _Reading.whole,
}
