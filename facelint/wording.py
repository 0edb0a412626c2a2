"""What a test asks for, in words of either language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from facelint.conditions import FactRef, Many, Op, Operand, Period, Test
from facelint.values import Kind, show

Lang = Literal["en", "zh"]

MAX_SHOWN = 20
"""Literals of a test that are named; of more there is the number."""

_OPERATORS: Mapping[Lang, Mapping[Op, str]] = {
    "en": {
        Op.IS: "", Op.IN: "one of: ", Op.LT: "below ", Op.LE: "at most ", Op.GT: "above ", Op.GE: "at least ",
        Op.MATCHES: "matching ", Op.CONTAINS: "containing ", Op.CONTAINS_ANY: "containing any of: ",
        Op.CONTAINS_ALL: "containing all of: ", Op.WITHIN: "nothing but: ", Op.STARTS_WITH: "starting with ",
        Op.ENDS_WITH: "ending with ",
    },
    "zh": {
        Op.IS: "", Op.IN: "下列之一：", Op.LT: "小于 ", Op.LE: "不大于 ", Op.GT: "大于 ", Op.GE: "不小于 ",
        Op.MATCHES: "符合 ", Op.CONTAINS: "包含 ", Op.CONTAINS_ANY: "包含下列任一：", Op.CONTAINS_ALL: "包含下列全部：",
        Op.WITHIN: "仅限于：", Op.STARTS_WITH: "开头为 ", Op.ENDS_WITH: "结尾为 ",
    },
}  # fmt: skip
_OF_DATES: Mapping[Lang, Mapping[Op, str]] = {
    "en": {Op.LT: "before ", Op.LE: "not after ", Op.GT: "after ", Op.GE: "not before "},
    "zh": {Op.LT: "早于 ", Op.LE: "不晚于 ", Op.GT: "晚于 ", Op.GE: "不早于 "},
}
_PRESENCE: Mapping[Lang, tuple[str, str]] = {"en": ("no value", "a value"), "zh": ("无值", "有值")}
_NOT_IN_CHINESE: Mapping[Op, str] = {
    Op.IS: "不为 ", Op.IN: "不属于：", Op.LT: "不小于 ", Op.LE: "大于 ", Op.GT: "不大于 ", Op.GE: "小于 ",
    Op.MATCHES: "不符合 ", Op.CONTAINS: "不包含 ", Op.CONTAINS_ANY: "不包含下列任何一项：",
    Op.CONTAINS_ALL: "不同时包含：", Op.WITHIN: "不限于：", Op.STARTS_WITH: "开头不为 ", Op.ENDS_WITH: "结尾不为 ",
}  # fmt: skip


def wanted(test: Test, negated: bool = False, lang: Lang = "en") -> str:
    """What a test asks for: `one of: separate, written`."""
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _PRESENCE[lang][(test.op is Op.PRESENT) is not negated]
    said = {**_OPERATORS[lang], **(_OF_DATES[lang] if test.fact.type.kind is Kind.DATE else {})}[test.op]
    if negated:
        said = _NOT_IN_CHINESE[test.op] if lang == "zh" else f"not {said}"
    return said + _operand(test.operand, lang)


def _operand(operand: Operand, lang: Lang) -> str:
    match operand:
        case FactRef(fact, shift):
            return fact.name + _shift(shift, lang)
        case Many(values):
            named = ", ".join(map(show, values[:MAX_SHOWN]))
            more = f", … ({len(values)} in all)" if lang == "en" else f" 等 {len(values)} 项"
            return named + (more if len(values) > MAX_SHOWN else "")
        case None:
            return ""
        case _:
            return show(operand)


def _shift(shift: Period, lang: Lang) -> str:
    years, months = divmod(abs(shift.months), 12)
    numbers = ((years, "year", "年"), (months, "month", "个月"), (abs(shift.days), "day", "天"))
    back = shift.months < 0 or shift.days < 0
    if lang == "zh":
        text = "".join(f"{n}{unit}" for n, _, unit in numbers if n)
        return f" {'之前' if back else '之后'} {text}" if text else ""
    text = " ".join(f"{n} {unit}{'s' if n > 1 else ''}" for n, unit, _ in numbers if n)
    return f" {'minus' if back else 'plus'} {text}" if text else ""
