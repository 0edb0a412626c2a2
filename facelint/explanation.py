"""A rule in full, in either language: what it checks, why, on what ground, how to mend a failure, its examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from facelint.conditions import All, Any, Condition, Not, Test
from facelint.facts import Fact
from facelint.laws import titles
from facelint.plan import rule_facts
from facelint.policy import Agree, Citation, Example, Measure, Require, Rule, Texts, Unique
from facelint.values import show
from facelint.wording import Lang, wanted


@dataclass(frozen=True)
class Line:
    """`depth` counts how deep it stands within others; `code` marks what is written as in a policy."""

    text: str
    depth: int = 0
    code: str = ""


@dataclass(frozen=True)
class Section:
    """A part of an explanation; `key` is its name whatever the language."""

    key: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Explanation:
    id: str
    about: str
    """Severity and what it ranges over, in words."""
    title: str
    sections: tuple[Section, ...]


def explain(rule: Rule, lang: Lang = "en") -> Explanation:
    """All that is to be said of a rule; sections without lines are left out."""
    words = _WORDS[lang]
    said = [Section(key, words[key], tuple(lines(rule, lang))) for key, lines in _SECTIONS.items()]
    about = words["for"].format(severity=words[rule.severity.word], things=words[rule.scope.value])
    return Explanation(rule.id, about, text_of(rule.title, lang), tuple(one for one in said if one.lines))


def text_of(texts: Texts, lang: Lang) -> str:
    """In the language asked for, or where it is not written in that, in English."""
    return (texts.zh if lang == "zh" else "") or texts.en


_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "for": "{severity}, for {things}", "error": "error", "warning": "warning", "note": "note",
        "record": "each record", "consent": "each consent", "dataset": "the dataset",
        "when": "when", "require": "require", "measures": "measures", "why": "why", "time": "from when",
        "ground": "ground", "mend": "mend", "facts": "facts", "examples": "examples",
        "all": "all of", "any": "any of", "not": "not",
        "unique": "no two share: {key}", "agree": "one {on} for all with the same {key}", "among": "among those with",
        "in_force": "skips everything before {day}", "error_from": "a warning before {day}",
        "unwaivable": "cannot be waived",
        "law": "law", "standard": "standard", "practice": "practice",
        "primary": "read in the official text", "secondary": "read in a quotation or an official summary",
        "memory": "not re-read", "since": "in force since {day}", "checked": "in force: {how}",
        "personal": "shown as a hash", "claimed": "false unless claimed",
        "blank": "all blank", "missing": "(missing)", "unknown": "(unknown)",
        "of": "{statistic} of {of}", "where": "{measure} where {where}", "and": " and ", "or": " or ",
        "pass": "pass", "fail": "fail", "skip": "skip", "unsure": "unsure",
    },
    "zh": {
        "for": "{severity}，针对{things}", "error": "错误", "warning": "警告", "note": "提示",
        "record": "每条记录", "consent": "每条同意记录", "dataset": "整个数据集",
        "when": "适用条件", "require": "要求", "measures": "统计量", "why": "理由", "time": "生效时间",
        "ground": "依据", "mend": "整改", "facts": "事实", "examples": "示例",
        "all": "同时满足", "any": "满足其一", "not": "不得满足",
        "unique": "下列事实不得重复：{key}", "agree": "{key} 相同的，{on} 应当一致", "among": "仅限于",
        "in_force": "{day} 之前一律跳过", "error_from": "{day} 之前为警告",
        "unwaivable": "不得豁免",
        "law": "法律", "standard": "标准", "practice": "惯例",
        "primary": "已核对官方文本", "secondary": "据引文或者官方摘要", "memory": "尚未复核",
        "since": "自 {day} 起施行", "checked": "施行日期：{how}",
        "personal": "以哈希显示", "claimed": "未主张即为否",
        "blank": "均为空", "missing": "（缺失）", "unknown": "（未知）",
        "of": "{of} 的{statistic}", "where": "{measure}，其中 {where}", "and": "，且 ", "or": "，或 ",
        "pass": "通过", "fail": "不通过", "skip": "跳过", "unsure": "无法确定",
    },
}  # fmt: skip
_STATISTICS = {
    "count": "数量",
    "share": "占比",
    "distinct": "不同值数量",
    "sum": "总和",
    "min": "最小值",
    "max": "最大值",
}


def _when(rule: Rule, lang: Lang) -> Iterator[Line]:
    if rule.when is not None:
        yield from tree(rule.when, lang)


def _require(rule: Rule, lang: Lang) -> Iterator[Line]:
    words = _WORDS[lang]
    match rule.form:
        case Require(condition):
            yield from tree(condition, lang)
            return
        case Unique(key, among):
            yield Line(words["unique"].format(key=_names(key)))
        case Agree(on, within, among):
            yield Line(words["agree"].format(on=on.name, key=_names(within)))
    if among is not None:
        yield Line(words["among"])
        yield from tree(among, lang, 1)


def _names(facts: tuple[Fact, ...]) -> str:
    return ", ".join(fact.name for fact in facts)


def tree(condition: Condition, lang: Lang, depth: int = 0) -> Iterator[Line]:
    """A condition, a line a test, deeper within what joins them."""
    words = _WORDS[lang]
    match condition:
        case Test():
            yield Line(wanted(condition, lang=lang), depth, condition.fact.name)
        case Not(Test() as test):
            yield Line(wanted(test, True, lang), depth, test.fact.name)
        case Not(part):
            yield Line(words["not"], depth)
            yield from tree(part, lang, depth + 1)
        case All(parts) | Any(parts):
            yield Line(words["all" if isinstance(condition, All) else "any"], depth)
            for part in parts:
                yield from tree(part, lang, depth + 1)


def _measures(rule: Rule, lang: Lang) -> Iterator[Line]:
    for name, measure in rule.measures.items():
        yield Line(_measure(measure, lang), code=name)


def _measure(measure: Measure, lang: Lang) -> str:
    words = _WORDS[lang]
    statistic = measure.statistic.value if lang == "en" else _STATISTICS[measure.statistic.value]
    of = measure.of.name if isinstance(measure.of, Fact) else _inline(measure.of, lang)
    said = words["of"].format(statistic=statistic, of=of)
    return said if measure.where is None else words["where"].format(measure=said, where=_inline(measure.where, lang))


def _inline(condition: Condition, lang: Lang, negated: bool = False) -> str:
    """A condition on one line."""
    words = _WORDS[lang]
    match condition:
        case Test():
            return f"{condition.fact.name}: {wanted(condition, negated, lang)}"
        case Not(part):
            return _inline(part, lang, not negated)
        case All(parts) | Any(parts):
            joint = words["and" if isinstance(condition, All) is not negated else "or"]
            return "(" + joint.join(_inline(part, lang, negated) for part in parts) + ")"


def _why(rule: Rule, lang: Lang) -> Iterator[Line]:
    if rule.why.en:
        yield Line(text_of(rule.why, lang))


def _time(rule: Rule, lang: Lang) -> Iterator[Line]:
    words = _WORDS[lang]
    if rule.in_force is not None:
        yield Line(words["in_force"].format(day=rule.in_force))
    if rule.error_from is not None:
        yield Line(words["error_from"].format(day=rule.error_from))
    if not rule.waivable:
        yield Line(words["unwaivable"])


def _ground(rule: Rule, lang: Lang) -> Iterator[Line]:
    for cite in rule.cite:
        yield Line(ground(cite, lang))


def ground(cite: Citation, lang: Lang) -> str:
    """A citation with how well it was checked: `PIPL 29 (law; in force since 2021-11-01; …)`."""
    words = _WORDS[lang]
    about = [words[cite.kind]]
    if cite.in_force is not None:
        about.append(words["since"].format(day=cite.in_force))
    about.append(words[cite.checked])
    if cite.in_force_checked:
        about.append(words["checked"].format(how=words[cite.in_force_checked]))
    marks = ("；" if lang == "zh" else "; ").join(about)
    if lang == "zh":
        return f"{_in_chinese(cite)}（{marks}）"
    return f"{cite.name} {cite.article}".rstrip() + f" ({marks})"


def _in_chinese(cite: Citation) -> str:
    """`《个人信息保护法》第29条`; what is no law, or not listed, goes by its own name."""
    title = titles().get(cite.name) if cite.kind == "law" else None
    if title is None:
        return f"{cite.name} {cite.article}".rstrip()
    name = title.zh if "《" in title.zh else f"《{title.zh}》"
    return name + (f"第{cite.article.replace(', ', '、')}条" if cite.article else "")


def _mend(rule: Rule, lang: Lang) -> Iterator[Line]:
    if rule.remedy.en:
        yield Line(text_of(rule.remedy, lang))


def _facts(rule: Rule, lang: Lang) -> Iterator[Line]:
    words = _WORDS[lang]
    for fact in {fact.name: fact for fact in rule_facts(rule)}.values():
        marks = [str(fact.type)]
        marks += [words["personal"]] if fact.personal else []
        marks += [words["claimed"]] if fact.claimed else []
        yield Line(f"{fact.doc} ({'; '.join(marks)})", code=fact.name)


def _examples(rule: Rule, lang: Lang) -> Iterator[Line]:
    for one in rule.examples:
        yield Line(_example(one, lang), code=_WORDS[lang][one.answer.word])


def _example(example: Example, lang: Lang) -> str:
    words = _WORDS[lang]
    shown = []
    for one in example.things:
        values = {name: show(value) for name, value in one.values.items()}
        values |= dict.fromkeys(one.missing, words["missing"]) | dict.fromkeys(one.unknown, words["unknown"])
        shown.append(", ".join(f"{name}: {value}" for name, value in values.items()) or words["blank"])
    return " | ".join(shown)


_SECTIONS = {
    "when": _when, "require": _require, "measures": _measures, "why": _why, "time": _time, "ground": _ground,
    "mend": _mend, "facts": _facts, "examples": _examples,
}  # fmt: skip
