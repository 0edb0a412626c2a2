"""One rule from its keys, wherever each of them was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from facelint.conditions import Condition, facts_of
from facelint.facts import Fact, Realm
from facelint.policy import (
    Agree,
    Answer,
    Example,
    Form,
    Measure,
    Require,
    Rule,
    Scope,
    Severity,
    Texts,
    Unique,
)
from facelint.policy_file.citations import citations
from facelint.policy_file.conditions import condition
from facelint.policy_file.examples import examples
from facelint.policy_file.names import Context, Memo, Names, Use
from facelint.policy_file.reading import (
    Problems,
    Reader,
    T,
    choice,
    day,
    each,
    flag,
    mapping,
    place,
    texts,
    under,
)
from facelint.yaml_tree import Node, quoted

FORMS = ("require", "unique", "agree")
KEYS = (
    "id", "title", "severity", "scope", "when", *FORMS, "among", "why", "cite", "remedy",
    "in_force", "error_from", "waivable", "enabled", "examples",
)  # fmt: skip
MEANING = frozenset({"scope", "when", *FORMS, "among"})
"""The keys that say what is asked: to change one is to need other examples."""

severity = choice({level.word: level for level in reversed(Severity)})
_scope = choice({scope.value: scope for scope in Scope})


@dataclass(frozen=True)
class Part:
    """The value of one key of a rule, the path of keys to it, and what its conditions can name."""

    node: Node
    key: str
    names: Names


@dataclass(frozen=True)
class Draft:
    """A rule as written so far: its keys, perhaps from several documents."""

    id: str
    pack: str
    node: Node
    key: str
    parts: Mapping[str, Part]

    def overridden(self, parts: Mapping[str, Part]) -> Draft:
        """With the keys of an override; a form replaces the form, and a new meaning drops the old examples."""
        kept = dict(self.parts)
        if any(form in parts for form in FORMS):
            kept = {key: part for key, part in kept.items() if key not in (*FORMS, "among")}
            among = self.parts.get("among")
            if among is not None and "require" not in parts:
                kept["among"] = among
        if not MEANING.isdisjoint(parts):
            kept.pop("examples", None)
        return replace(self, parts={**kept, **parts})


@dataclass(frozen=True)
class Reading:
    """What every rule of a load is read with; `strict` asks for all that a shipped pack must have."""

    problems: Problems
    memo: Memo
    strict: bool


def read_rule(draft: Draft, by: Reading) -> Rule | None:
    """The rule, or None where it has a problem."""
    before = len(by.problems.found)
    scope = _read(draft, "scope", _scope, Scope.RECORD, by)
    use = Use.ANY if len(by.problems.found) > before else Use(scope)
    _require_keys(draft, by)
    when = draft.parts.get("when")
    said = condition(when.node, when.key, _context(when, use, by)) if when else None
    form = _form(draft, use, by)
    sound = len(by.problems.found) == before
    named = _facts(form, said) if sound else {}
    if named and scope is not Scope.DATASET and all(fact.realm is Realm.CONSTANT for fact in named.values()):
        by.problems.add(draft.node, draft.key, "names nothing but card.* and run.*; it must say scope: dataset")
    rule = Rule(
        id=draft.id,
        pack=draft.pack,
        title=_read(draft, "title", texts, Texts(""), by),
        severity=_read(draft, "severity", severity, Severity.ERROR, by),
        scope=scope,
        form=form or _NO_FORM,
        place=place(draft.node),
        when=said,
        cite=_read(draft, "cite", citations, (), by),
        why=_read(draft, "why", texts, Texts(""), by),
        remedy=_read(draft, "remedy", texts, Texts(""), by),
        in_force=_read(draft, "in_force", day, None, by),
        error_from=_read(draft, "error_from", day, None, by),
        waivable=_read(draft, "waivable", flag, True, by),
        examples=_examples(draft, form, use, named, by),
        measures=_measures(draft, form, said, by),
        origins={key: place(part.node) for key, part in draft.parts.items()},
    )
    _read(draft, "enabled", flag, True, by)
    if by.strict:
        _check_strictly(draft, rule, by)
    return rule if len(by.problems.found) == before else None


_NO_FORM = Unique(())


def _read(draft: Draft, key: str, read: Reader[T], otherwise: T, by: Reading) -> T:
    part = draft.parts.get(key)
    value = read(part.node, part.key, by.problems) if part else None
    return otherwise if value is None else value


def _context(part: Part, use: Use, by: Reading) -> Context:
    return Context(by.problems, part.names, use, by.memo)


def _require_keys(draft: Draft, by: Reading) -> None:
    for key in ("id", "title", "severity"):
        if key not in draft.parts:
            by.problems.add(draft.node, draft.key, f"the key {key} is missing")
    forms = [form for form in FORMS if form in draft.parts]
    if len(forms) != 1:
        found = " and ".join(forms) or "none"
        by.problems.add(draft.node, draft.key, f"exactly one of {', '.join(FORMS)} is wanted, found {found}")


# The form


def _form(draft: Draft, use: Use, by: Reading) -> Form | None:
    name = next((form for form in FORMS if form in draft.parts), None)
    if name is None:
        return None
    part = draft.parts[name]
    if use is Use.DATASET and name != "require":
        by.problems.add(part.node, part.key, f"{name} compares records or consents; scope: dataset has neither")
        return None
    form = _FORMS[name](part.node, part.key, _context(part, use, by))
    among = draft.parts.get("among")
    if among is None:
        return form
    narrowed = condition(among.node, among.key, _context(among, use, by))
    if name == "require":
        by.problems.add(among.node, among.key, "among narrows the groups of unique and agree; here it has no meaning")
    return replace(form, among=narrowed) if isinstance(form, Unique | Agree) else form


def _require(node: Node, key: str, at: Context) -> Form | None:
    found = condition(node, key, at)
    return None if found is None else Require(found)


def _key(node: Node, key: str, at: Context) -> tuple[Fact, ...] | None:
    """The facts of a group's key, each once."""
    found: dict[str, Fact] = {}
    sound = True
    for item, path in each(node, key, at.problems, "facts"):
        fact = at.fact(item, path)
        sound = sound and fact is not None
        if fact is not None and fact.name in found:
            at.problems.add(item, path, f"{quoted(fact.name)} is named twice")
        elif fact is not None:
            found[fact.name] = fact
    return tuple(found.values()) if found and sound else None


def _unique(node: Node, key: str, at: Context) -> Form | None:
    facts = _key(node, key, at)
    return None if facts is None else Unique(facts)


def _agree(node: Node, key: str, at: Context) -> Form | None:
    members = mapping(node, key, at.problems, ("on", "within"))
    for word in ("on", "within"):
        if word not in members and node.members is not None:
            at.problems.add(node, key, f"the key {word} is missing")
    if len(members) < 2:
        return None
    on = at.fact(members["on"].value, under(key, "on"))
    within, path = members["within"].value, under(key, "within")
    group = _key(within, path, at) if within.text is None else _single(at.fact(within, path))
    if on is None or group is None:
        return None
    if on in group:
        at.problems.add(members["on"].value, under(key, "on"), f"{quoted(on.name)} always agrees within itself")
    return Agree(on, group)


def _single(fact: Fact | None) -> tuple[Fact, ...] | None:
    return None if fact is None else (fact,)


_FORMS: Mapping[str, Callable[[Node, str, Context], Form | None]] = {
    "require": _require,
    "unique": _unique,
    "agree": _agree,
}


def _facts(form: Form | None, when: Condition | None) -> dict[str, Fact]:
    """The facts that a rule names, by name."""
    found: list[Fact] = list(facts_of(when)) if when is not None else []
    match form:
        case Require(of):
            found.extend(facts_of(of))
        case Unique(key, among):
            found.extend((*key, *(facts_of(among) if among is not None else ())))
        case Agree(on, within, among):
            found.extend((on, *within, *(facts_of(among) if among is not None else ())))
    return {fact.name: fact for fact in found}


def _measures(draft: Draft, form: Form | None, when: Condition | None, by: Reading) -> Mapping[str, Measure]:
    """The measures that `require` and `when` name, each meaning one thing though two documents wrote them."""
    found: dict[str, Measure] = {}
    required = form.condition if isinstance(form, Require) else None
    for key, said in (("require", required), ("when", when)):
        part = draft.parts.get(key)
        if said is None or part is None:
            continue
        for name in sorted({fact.name for fact in facts_of(said)} & part.names.measures.keys()):
            measure = part.names.measures[name]
            if found.setdefault(name, measure) != measure:
                by.problems.add(part.node, part.key, f"{quoted(name)} means two things here; rename one")
    return found


# Examples


def _examples(draft: Draft, form: Form | None, use: Use, named: Mapping[str, Fact], by: Reading) -> tuple[Example, ...]:
    part = draft.parts.get("examples")
    if part is None:
        return ()
    several = "unique" in draft.parts or "agree" in draft.parts
    return examples(part.node, part.key, _context(part, use, by), several, frozenset(named))


# What a shipped pack must have


def _check_strictly(draft: Draft, rule: Rule, by: Reading) -> None:
    def wrong(key: str, message: str) -> None:
        part = draft.parts.get(key)
        by.problems.add(part.node if part else draft.node, part.key if part else draft.key, message)

    for key in ("why", "cite", "remedy", "examples"):
        if key not in draft.parts:
            wrong(key, f"the key {key} is missing, which a shipped rule must have")
    for key, said in (("title", rule.title), ("why", rule.why), ("remedy", rule.remedy)):
        if key in draft.parts and said.en and not said.zh:
            wrong(key, "the Chinese text is missing (key zh), which a shipped rule must have")
    if "cite" in draft.parts:
        _check_grounds(draft.parts["cite"], rule, wrong)
    for answer in (Answer.PASS, Answer.FAIL):
        if "examples" in draft.parts and all(example.answer is not answer for example in rule.examples):
            wrong("examples", f"no example of {answer.word}, which a shipped rule must have")


def _check_grounds(cite: Part, rule: Rule, wrong: Callable[[str, str], None]) -> None:
    unchecked = any(item.members is not None and "checked" not in item.members for item in cite.node.items or ())
    if unchecked:
        wrong("cite", "checked is missing from a citation, which a shipped rule must have")
    if rests_on_memory(rule) and rule.severity is Severity.ERROR:
        wrong("severity", MEMORY)


MEMORY = "error on grounds that were not re-read (checked: memory); warning at most"


def rests_on_memory(rule: Rule) -> bool:
    return all(citation.checked == "memory" for citation in rule.cite)
