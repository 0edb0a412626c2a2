"""The pages about the shipped rules, in English and Chinese: one for each pack, and an index by law and article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from facelint import policy_file, probes
from facelint.explanation import Explanation, Line, explain, text_of
from facelint.laws import titles
from facelint.policy import Citation, Pack, Policy, Rule, Texts
from facelint.values import show
from facelint.wording import Lang

LANGUAGES: tuple[Lang, ...] = ("en", "zh")

_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "index": "The shipped rules",
        "about": "{packs} packs hold {rules} rules. Each page says of its rules what they check, why, on what ground, "
        "how to mend a failure, and gives the rule's own examples, which are its tests. `facelint explain RULE` prints "
        "the same. What a report says is evidence for a decision, not legal advice.",
        "other": "[中文]({page})",
        "packs": "Packs", "pack": "Pack", "rules": "Rules", "profiles": "Profiles",
        "profile": "A profile holds no rules of its own: it says which packs apply together, and what it changes.",
        "by_law": "By law and article", "ground": "Ground", "article": "Article",
        "version": "Version {version}; the law was read on {day}.",
        "extends": "Builds on", "changes": "Changes", "off": "off", "raised": "now {severity}",
        "rule": "Rule", "severity": "Severity", "title": "What must hold",
        "params": "Params, set with `--set` or in `facelint.yaml`", "default": "Off unless turned on.",
        "all": "all rules",
    },
    "zh": {
        "index": "内置规则",
        "about": "共有 {packs} 个规则包、{rules} 条规则。各页逐条说明规则检查的内容、理由、依据、整改方法以及示例；"
        "示例同时是规则自身的测试。`facelint explain RULE --lang zh` 输出相同内容。"
        "报告仅为决策提供证据，不构成法律意见。",
        "other": "[English]({page})",
        "packs": "规则包", "pack": "规则包", "rules": "规则数", "profiles": "组合",
        "profile": "组合自身不含规则，仅规定哪些规则包一并适用以及所作的调整。",
        "by_law": "按法律和条文索引", "ground": "依据", "article": "条文",
        "version": "版本 {version}；法律文本查阅日期：{day}。",
        "extends": "基于", "changes": "调整", "off": "关闭", "raised": "调整为{severity}",
        "rule": "规则", "severity": "级别", "title": "应当满足的要求",
        "params": "参数（以 `--set` 或者在 `facelint.yaml` 中设定）", "default": "默认关闭。",
        "all": "全部规则",
    },
}  # fmt: skip
_SEVERITIES: Mapping[Lang, Mapping[str, str]] = {
    "en": {"error": "error", "warning": "warning", "note": "note"},
    "zh": {"error": "错误", "warning": "警告", "note": "提示"},
}


def pages() -> dict[str, str]:
    """By name of file, every page."""
    made: dict[str, str] = {}
    for lang in LANGUAGES:
        made[_file("README", lang)] = _joined(_index(lang))
        for name in policy_file.primary():
            made[_file(name, lang)] = _joined(_pack_page(name, lang))
        for name in _profiles():
            made[_file(name, lang)] = _joined(_profile_page(name, lang))
    return made


def _file(name: str, lang: Lang) -> str:
    return f"{name}.md" if lang == "en" else f"{name}.{lang}.md"


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


@cache
def _loaded(name: str) -> Policy:
    return policy_file.load([name], probes.vocabulary())


def _pack(name: str) -> Pack:
    return next(pack for pack in _loaded(name).packs if pack.id == name)


def _rules(name: str) -> list[Rule]:
    """As they are written in the pack, those that are off by default too."""
    policy = _loaded(name)
    return sorted((*policy.rules, *policy.off), key=lambda rule: rule.place.line)


def _profiles() -> list[str]:
    return [name for name in policy_file.shipped() if name not in policy_file.primary()]


def _other(name: str, lang: Lang) -> str:
    return _WORDS[lang]["other"].format(page=_file(name, "zh" if lang == "en" else "en"))


def _index(lang: Lang) -> Iterator[str]:
    words = _WORDS[lang]
    packs = policy_file.primary()
    count = sum(len(_rules(name)) for name in packs)
    yield f"# {words['index']}"
    yield f"\n{_other('README', lang)}\n"
    yield words["about"].format(packs=len(packs), rules=count)
    yield f"\n## {words['packs']}\n"
    yield f"| {words['pack']} | {words['rules']} | |\n|---|---|---|"
    for name in packs:
        title = text_of(_pack(name).title, lang)
        yield f"| [{name}]({_file(name, lang)}) | {len(_rules(name))} | {title} |"
    yield f"\n## {words['profiles']}\n\n{words['profile']}\n"
    for name in _profiles():
        yield f"- [{name}]({_file(name, lang)}): {text_of(_pack(name).title, lang)}"
    yield f"\n## {words['by_law']}\n"
    yield f"| {words['ground']} | {words['article']} | {words['rules'] if lang == 'en' else '规则'} |\n|---|---|---|"
    for law, article, rules in _by_law():
        links = ", ".join(f"[{rule.id}]({_file(rule.pack, lang)}#{_anchor(rule)})" for rule in rules)
        title = titles()[law] if law in titles() else Texts(law, law)
        said = law if title.en == law else f"{law}: {title.en}" if lang == "en" else f"{title.zh} ({law})"
        yield f"| {_cell(said)} | {_cell(article)} | {links} |"


def _by_law() -> Iterator[tuple[str, str, list[Rule]]]:
    found: dict[tuple[str, str], list[Rule]] = {}
    for name in policy_file.primary():
        for rule in _rules(name):
            for cite in rule.cite:
                found.setdefault((cite.name, cite.article), []).append(rule)
    kinds = {cite.name: _rank(cite) for name in policy_file.primary() for rule in _rules(name) for cite in rule.cite}
    for law, article in sorted(found, key=lambda key: (kinds[key[0]], key[0].lower(), _natural(key[1]))):
        yield law, article, found[law, article]


def _rank(cite: Citation) -> int:
    return ("law", "standard", "practice").index(cite.kind)


def _natural(article: str) -> list[tuple[int, str]]:
    """Article 9 before article 14."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D+", article)]


def _anchor(rule: Rule) -> str:
    return rule.id.partition("/")[2]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _pack_page(name: str, lang: Lang) -> Iterator[str]:
    words, pack, rules = _WORDS[lang], _pack(name), _rules(name)
    off = set(_loaded(name).disabled)
    yield f"# {text_of(pack.title, lang)}"
    yield f"\n`{name}` · {_other(name, lang)} · [{words['index']}]({_file('README', lang)})\n"
    yield words["version"].format(version=pack.version, day=pack.law_read_on)
    yield f"\n| {words['rule']} | {words['severity']} | {words['title']} |\n|---|---|---|"
    for rule in rules:
        severity = _SEVERITIES[lang][rule.severity.word] + (f" ({words['off']})" if rule.id in off else "")
        yield f"| [{_anchor(rule)}](#{_anchor(rule)}) | {severity} | {_cell(text_of(rule.title, lang))} |"
    params = {key: value for key, value in _loaded(name).params.items() if key.startswith(f"{name}.")}
    if params:
        yield f"\n{words['params']}:\n"
        yield from (f"- `{key}`: {_param(value)}" for key, value in params.items())
    for rule in rules:
        yield ""
        yield from _rule(explain(rule, lang), lang, _anchor(rule), words["default"] if rule.id in off else "")


def _param(value: str | tuple[str, ...]) -> str:
    return f"`{show(value)}`"


def _rule(said: Explanation, lang: Lang, anchor: str, off: str) -> Iterator[str]:
    yield f"## {anchor}"
    stop = "。" if lang == "zh" else "."
    yield f"\n{said.title}{stop} *{said.about.capitalize()}{stop}*" + (f" {off}" if off else "")
    for section in said.sections:
        if section.key == "facts":  # the vocabulary has them: `facelint facts`
            continue
        yield f"\n**{section.name.capitalize()}**\n"
        if section.key in ("why", "mend"):
            yield from (one.text for one in section.lines)
        elif section.key == "examples":
            yield from (f"- {one.code}: `{one.text}`" for one in section.lines)
        else:
            yield from (f"{'    ' * one.depth}- {_item(one)}" for one in section.lines)


def _item(one: Line) -> str:
    return f"`{one.code}`: {_marked(one.text)}" if one.code else _marked(one.text)


def _marked(text: str) -> str:
    """Text whose stars and angle brackets are no markup."""
    return re.sub(r"([*_<>|])", r"\\\1", text)


def _profile_page(name: str, lang: Lang) -> Iterator[str]:
    words, pack, policy = _WORDS[lang], _pack(name), _loaded(name)
    yield f"# {text_of(pack.title, lang)}"
    yield f"\n`{name}` · {_other(name, lang)} · [{words['index']}]({_file('README', lang)})\n"
    yield f"{words['profile']}\n"
    yield f"## {words['extends']}\n"
    for below in policy.packs:
        if below.id in policy_file.primary():
            yield f"- [{below.id}]({_file(below.id, lang)}): {text_of(below.title, lang)}"
    yield f"\n## {words['changes']}\n"
    yield from (f"- {one}" for one in _changes(name, lang))


def _changes(name: str, lang: Lang) -> Iterator[str]:
    """What a profile does to the rules as their packs have them."""
    words, policy = _WORDS[lang], _loaded(name)
    own = {rule.id: rule for pack in policy_file.primary() for rule in _rules(pack)}
    off_before = {rule for pack in policy_file.primary() for rule in _loaded(pack).disabled}

    def link(rule: Rule) -> str:
        return f"[{rule.id}]({_file(rule.pack, lang)}#{_anchor(rule)})"

    for rule in policy.off:
        if rule.id not in off_before:
            yield f"{link(rule)}: {words['off']}"
    for rule in policy.rules:
        changed = rule.severity is not own[rule.id].severity
        if changed or rule.id in off_before:
            yield f"{link(rule)}: {words['raised'].format(severity=_SEVERITIES[lang][rule.severity.word])}"


FOLDER = Path(__file__).parent / "rules"
