"""Conditions: what each way of writing one means, and every mistake with its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from facelint import conditions
from facelint.conditions import All, Any, Condition, FactRef, Many, Not, Op, Operand, Period

from .helpers import VOCABULARY, load_text, policy, problems, required


def is_(name: str, op: Op, operand: Operand = None) -> conditions.Test:
    return conditions.Test(VOCABULARY[name], op, operand)


MEANINGS: list[tuple[str, Condition]] = [
    ("{consent.type: separate}", is_("consent.type", Op.IS, "separate")),
    ("{consent.type: [separate, written]}", is_("consent.type", Op.IN, Many(("separate", "written")))),
    ("{consent.type: {is_not: implied}}", Not(is_("consent.type", Op.IS, "implied"))),
    ("{consent.type: {not_in: [implied]}}", Not(is_("consent.type", Op.IN, Many(("implied",))))),
    ("{source_name: present}", is_("source_name", Op.PRESENT)),
    ("{source_name: absent}", is_("source_name", Op.ABSENT)),
    ("{source_name: {is: present}}", is_("source_name", Op.IS, "present")),
    ("{source_name: NO}", is_("source_name", Op.IS, "NO")),
    ("{source_name: 012}", is_("source_name", Op.IS, "012")),
    ("{source_name: 1:30}", is_("source_name", Op.IS, "1:30")),
    ('{source_name: "  e\u0301 "}', is_("source_name", Op.IS, "é")),
    ("{source_name: {within: [a, b]}}", is_("source_name", Op.IN, Many(("a", "b")))),
    ("{source_name: {contains: nan}}", is_("source_name", Op.CONTAINS, "nan")),
    ("{consent.type: {starts_with: sep, ends_with: ate}}", All((
        is_("consent.type", Op.STARTS_WITH, "sep"), is_("consent.type", Op.ENDS_WITH, "ate")))),
    ('{source_name: {matches: "a. "}}', is_("source_name", Op.MATCHES, "a. ")),
    ("{synthetic: no}", is_("synthetic", Op.IS, False)),
    ("{synthetic: [true, 0]}", is_("synthetic", Op.IN, Many((True, False)))),
    ("{subject_age: {ge: 14, lt: 18}}", All((is_("subject_age", Op.GE, 14), is_("subject_age", Op.LT, 18)))),
    ("{price: {gt: 0.1}}", is_("price", Op.GT, Decimal("0.1"))),
    ("{captured_at: 2021-11-01}", is_("captured_at", Op.IS, date(2021, 11, 1))),
    ("{consent.purposes: research}", is_("consent.purposes", Op.CONTAINS, "research")),
    ("{consent.purposes: other:thesis}", is_("consent.purposes", Op.CONTAINS, "other:thesis")),
    ("{consent.purposes: [research, attendance]}",
        is_("consent.purposes", Op.CONTAINS_ANY, Many(("research", "attendance")))),
    ("{consent.purposes: {is_not: research}}", Not(is_("consent.purposes", Op.CONTAINS, "research"))),
    ("{consent.purposes: {not_in: [research]}}", Not(is_("consent.purposes", Op.CONTAINS_ANY, Many(("research",))))),
    ("{consent.purposes: {contains_all: [research]}}", is_("consent.purposes", Op.CONTAINS_ALL, Many(("research",)))),
    ("{consent.purposes: {within: [research]}}", is_("consent.purposes", Op.WITHIN, Many(("research",)))),
    ("{recipients: {within: {fact: consent.recipients}}}",
        is_("recipients", Op.WITHIN, FactRef(VOCABULARY["consent.recipients"]))),
    ("{recipients: {fact: consent.recipients}}",
        is_("recipients", Op.CONTAINS_ANY, FactRef(VOCABULARY["consent.recipients"]))),
    ("{recipients: {contains: {fact: source_name}}}",
        is_("recipients", Op.CONTAINS, FactRef(VOCABULARY["source_name"]))),
    ("{storage_region: {in: {fact: consent.storage_locations}}}",
        is_("storage_region", Op.IN, FactRef(VOCABULARY["consent.storage_locations"]))),
    ("{storage_region: {fact: consent.storage_locations}}",
        is_("storage_region", Op.IN, FactRef(VOCABULARY["consent.storage_locations"]))),
    ("{consent.given_at: {fact: captured_at}}", is_("consent.given_at", Op.IS, FactRef(VOCABULARY["captured_at"]))),
    ("{captured_at: {gt: {fact: consent.given_at, plus: 3 years}}}",
        is_("captured_at", Op.GT, FactRef(VOCABULARY["consent.given_at"], Period(36, 0)))),
    ("{captured_at: {fact: consent.given_at, minus: 1 year 6 months 1 day}}",
        is_("captured_at", Op.IS, FactRef(VOCABULARY["consent.given_at"], Period(-18, -1)))),
    ("{subject_age: {le: {fact: price}}}", is_("subject_age", Op.LE, FactRef(VOCABULARY["price"]))),
    ("{sha256: {is_not: {fact: file.sha256}}}", Not(is_("sha256", Op.IS, FactRef(VOCABULARY["file.sha256"])))),
    ("{all: [{synthetic: true}]}", is_("synthetic", Op.IS, True)),
    ("{any: [{synthetic: true}, {masked: true}], not: {price: present}, retouched: false}", All((
        Any((is_("synthetic", Op.IS, True), is_("masked", Op.IS, True))),
        Not(is_("price", Op.PRESENT)), is_("retouched", Op.IS, False)))),
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), MEANINGS)
def test_meaning(written: str, meant: Condition) -> None:
    assert required(load_text(policy(written))) == meant


NAMED = """\
params: {age: 14, regions: [CN, US], keep: 3 years, word: separate}
lists: {sets: sets.yaml}
"""

WITH_NAMES: list[tuple[str, Condition]] = [
    ("{subject_age: {lt: {param: age}}}", is_("subject_age", Op.LT, 14)),
    ("{subject_age: {param: age}}", is_("subject_age", Op.IS, 14)),
    ("{storage_region: {param: regions}}", is_("storage_region", Op.IN, Many(("CN", "US")))),
    ("{storage_region: {in: {param: word}}}", is_("storage_region", Op.IN, Many(("separate",)))),
    ("{storage_region: [FR, {param: regions}, {param: word}]}",
        is_("storage_region", Op.IN, Many(("FR", "CN", "US", "separate")))),
    ("{source_dataset: {list: sets}}", is_("source_dataset", Op.IN, Many(("MegaFace", "mega face", "LFW", "7")))),
    ("{derived_from: {list: sets}}",
        is_("derived_from", Op.CONTAINS_ANY, Many(("MegaFace", "mega face", "LFW", "7")))),
    ("{derived_from: {contains_all: [x, {list: sets}]}}",
        is_("derived_from", Op.CONTAINS_ALL, Many(("x", "MegaFace", "mega face", "LFW", "7")))),
    ("{captured_at: {fact: consent.given_at, plus: {param: keep}}}",
        is_("captured_at", Op.IS, FactRef(VOCABULARY["consent.given_at"], Period(36, 0)))),
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), WITH_NAMES)
def test_meaning_of_params_and_lists(written: str, meant: Condition) -> None:
    with open("sets.yaml", "w") as stream:  # noqa: PTH123
        stream.write("- {name: MegaFace, aliases: [mega face, MegaFace], year: 2016}\n- LFW\n- 7\n")
    assert required(load_text(policy(written, NAMED))) == meant


A, K = "8:14: rules[0].require", "rules[0].require"
STATES = "unknown, requested, deferred, refused, given, renewed, withdrawn, revoked, expired, invalidated"

MISTAKES: list[tuple[str, str]] = [
    ("{}", f"{A}: a mapping of facts to tests is wanted, found an empty mapping"),
    ("[]", f"{A}: a mapping of facts to tests is wanted, found a list"),
    ("present", f'{A}: a mapping of facts to tests is wanted, found "present"'),
    ("", f"8:13: {K}: a mapping of facts to tests is wanted, found nothing"),
    ("{consent.typ: implied}", f'8:15: {K}: unknown fact "consent.typ"; did you mean "consent.type"?'),
    ("{zzzz: 1}", f'8:15: {K}: unknown fact "zzzz"'),
    ("{all: []}", f"8:20: {K}.all: an empty list; a list of conditions is wanted"),
    ("{any: {synthetic: true}}", f"8:20: {K}.any: a list of conditions is wanted, found a mapping"),
    ("{any: [{}]}", f"8:21: {K}.any[0]: a mapping of facts to tests is wanted, found an empty mapping"),
    ("{not: [{synthetic: true}]}", f"8:20: {K}.not: a mapping of facts to tests is wanted, found a list"),
    ("{consent.status: gven}", f'8:31: {K}.consent.status: "gven" is not one of: {STATES}; did you mean "given"?'),
    ("{synthetic: maybe}", f'8:26: {K}.synthetic: "maybe" is not a boolean (true false 1 0 yes no)'),
    ("{subject_age: 1.5}", f'8:28: {K}.subject_age: "1.5" is not an integer'),
    ("{price: free}", f'8:22: {K}.price: "free" is not a number'),
    ("{captured_at: 2021-02-30}", f'8:28: {K}.captured_at: "2021-02-30" is not a date (ISO 8601, YYYY-MM-DD)'),
    ("{source_name: }", f"8:28: {K}.source_name: a value is wanted, found nothing; a blank fact is asked for by the "
        "word absent"),
    ("{source_name: ~}", f"8:28: {K}.source_name: a value is wanted, found nothing; a blank fact is asked for by the "
        "word absent"),
    ("{source_name: N/A}", f'8:28: {K}.source_name: a value is wanted, found "N/A", which reads as blank; a blank fact '
        "is asked for by the word absent"),
    ("{source_name: []}", f"8:28: {K}.source_name: an empty list; a list of values is wanted"),
    ("{source_name: [a, [b]]}", f"8:32: {K}.source_name[1]: one value is wanted, found a list"),
    ("{source_name: {}}", f"8:28: {K}.source_name: an empty mapping; a value, a list, present, absent or operators "
        "are wanted"),
    ("{source_name: {contain: a}}", f'8:29: {K}.source_name: unknown operator "contain"; did you mean "contains"?'),
    ("{synthetic: {zz: a}}", f'8:27: {K}.synthetic: unknown operator "zz"; "synthetic" is a boolean and takes is, '
        "is_not, in, not_in"),
    ("{synthetic: {lt: a}}", f'8:27: {K}.synthetic: operator lt is not for this fact: "synthetic" is a boolean and '
        "takes is, is_not, in, not_in"),
    ("{recipients: {starts_with: a}}", f'8:28: {K}.recipients: operator starts_with is not for this fact: "recipients" '
        "is a list and takes is, is_not, in, not_in, matches, contains, contains_any, contains_all, within"),
    ("{captured_at: {contains: a}}", f"8:29: {K}.captured_at: operator contains is not for this fact: "
        '"captured_at" is a date and takes is, is_not, in, not_in, lt, le, gt, ge'),
    ("{source_name: {present: true}}", f"8:29: {K}.source_name: present is a plain word, not an operator: write "
        '"source_name": present'),
    ("{source_name: {in: a}}", f'8:33: {K}.source_name.in: a list of values is wanted, found "a"'),
    ("{source_name: {in: {}}}", f"8:33: {K}.source_name.in: an empty mapping; a list of values is wanted"),
    ("{source_name: {is: [a]}}", f"8:33: {K}.source_name.is: one value is wanted, found a list"),
    ("{source_name: {is: {list: x}}}", f"8:33: {K}.source_name.is: one value is wanted, found a list of several"),
    ("{source_name: {param: x}}", f'8:36: {K}.source_name.param: unknown param "x"'),
    ("{source_name: {list: x}}", f'8:35: {K}.source_name.list: unknown list "x"'),
    ("{source_name: {list: [x]}}", f"8:35: {K}.source_name.list: the name of a list is wanted, found a list"),
    ("{source_name: {fact: captured_at}}", f'8:35: {K}.source_name.fact: "captured_at" is date; is on "source_name" '
        "takes a fact that is enum or text"),
    ("{price: {in: {fact: recipients}}}", f'8:34: {K}.price.in.fact: "recipients" is list; in on "price" takes '
        "no other fact"),
    ("{source_name: {within: {fact: license}}}", f'8:44: {K}.source_name.within.fact: "license" is text; in '
        'on "source_name" takes a fact that is list'),
    ("{source_name: {matches: {fact: source_url}}}", f'8:45: {K}.source_name.matches.fact: "source_url" is text; '
        'matches on "source_name" takes no other fact'),
    ("{price: {gt: {fact: subject_age, plus: 3 days}}}", f"8:47: {K}.price.gt: plus moves dates only; none here is "
        "wanted"),
    ("{captured_at: {fact: collected_at, plus: 3 days, minus: 1 day}}", f"8:49: {K}.captured_at: plus and minus "
        "together; one of them is wanted"),
    ("{captured_at: {fact: collected_at, plus: soon}}", f'8:55: {K}.captured_at.plus: found "soon"; a period is '
        "wanted: 30 days, 6 months, 3 years"),
    ("{captured_at: {fact: collected_at, plus: 1001 years}}", f'8:55: {K}.captured_at.plus: found "1001 years"; a '
        "period of at most 1,000 years is wanted"),
    ("{captured_at: {fact: [x]}}", f"8:35: {K}.captured_at.fact: the name of a fact is wanted, found a list"),
    ("{source_name: {is: {param: x, plus: 3}}}", f'8:44: {K}.source_name.is: unknown key "plus"; the keys here are: '
        "param"),
    ('{source_name: {matches: "("}}', f'8:38: {K}.source_name.matches: RE2 refuses the pattern: "missing ): ("'),
    ('{source_name: {matches: "a)|(b"}}', f'8:38: {K}.source_name.matches: RE2 refuses the pattern: "unexpected ): '
        'a)|(b"'),
    ('{source_name: {matches: "(?=a)"}}', f"8:38: {K}.source_name.matches: RE2 refuses the pattern: "
        '"invalid perl operator: (?="'),
    ("{file.exists: present}", f'8:28: {K}.file.exists: "file.exists" is always known, so present says nothing; test '
        "its value"),
    ("{dataset.records: 3}", f'8:15: {K}: "dataset.records" is known of the whole dataset only; a rule that names it '
        "says scope: dataset"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "said"), MISTAKES)
def test_mistake(written: str, said: str) -> None:
    found = problems(policy(written))
    assert said in found
    assert len([line for line in found if "unknown" not in line or line == said]) == 1


def test_long_patterns_are_refused_before_re2_sees_them() -> None:
    (found,) = problems(policy("{source_name: {matches: " + "a" * 10_001 + "}}"))
    assert found == f"8:38: {K}.source_name.matches: a pattern of more than 10,000 characters"


def test_messages_never_carry_much_of_the_file() -> None:
    long = "x" * 5_000
    for written in (f"{{{long}: 1}}", f"{{consent.type: {long}}}", f"{{source_name: {{{long}: 1}}}}", long):
        assert all(len(line) < 300 for line in problems(policy(written)))


def test_a_param_that_does_not_fit_names_where_it_was_written() -> None:
    (found,) = problems(policy("{subject_age: {lt: {param: age}}}", "params: {age: young}\n"))
    assert found == f'9:33: {K}.subject_age.lt: param "age", from face.yaml:4, is "young", which is not an integer'


def test_a_list_that_does_not_fit_names_the_value() -> None:
    with open("sets.yaml", "w") as stream:  # noqa: PTH123
        stream.write("[separate, writen]")
    (found,) = problems(policy("{consent.type: {list: sets}}", "lists: {sets: sets.yaml}\n"))
    assert found == (
        f'9:29: {K}.consent.type: list "sets" holds "writen", which is not one of: '
        'implied, expressed, explicit, separate, written; did you mean "written"?'
    )
