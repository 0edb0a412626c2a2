"""Policy files found and read: each once, with the graph that `extends` makes of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from facelint.errors import PolicyError
from facelint.facts import Vocabulary
from facelint.policy import Pack, Texts
from facelint.policy_file import declarations, packs
from facelint.policy_file.names import Listed, Names, Unusable
from facelint.policy_file.reading import Problems, Reader, T, day, each, kebab, mapping, text, texts
from facelint.yaml_tree import Member, Node, quoted, read

KEYS = (
    "policy", "title", "version", "law_read_on", "params", "lists", "facts", "measures",
    "extends", "override", "disable", "raise", "rules",
)  # fmt: skip
MAX_FILES = 300
MAX_CHAIN = 40
"""Policies that extend one another in a row."""


@dataclass(eq=False)
class Document:
    """A policy file with what it declares and extends; its measures and rules are read later."""

    path: Path
    """Its resolved file, which is its identity."""
    pack: Pack
    members: Mapping[str, Member]
    extends: tuple[Document, ...]
    own: Names = field(default_factory=Names)
    below: Names = field(default_factory=Names)
    """The columns and measures of what it extends."""
    inherited: dict[Path, Document] = field(default_factory=dict)
    """Every document below it, each after those that it extends."""


@dataclass
class Shelf:
    """The documents read so far."""

    vocabulary: Vocabulary
    problems: Problems
    strict: bool = False
    order: list[Document] = field(default_factory=list)
    """Each after those that it extends."""
    documents: dict[Path, Document | None] = field(default_factory=dict)
    """By resolved file; None for one that is being read or cannot be."""
    chain: list[Path] = field(default_factory=list)
    ids: dict[str, tuple[Path, str]] = field(default_factory=dict)
    listed: dict[Path, tuple[Listed | Unusable, bytes]] = field(default_factory=dict)
    columns: declarations.Columns = field(default_factory=dict)

    def root(self, name: str, base: Path) -> Document | None:
        """A policy that the user named. Raises UserError for an unknown pack."""
        path = base / name if is_path(name) else packs.shipped_file(name)
        return self._open(path, display(path, str(path)), None, "")

    def _open(self, path: Path, shown: str, by: Node | None, key: str) -> Document | None:
        try:
            file = path.resolve()
        except (OSError, ValueError, RuntimeError):  # a NUL, a loop of links
            file = path
        if file in self.chain:
            names = [display(p, str(p)) for p in (*self.chain[self.chain.index(file) :], file)]
            self._refuse(by, key, shown, "a cycle in extends: " + " → ".join(names))
            return None
        if file in self.documents:
            return self.documents[file]
        if len(self.chain) >= MAX_CHAIN or len(self.documents) >= MAX_FILES:
            self._refuse(by, key, shown, f"more than {MAX_CHAIN} policies in a row, or {MAX_FILES} in all")
            return None
        self.documents[file] = None
        self.chain.append(file)
        try:
            self.documents[file] = self._read(path, file, shown, by, key)
        finally:
            self.chain.pop()
        return self.documents[file]

    def _refuse(self, by: Node | None, key: str, shown: str, message: str) -> None:
        self.problems.add(by or Node(shown, 1, 1), key, message)

    def _read(self, path: Path, file: Path, shown: str, by: Node | None, key: str) -> Document | None:
        if by is not None and not _is_file(path):
            self.problems.add(by, key, f"no policy file at {quoted(shown)}")
            return None
        try:
            root, data = read(path, shown)
        except PolicyError as error:
            self.problems.found.extend(error.problems)
            return None
        members = mapping(root, "", self.problems, KEYS, "a policy, which is a mapping,")
        if root.members is None:
            return None
        extends = self._extends(members, path)
        lists, blobs = self._lists(members, path)
        pack = self._pack(root, members, file, shown)
        ids = tuple(below.pack.id for below in extends)
        document = Document(file, replace(pack, digest=_digest([data, *blobs]), extends=ids), members, extends)
        document.own.lists.update(lists)
        if "params" in members:
            document.own.params.update(declarations.params(members["params"].value, "params", self.problems))
        self._columns(document)
        for below in extends:
            document.inherited |= {**below.inherited, below.path: below}
        self.order.append(document)
        return document

    def _pack(self, root: Node, members: Mapping[str, Member], file: Path, shown: str) -> Pack:
        is_shipped = packs.holds(file)
        for key in ("policy", "title", "version"):
            if key not in members:
                self.problems.add(root, "", f"the key {key} is missing")
        if "rules" not in members and "extends" not in members:
            self.problems.add(root, "", "rules or extends is missing: the policy holds no rule")
        name = self._get(members, "policy", kebab, None)
        title = self._get(members, "title", texts, Texts(""))
        if name is not None:
            self._check_id(name, members["policy"].value, file, shown, is_shipped)
        if (is_shipped or self.strict) and title.en and not title.zh:
            message = "the Chinese text is missing (key zh), which a shipped policy must have"
            self.problems.add(members["title"].value, "title", message)
        version = self._get(members, "version", text, "")
        read_on = self._get(members, "law_read_on", day, None)
        return Pack(name or "unnamed", title, version, "", shown, read_on, is_shipped)

    def _get(self, members: Mapping[str, Member], key: str, read: Reader[T], otherwise: T) -> T:
        value = read(members[key].value, key, self.problems) if key in members else None
        return otherwise if value is None else value

    def _check_id(self, name: str, node: Node, file: Path, shown: str, is_shipped: bool) -> None:
        first, where = self.ids.setdefault(name, (file, shown))
        if first != file:
            self.problems.add(node, "policy", f"{quoted(name)} is the policy of {quoted(where)} too; ids are unique")
        if is_shipped and name != file.stem:
            self.problems.add(node, "policy", f"a shipped policy is named as its file, {quoted(file.stem)}")

    def _extends(self, members: Mapping[str, Member], path: Path) -> tuple[Document, ...]:
        if "extends" not in members:
            return ()
        node, found = members["extends"].value, []
        for item, key in each(node, "extends", self.problems, "packs or relative paths", empty=True):
            name = text(item, key, self.problems, "a pack or a relative path")
            below = None if name is None else self._extended(name, item, key, path)
            if below is not None and below not in found:
                found.append(below)
        if node.items is not None and not node.items and "rules" not in members:
            self.problems.add(node, "extends", "an empty list and no rules: the policy holds no rule")
        return tuple(found)

    def _extended(self, name: str, item: Node, key: str, path: Path) -> Document | None:
        if is_path(name):
            if Path(name).is_absolute():
                self.problems.add(item, key, f"an absolute path, {quoted(name)}; one relative to this file is wanted")
                return None
            below = path.parent / name
            return self._open(below, display(below, str(below)), item, key)
        names = packs.shipped()
        if name in names:
            below = packs.shipped_file(name)
            return self._open(below, display(below, name), item, key)
        near = self.problems.nearest(name, names) or "; a file is named by its path, such as ./face.yaml"
        self.problems.add(item, key, f"no shipped policy is named {quoted(name)}{near}")
        return None

    def _lists(self, members: Mapping[str, Member], path: Path) -> tuple[dict[str, Listed | Unusable], list[bytes]]:
        found: dict[str, Listed | Unusable] = {}
        blobs: list[bytes] = []
        if "lists" not in members:
            return found, blobs
        for said, member, key in declarations.named(members["lists"].value, "lists", self.problems):
            found[said] = Unusable()
            name = text(member.value, key, self.problems, "the path of a list file")
            if name is None:
                continue
            file = path.parent / name
            shown = display(file, str(file))
            if Path(name).is_absolute():
                self.problems.add(member.value, key, "an absolute path; one relative to this file is wanted")
            elif not _is_file(file):
                self.problems.add(member.value, key, f"no list file at {quoted(shown)}")
            elif len(self.listed) >= MAX_FILES and file not in self.listed:
                self.problems.add(member.value, key, f"more than {MAX_FILES} list files")
            else:
                if file not in self.listed:
                    self.listed[file] = declarations.list_file(file, shown, self.problems)
                found[said], data = self.listed[file]
                blobs.append(data)
        return found, blobs

    def _columns(self, document: Document) -> None:
        if "facts" not in document.members:
            return
        declared = declarations.columns(document.members["facts"].value, "facts", self.vocabulary, self.problems)
        declarations.merge_columns(declared, self.columns, "facts", self.problems)
        document.own.facts.update({said: self.columns[said][0] for said in declared})


def is_path(name: str) -> bool:
    return "/" in name or os.sep in name or name.endswith((".yaml", ".yml"))


def display(path: Path, given: str) -> str:
    """A file as messages name it: `rules/NAME.yaml` of a shipped pack, from here where it is below, else as given."""
    rules = packs.folder()
    full = Path(os.path.abspath(path))  # noqa: PTH100 -- resolve() would follow links and need the file
    if rules is not None and full.is_relative_to(rules):
        shown = f"rules/{full.relative_to(rules).as_posix()}"
    else:
        here = Path.cwd()
        shown = str(full.relative_to(here)) if full.is_relative_to(here) else given
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in shown[:300])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _digest(blobs: Sequence[bytes]) -> str:
    """Each part with its length before it, so that no two sets of files run together alike."""
    digest = hashlib.sha256()
    for blob in blobs:
        digest.update(len(blob).to_bytes(8, "big") + blob)
    return f"sha256:{digest.hexdigest()}"
