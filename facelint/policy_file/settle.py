"""Which value of each param applies: the pack's own, an extending policy's, the settings', the command line's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from facelint.errors import UserError, nearest
from facelint.policy_file.declarations import param_value
from facelint.policy_file.documents import Document
from facelint.policy_file.names import Listed, Param
from facelint.policy_file.reading import Problems, mapping, under
from facelint.values import LIST, NotOfType, clean, convert
from facelint.yaml_tree import Node, quoted

Held = Mapping[str, Sequence[Param]]
"""The params that a name stands for: `NAME` all of that name, `PACK.NAME` one pack's and those below it."""


def extend_params(documents: Iterable[Document], problems: Problems) -> None:
    """Lets each policy set the params of the packs that it extends, in order of loading."""
    for document in documents:
        for name, param in document.own.params.items():
            if not isinstance(param, Param):
                continue
            for below in _below(document, name):
                param.used = True
                _assign(below, param.value, param.node, f"params.{name}", param.origin, problems)


def _below(document: Document, name: str) -> list[Param]:
    found = (below.own.params.get(name) for below in document.inherited.values())
    return [param for param in found if isinstance(param, Param)]


def _assign(param: Param, value: str | Listed, node: Node, key: str, origin: str, problems: Problems) -> None:
    if isinstance(value, Listed) is not isinstance(param.value, Listed):
        wanted = "a list of texts" if isinstance(param.value, Listed) else "one text"
        problems.add(node, key, f"{wanted} is wanted, as at {param.node.file}:{param.node.line}")
        return
    param.value, param.origin = value, origin


def held(documents: Iterable[Document]) -> Held:
    found: dict[str, list[Param]] = {}
    for document in documents:
        for name, param in document.own.params.items():
            if isinstance(param, Param):
                found.setdefault(name, []).append(param)
                found[f"{document.pack.id}.{name}"] = [param, *_below(document, name)]
    return found


def lay_settings(node: Node, by_name: Held, problems: Problems) -> None:
    """The key `params` of facelint.yaml: those of one pack win over those of all."""
    members = mapping(node, "params", problems)
    for name in sorted(members, key=lambda said: "." in said):
        member, key = members[name], under("params", name)
        if name not in by_name:
            near = problems.nearest(name, by_name)
            problems.add(member.key, "params", f"no loaded policy has a param {quoted(name)}{near}")
            continue
        value = param_value(member.value, key, problems)
        if value is None:
            continue
        for param in by_name[name]:
            _assign(param, value, member.value, key, f"{member.key.file}:{member.key.line}", problems)


def lay_set(given: Mapping[str, str], by_name: Held) -> list[str]:
    """The command line's `--set`; returns what is wrong with it."""
    wrong: list[str] = []
    for name in sorted(given, key=lambda said: "." in said):
        if name not in by_name:
            wrong.append(f"--set {quoted(name)}: no loaded policy has such a param{nearest(name, list(by_name))}")
            continue
        for param in by_name[name]:
            try:
                param.value = _as_set(given[name], param)
            except UserError as error:
                wrong.append(f"--set {name}: {error}")
                break
            param.origin = "--set"
    return wrong


def _as_set(text: str, param: Param) -> str | Listed:
    said = clean(text)
    if isinstance(param.value, Listed):
        try:
            members = convert(said, LIST)
        except NotOfType:
            members = None
        if not isinstance(members, tuple):
            raise UserError(f"a list is wanted (a;b or a JSON array), found {quoted(text)}")
        return Listed(members)
    if not said:
        raise UserError("a value is wanted, found nothing")
    return said


def check_used(documents: Iterable[Document], problems: Problems) -> None:
    """A param that an extending policy writes, and that nothing reads, is a slip of the pen."""
    for document in documents:
        known = {name for below in document.inherited.values() for name in below.own.params}
        for name, param in document.own.params.items():
            if document.extends and isinstance(param, Param) and not param.used:
                near = problems.nearest(name, known)
                message = f"no extended policy has a param {quoted(name)}, and no rule here uses it{near}"
                problems.add(param.node, "params", message)
