"""The policy that documents make together: rules read, then overridden, raised and disabled in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from facelint.facts import Fact, Vocabulary
from facelint.policy import Rule, Severity
from facelint.policy_file import rules
from facelint.policy_file.citations import checked
from facelint.policy_file.documents import Document
from facelint.policy_file.measures import read_measures
from facelint.policy_file.names import Context, Memo, Names, Unusable, Use, layered
from facelint.policy_file.reading import Problems, each, flag, kebab, mapping, place, text, under
from facelint.policy_file.rules import Draft, Part, Reading, read_rule
from facelint.yaml_tree import Node, quoted


@dataclass
class Composed:
    """A rule as composed so far."""

    document: Document
    draft: Draft
    rule: Rule | None
    enabled: bool
    disabled_by: set[str] = field(default_factory=set)
    """The files that disable it: a policy above may take it back, another beside it may not."""

    @property
    def on(self) -> bool:
        return self.enabled and not self.disabled_by


@dataclass
class Composition:
    """Every rule of a load, by whole name, in order of loading."""

    vocabulary: Vocabulary
    problems: Problems
    strict: bool
    rules: dict[str, Composed] = field(default_factory=dict)
    memo: Memo = field(default_factory=Memo)

    def __post_init__(self) -> None:
        self.facts = Names(facts={**self.vocabulary})

    def add(self, document: Document) -> None:
        """A document after those that it extends: its measures and rules, then what it changes."""
        strict = document.pack.shipped or self.strict
        names = layered((document.own, _inherit(document), self.facts))
        members = document.members
        if "measures" in members:
            at = Context(self.problems, names, Use.MEASURE, self.memo)
            read_measures(members["measures"].value, "measures", at, document.own)
        by = Reading(self.problems, self.memo, strict)
        if "rules" in members:
            self._rules(members["rules"].value, document, names, by)
        packs = {*(below.pack.id for below in document.inherited.values()), document.pack.id}
        change = Change(self, packs, str(document.path), frozenset(map(str, document.inherited)), by, document)
        for key, apply in _CHANGES.items():
            if key in members:
                apply(change, members[key].value)

    def settle(self, override: Node | None, disable: Node | None) -> None:
        """The settings of the user, over everything."""
        everyone = {composed.document.pack.id for composed in self.rules.values()}
        files = frozenset(file for composed in self.rules.values() for file in composed.disabled_by)
        change = Change(self, everyone, "", files, Reading(self.problems, self.memo, False), None)
        if override is not None:
            change.override(override)
        if disable is not None:
            change.disable(disable)

    def _rules(self, node: Node, document: Document, names: Names, by: Reading) -> None:
        seen: dict[str, Node] = {}
        for item, key in each(node, "rules", self.problems, "rules", empty=bool(document.extends)):
            members = mapping(item, key, self.problems, rules.KEYS, "a rule, which is a mapping,")
            if item.members is None:
                continue
            parts = {word: Part(member.value, under(key, word), names) for word, member in members.items()}
            own = self._id(parts.get("id"), seen)
            name = f"{document.pack.id}/{own or 'unnamed'}"
            draft = Draft(name, document.pack.id, item, key, parts)
            composed = Composed(document, draft, read_rule(draft, by), self._enabled(parts, True))
            if own is not None:
                self.rules.setdefault(name, composed)

    def _id(self, part: Part | None, seen: dict[str, Node]) -> str | None:
        if part is None:
            return None
        if part.node.text is not None and part.node.text in self.rules:
            message = f"{quoted(part.node.text)} is defined already; a policy that extends it writes override"
            self.problems.add(part.node, part.key, message)
            return None
        own = kebab(part.node, part.key, self.problems)
        if own is not None and own in seen:
            self.problems.add(part.node, part.key, f"duplicate id {quoted(own)}, first at line {seen[own].line}")
            return None
        if own is not None:
            seen[own] = part.node
        return own

    def _enabled(self, parts: Mapping[str, Part], otherwise: bool) -> bool:
        part = parts.get("enabled")
        value = flag(part.node, part.key, self.problems) if part else None
        return otherwise if value is None else value


@dataclass(frozen=True)
class Change:
    """What one document, or the settings, change of the rules in its reach."""

    of: Composition
    packs: Collection[str]
    file: str
    below: frozenset[str]
    """The files of the documents below, whose `disable` an override may take back."""
    by: Reading
    document: Document | None

    def override(self, node: Node) -> None:
        for name, member in mapping(node, "override", self.by.problems).items():
            composed = self._find(name, member.key, "override")
            if composed is not None:
                self._override(composed, member.value, under("override", name))

    def _override(self, composed: Composed, node: Node, key: str) -> None:
        members = mapping(node, key, self.by.problems, [word for word in rules.KEYS if word != "id"])
        if not members:
            if node.members is not None and not node.members:
                self.by.problems.add(node, key, "an empty mapping; the keys to change are wanted")
            return
        names = self._names(composed)
        parts = {word: Part(member.value, under(key, word), names) for word, member in members.items()}
        composed.draft = composed.draft.overridden(parts)
        composed.rule = read_rule(composed.draft, self.by)
        composed.enabled = self.of._enabled(parts, composed.enabled)
        if "enabled" in parts and composed.enabled:
            composed.disabled_by -= {*self.below, self.file}

    def _names(self, composed: Composed) -> Names:
        """The changing document's own names, then those of the rule's pack, then what that document inherits."""
        pack = composed.document
        if self.document is None or self.document is pack:
            return layered((pack.own, pack.below, self.of.facts))
        return layered((self.document.own, pack.own, pack.below, self.document.below, self.of.facts))

    def disable(self, node: Node) -> None:
        for item, key in each(node, "disable", self.by.problems, "names of rules", empty=True):
            name = text(item, key, self.by.problems, "the name of a rule")
            composed = None if name is None else self._find(name, item, key)
            if composed is not None:
                composed.disabled_by.add(self.file)

    def raise_(self, node: Node) -> None:
        problems = self.by.problems
        members = mapping(node, "raise", problems, ("from", "to", "checked"))
        levels: dict[str, Severity | None] = {}
        for word in ("from", "to"):
            if word in members:
                levels[word] = rules.severity(members[word].value, under("raise", word), problems)
            elif node.members is not None:
                problems.add(node, "raise", f"the key {word} is missing")
        grounds = _grounds(members["checked"].value, problems) if "checked" in members else None
        low, high = levels.get("from"), levels.get("to")
        if low is None or high is None:
            return
        if high <= low:
            problems.add(members["to"].value, "raise.to", f"{high.word} is not above {low.word}")
            return
        self._lift(low, high, grounds, members["to"].value)

    def _lift(self, low: Severity, high: Severity, grounds: Collection[str] | None, node: Node) -> None:
        for composed in self.reach.values():
            rule = composed.rule
            if rule is None or rule.severity is not low:
                continue
            if grounds is not None and all(citation.checked not in grounds for citation in rule.cite):
                continue
            part = Part(node, "raise.to", Names())
            composed.draft = replace(composed.draft, parts={**composed.draft.parts, "severity": part})
            composed.rule = replace(rule, severity=high, origins={**rule.origins, "severity": place(node)})
            if self.by.strict and high is Severity.ERROR and rules.rests_on_memory(rule):
                self.by.problems.add(node, "raise.to", f"{quoted(rule.id)} would be {rules.MEMORY}")

    @cached_property
    def reach(self) -> Mapping[str, Composed]:
        """The rules that it may change, by name."""
        return {name: composed for name, composed in self.of.rules.items() if composed.draft.pack in self.packs}

    def _find(self, name: str, node: Node, key: str) -> Composed | None:
        composed = self.reach.get(name)
        if composed is None:
            near = self.by.problems.nearest(name, self.reach)
            whole = "" if "/" in name or near else "; a rule is named PACK/RULE"
            self.by.problems.add(node, key, f"unknown rule {quoted(name)}{near}{whole}")
        return composed


_CHANGES: Mapping[str, Callable[[Change, Node], None]] = {
    "override": Change.override,
    "raise": Change.raise_,
    "disable": Change.disable,
}


def _grounds(node: Node, problems: Problems) -> Collection[str]:
    found = [checked(item, key, problems) for item, key in each(node, "raise.checked", problems, "grounds")]
    return {word for word in found if word is not None}


def _inherit(document: Document) -> Names:
    """Fills in the columns and measures that a document sees of those it extends."""
    below = document.below
    for extended in document.extends:
        for name, fact in _visible(extended.own, extended.below):
            known = below.facts.get(name)
            measure = extended.own.measures.get(name) or extended.below.measures.get(name)
            if known is None:
                below.facts[name] = fact
                if measure is not None:
                    below.measures[name] = measure
            elif known != fact or below.measures.get(name) != measure:
                reason = f"{quoted(name)} is defined differently in two of the extended policies; define it here"
                below.facts[name] = Unusable(reason)
    return below


def _visible(own: Names, below: Names) -> Iterable[tuple[str, Fact | Unusable]]:
    yield from own.facts.items()
    yield from ((name, fact) for name, fact in below.facts.items() if name not in own.facts)
