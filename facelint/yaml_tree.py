"""YAML read as text with positions, from strangers: no types guessed, no tags, no duplicate keys, bounded expansion.

PyYAML's C parser gives events; the tree is built here from them without recursion, so that depth, aliases and size
are bounded before anything grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from facelint.errors import PolicyError, Problem
from facelint.files import open_regular
from facelint.values import MAX_MARKS, is_piled

MAX_BYTES = 8 * 2**20
MAX_DEPTH = 40
MAX_NODES = 1_000_000
"""Nodes of a file with every alias expanded: more than 10,000 rules, each with its citations and examples."""
MAX_MISTAKES = 200
"""Mistakes of form that are reported of one file."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_PLAIN_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar (its text), a sequence or a mapping, with its place; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    text: str | None = None
    items: Sequence[Node] | None = None
    members: Mapping[str, Member] | None = None
    null: bool = False
    """A scalar that YAML reads as nothing: empty, `~` or `null`, not quoted."""
    size: int = 1
    """Nodes in it, itself included, aliases expanded."""
    depth: int = 0
    """Levels of nesting within it, aliases expanded."""

    def problem(self, key: str, message: str) -> Problem:
        return Problem(self.file, self.line, self.column, key, message)

    @property
    def what(self) -> str:
        """What was found here, for a message: short, on one line."""
        if self.members is not None:
            return "a mapping"
        if self.items is not None:
            return "a list"
        return "nothing" if self.null else quoted(self.text or "")


@dataclass(frozen=True, slots=True)
class Member:
    """A key of a mapping, with the key's own place, and its value."""

    key: Node
    value: Node


def quoted(text: str) -> str:
    """Text from a file as a message may carry it: one line, escaped, cut at 60 characters."""
    cut = text if len(text) <= 60 else text[:59] + "…"
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut) + '"'


def read(path: Path, name: str | None = None, most: int = MAX_BYTES) -> tuple[Node, bytes]:
    """The tree of a YAML file and its bytes, of which there may be `most`.

    Raises PolicyError for what cannot be read, naming it `name`.
    """
    name = name or str(path)

    def refuse(message: str) -> PolicyError:
        return PolicyError([Problem(name, 1, 1, "", message)])

    try:
        with open_regular(path) as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror or type(error).__name__}") from None
    except ValueError:  # a NUL or a lone surrogate in the path
        raise refuse("cannot be read: no file can have such a name") from None
    if len(data) > most:
        raise refuse(f"larger than {most // 2**20} MiB")
    return parse(data, name), data


@dataclass
class _Open:
    """A collection being built."""

    start: yaml.CollectionStartEvent
    mapping: bool
    anchor: str | None
    children: list[Node] = field(default_factory=list)


def parse(data: bytes | str, name: str) -> Node:
    """The tree of one YAML document. Raises PolicyError for every mistake of form, all duplicate keys at once."""
    problems: list[Problem] = []
    anchors: dict[str, Node] = {}
    stack: list[_Open] = []
    total = 0
    roots: list[Node] = []

    def fail(event: yaml.Event, message: str) -> PolicyError:
        return PolicyError([*problems, Problem(name, *_place(event), "", message)])

    try:
        for event in _events(data):
            node: Node | None = None
            match event:
                case yaml.AliasEvent():
                    node = anchors.get(event.anchor or "")
                    if node is None:
                        raise fail(event, f"alias *{(event.anchor or '')[:60]} has no anchor before it")
                    if len(stack) + node.depth > MAX_DEPTH:
                        raise fail(event, f"nested deeper than {MAX_DEPTH} levels")
                    total += node.size
                case yaml.ScalarEvent():
                    if event.tag not in _PLAIN_TAGS:
                        raise fail(event, "explicit YAML tags are not allowed")
                    if is_piled(event.value):
                        raise fail(event, f"more than {MAX_MARKS} combining marks in a row")
                    null = not event.style and event.value in _NULLS  # plain is None or '', by parser
                    node = Node(name, *_place(event), text=event.value, null=null)
                    total += 1
                    _anchor(anchors, event.anchor, node)
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    if event.tag not in _PLAIN_TAGS:
                        raise fail(event, "explicit YAML tags are not allowed")
                    if len(stack) >= MAX_DEPTH:
                        raise fail(event, f"nested deeper than {MAX_DEPTH} levels")
                    stack.append(_Open(event, isinstance(event, yaml.MappingStartEvent), event.anchor))
                    total += 1
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    done = stack.pop()
                    node = _close(done, name, problems)
                    _anchor(anchors, done.anchor, node)
            if total > MAX_NODES:
                raise fail(event, f"expands to more than {MAX_NODES:,} nodes")
            if node is not None:
                (stack[-1].children if stack else roots).append(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problems.append(Problem(name, line, column, "", f"not valid YAML: {error.problem or error.context}"))
    except (yaml.YAMLError, UnicodeError, ValueError):
        problems.append(Problem(name, 1, 1, "", "not valid YAML: the bytes are not text in UTF-8 or UTF-16"))
    if not problems and len(roots) != 1:
        problems.append(
            Problem(name, 1, 1, "", "one YAML document is wanted, found " + (str(len(roots)) if roots else "none"))
        )
    if problems:
        raise PolicyError(problems)
    return roots[0]


def _events(data: bytes | str) -> Iterator[yaml.Event]:
    return yaml.parse(data, Loader=_LOADER)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _anchor(anchors: dict[str, Node], anchor: str | None, node: Node) -> None:
    if anchor is not None:
        anchors[anchor] = node


def _close(done: _Open, name: str, problems: list[Problem]) -> Node:
    line, column = _place(done.start)
    size = 1 + sum(child.size for child in done.children)
    depth = 1 + max((child.depth for child in done.children), default=0)
    if not done.mapping:
        return Node(name, line, column, items=done.children, size=size, depth=depth)
    members: dict[str, Member] = {}
    for key, value in zip(done.children[::2], done.children[1::2], strict=True):
        if len(problems) >= MAX_MISTAKES:
            break
        if key.text is None:
            problems.append(key.problem("", "a key must be plain text"))
        elif key.text in members:
            first = members[key.text].key
            problems.append(key.problem("", f"duplicate key {quoted(key.text)}, first at line {first.line}"))
        else:
            members[key.text] = Member(key, value)
    return Node(name, line, column, members=members, size=size, depth=depth)
