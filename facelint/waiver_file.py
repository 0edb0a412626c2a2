"""Files of waivers: from YAML to waivers, every mistake with its place, and from a waiver to YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from facelint import yaml_tree
from facelint.errors import PolicyError
from facelint.policy import Policy, Rule, Scope
from facelint.policy_file.reading import Problems, day, mapping, place, text, under
from facelint.values import clean
from facelint.waivers import Line, Waiver
from facelint.yaml_tree import Node, quoted

MAX_BYTES = 64 * 2**20
MAX_PATTERNS = 1000
"""Lines of all files that are no digests: each is compared with every failure of its rule."""
MAX_TEXT = 2000
"""Characters of a reason or a name: every report carries them."""
ANY = "any"

_MAX_MISTAKES = 200
_KEYS = ("rule", "records", "owner", "approver", "reason", "expires")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
_WANTED = "a record's id and its digest (facelint waive writes them), or a pattern of ids and the word any"
_WANTED_BARE = "a digest alone (facelint waive writes it), or the word any"


def load(files: Iterable[tuple[str, Path]], policy: Policy) -> tuple[Waiver, ...]:
    """The waivers of files, which messages and reports call by the name beside each.

    Raises PolicyError with every mistake in them; a rule of a pack that is not loaded is none.
    """
    reading = _Reading(policy)
    for name, path in files:
        root, data = yaml_tree.read(path, name, MAX_BYTES)
        reading.file(root, f"sha256:{sha256(data).hexdigest()}")
    return reading.ended()


def loads(name: str, text: str, policy: Policy) -> tuple[Waiver, ...]:
    """As `load`, of what a file is to hold."""
    reading = _Reading(policy)
    reading.file(yaml_tree.parse(text, name), f"sha256:{sha256(text.encode()).hexdigest()}")
    return reading.ended()


class _Reading:
    """The waivers that were found, and what is wrong with them."""

    def __init__(self, policy: Policy) -> None:
        self.rules = {rule.id: rule for rule in (*policy.rules, *policy.off)}
        self.packs = {pack.id for pack in policy.packs}
        self.problems = Problems()
        self.found: list[Waiver] = []
        self.patterns = 0

    def file(self, root: Node, digest: str) -> None:
        if root.items is None:
            self.problems.add(root, "", f"a list of waivers is wanted, found {root.what}")
        for at, item in enumerate(root.items or ()):
            if len(self.problems.found) < _MAX_MISTAKES:
                self._waiver(item, f"[{at}]", digest)

    def ended(self) -> tuple[Waiver, ...]:
        if self.problems.found:
            raise PolicyError(self.problems.found)
        return tuple(self.found)

    def _waiver(self, node: Node, key: str, digest: str) -> None:
        before = len(self.problems.found)
        members = mapping(node, key, self.problems, _KEYS, "a waiver, with the keys " + ", ".join(_KEYS) + ",")
        if node.members is None:
            return
        lacking = [name for name in _KEYS if name not in members]
        if lacking:
            self.problems.add(node, key, f"a waiver needs {', '.join(lacking)}")
        said = {name: member.value for name, member in members.items()}
        rule = self._rule(said["rule"], under(key, "rule")) if "rule" in said else ("", None)
        words = {name: self._words(said, key, name) for name in ("owner", "approver", "reason")}
        expires = day(said["expires"], under(key, "expires"), self.problems) if "expires" in said else None
        lines = self._lines(said["records"], under(key, "records"), rule[1]) if "records" in said else ()
        if len(self.problems.found) == before and expires:
            self.found.append(Waiver(rule[0], lines, **words, expires=expires, place=place(node), file_digest=digest))

    def _rule(self, node: Node, key: str) -> tuple[str, Rule | None]:
        name = text(node, key, self.problems, "the whole name of a rule") or ""
        rule = self.rules.get(name)
        if rule is None and name.partition("/")[0] in self.packs:
            self.problems.add(node, key, f"unknown rule {quoted(name)}{self.problems.nearest(name, self.rules)}")
        elif rule is None and name and "/" not in name:
            near = self.problems.nearest(name, self.rules)
            self.problems.add(node, key, f"the whole name of a rule is wanted (PACK/RULE), found {quoted(name)}{near}")
        elif rule is not None and not rule.waivable:
            self.problems.add(node, key, f"{name} cannot be waived")
        return name, rule

    def _words(self, said: Mapping[str, Node], key: str, name: str) -> str:
        if name not in said:
            return ""
        found = text(said[name], under(key, name), self.problems) or ""
        if len(found) > MAX_TEXT:
            self.problems.add(said[name], under(key, name), f"longer than {MAX_TEXT:,} characters")
        return found

    def _lines(self, node: Node, key: str, rule: Rule | None) -> tuple[Line, ...]:
        bare = rule is not None and rule.scope is not Scope.RECORD
        items: Sequence[Node] = [node] if node.items is None else node.items
        if not items:
            self.problems.add(node, key, "an empty list, so that nothing is waived")
        found: dict[Line, None] = {}
        for at, item in enumerate(items):
            line = _line(item.text)
            if line is None or (bare and line.name is not None):
                where = key if node.items is None else f"{key}[{at}]"
                # What was found is not repeated: it may be somebody's name.
                self.problems.add(item, where, f"{_WANTED_BARE if bare else _WANTED} is wanted")
                if len(self.problems.found) >= _MAX_MISTAKES:
                    break
                continue
            self.patterns += line.digest is None
            if self.patterns == MAX_PATTERNS + 1:
                self.problems.add(item, key, f"more than {MAX_PATTERNS:,} patterns; wider ones, or digests, are wanted")
            found[line] = None
        return tuple(found)


def _line(said: str | None) -> Line | None:
    name, _, mark = clean(said or "").rpartition(" ")
    if mark == ANY or _DIGEST.match(mark):
        return Line(None if mark == ANY else mark, name.rstrip() or None)
    return None


def written(rule: str, lines: Iterable[Line], owner: str, approver: str, reason: str, expires: date) -> str:
    """One waiver, as an item of the list that a file is."""
    said = {"owner": owner, "approver": approver, "reason": reason}
    head = [f"- rule: {rule}", *(f"  {name}: {_quoted(value)}" for name, value in said.items())]
    return "\n".join([*head, f"  expires: {expires.isoformat()}", "  records:", *_items(lines)]) + "\n"


def _items(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield f"    - {_quoted(f'{line.name} {line.digest}')}" if line.name is not None else f"    - {line.digest}"


def _quoted(text: str) -> str:
    """A YAML scalar of one line, in double quotes."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    code = ord(character)
    return character if character.isprintable() else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
