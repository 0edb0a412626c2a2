"""The grounds of a rule from their nodes."""

from __future__ import annotations

from facelint.policy import Citation
from facelint.policy_file.reading import Problems, Reader, T, choice, day, each, mapping, text, under
from facelint.yaml_tree import Node

checked = choice({word: word for word in ("primary", "secondary", "memory")})
_SOURCES = ("law", "standard", "practice")
_KEYS = (*_SOURCES, "article", "in_force", "checked", "in_force_checked", "url")


def citations(node: Node, key: str, problems: Problems) -> tuple[Citation, ...] | None:
    found = [_citation(item, path, problems) for item, path in each(node, key, problems, "citations")]
    return tuple(citation for citation in found if citation is not None)


def _citation(node: Node, key: str, problems: Problems) -> Citation | None:
    members = mapping(node, key, problems, _KEYS)

    def part(word: str, read: Reader[T], otherwise: T) -> T:
        value = read(members[word].value, under(key, word), problems) if word in members else None
        return otherwise if value is None else value

    kinds = [kind for kind in _SOURCES if kind in members]
    if len(kinds) != 1:
        if node.members is not None:
            found = " and ".join(kinds) or "none"
            problems.add(node, key, f"exactly one of {', '.join(_SOURCES)} is wanted, found {found}")
        return None
    return Citation(
        kind=kinds[0],
        name=part(kinds[0], text, ""),
        article=part("article", text, ""),
        in_force=part("in_force", day, None),
        checked=part("checked", checked, "memory"),
        in_force_checked=part("in_force_checked", checked, ""),
        url=part("url", text, ""),
    )
