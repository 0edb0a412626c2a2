"""A rule's keys: what they become, and every mistake with its place."""

from __future__ import annotations

from datetime import date

import pytest

from facelint.conditions import All, Op
from facelint.conditions import Test as Compare
from facelint.policy import (
    Agree,
    Answer,
    Citation,
    Example,
    ExampleThing,
    Measure,
    Place,
    Require,
    Scope,
    Severity,
    Statistic,
    Texts,
    Unique,
)
from facelint.values import Value

from .helpers import HEAD, RULE, VOCABULARY, load_text, policy, problems

WHOLE = """\
policy: face
title: {en: Face, zh: 人脸}
version: "2026.1"
law_read_on: 2026-08-31
rules:
  - id: separate-consent
    title: {en: Separate, zh: 单独同意}
    severity: warning
    scope: record
    when: {lawful_basis: consent}
    require: {consent.type: separate}
    cite:
      - {law: PIPL, article: "29", in_force: 2021-11-01, checked: primary, url: https://example.org}
      - {standard: SPDX, checked: secondary, in_force_checked: memory}
    remedy: Ask again.
    in_force: 2021-11-01
    error_from: 2027-01-01
    waivable: no
    examples:
      - pass: {lawful_basis: consent, consent.type: separate, recipients: [a, " b "], source_name: }
      - fail: {lawful_basis: consent, missing: [consent.type], unknown: [captured_at]}
"""


def test_every_key() -> None:
    loaded = load_text(WHOLE)
    (rule,) = loaded.rules
    assert (rule.id, rule.pack, rule.title) == ("face/separate-consent", "face", Texts("Separate", "单独同意"))
    assert (rule.severity, rule.scope, rule.waivable) == (Severity.WARNING, Scope.RECORD, False)
    assert rule.form == Require(Compare(VOCABULARY["consent.type"], Op.IS, "separate"))
    assert rule.when == Compare(VOCABULARY["lawful_basis"], Op.IS, "consent")
    assert rule.cite == (
        Citation("law", "PIPL", "29", date(2021, 11, 1), "primary", "", "https://example.org"),
        Citation("standard", "SPDX", checked="secondary", in_force_checked="memory"),
    )
    assert rule.remedy == Texts("Ask again.")
    assert (rule.in_force, rule.error_from) == (date(2021, 11, 1), date(2027, 1, 1))
    assert rule.place == Place("face.yaml", 6, 5)
    assert rule.origins["require"] == Place("face.yaml", 11, 14)
    values: dict[str, Value] = {"lawful_basis": "consent", "consent.type": "separate", "recipients": ("a", "b")}
    assert rule.examples == (
        Example(Answer.PASS, (ExampleThing(values),), Place("face.yaml", 20, 9)),
        Example(
            Answer.FAIL,
            (ExampleThing({"lawful_basis": "consent"}, ("consent.type",), ("captured_at",)),),
            Place("face.yaml", 21, 9),
        ),
    )
    (pack,) = loaded.packs
    assert (pack.id, pack.title, pack.version, pack.file) == ("face", Texts("Face", "人脸"), "2026.1", "face.yaml")
    assert (pack.law_read_on, pack.shipped, pack.extends) == (date(2026, 8, 31), False, ())
    assert loaded.disabled == ()


def rule(text: str) -> str:
    return HEAD + "rules:\n  - id: one\n    title: One\n    severity: error\n" + text


def test_unique_and_agree() -> None:
    loaded = load_text(
        rule("    unique: [path]\n    among: {masked: true}\n")
        + "  - {id: two, title: T, severity: note, agree: {on: subject_id, within: file.sha256}}\n"
        + "  - {id: three, title: T, severity: note, scope: consent,"
        + " agree: {on: consent.status, within: [consent.id, consent.subject_id]},"
        + " examples: [{pass: [{consent.id: a}, {consent.id: b}]}, {skip: {consent.id: }}]}\n"
    )
    facts = VOCABULARY
    assert [one.form for one in loaded.rules] == [
        Unique((facts["path"],), Compare(facts["masked"], Op.IS, True)),
        Agree(facts["subject_id"], (facts["file.sha256"],)),
        Agree(facts["consent.status"], (facts["consent.id"], facts["consent.subject_id"])),
    ]
    first, second = loaded.rules[2].examples
    assert [thing.values for thing in first.things] == [{"consent.id": "a"}, {"consent.id": "b"}]
    assert [thing.values for thing in second.things] == [{}]


MEASURES = """\
measures:
  all: {count: {path: present}}
  web: {share: {source_type: [social_public]}, where: {synthetic: false}}
  subjects: {distinct: subject_id}
  proceeds: {sum: price, where: {currency: CNY}}
  youngest: {min: subject_age}
  last: {max: captured_at}
"""


def test_measures() -> None:
    text = HEAD + MEASURES + RULE.replace("error", "error\n    scope: dataset")
    text += "    require: {measure.subjects: {lt: 5}, measure.web: {le: 0.5}, measure.last: 2020-01-01}\n"
    text += "    when: {measure.proceeds: {gt: 0.5}}\n    examples: [{pass: {measure.web: 0.25}}]\n"
    (one,) = load_text(text).rules
    assert isinstance(one.form, Require)
    assert isinstance(one.form.condition, All)
    types = {test.fact.name: test.fact.type.kind for test in one.form.condition.parts if isinstance(test, Compare)}
    assert types == {"measure.subjects": "integer", "measure.web": "number", "measure.last": "date"}
    assert sorted(one.measures) == ["measure.last", "measure.proceeds", "measure.subjects", "measure.web"]
    assert one.measures["measure.subjects"] == Measure(Statistic.DISTINCT, VOCABULARY["subject_id"])
    assert one.measures["measure.proceeds"] == Measure(
        Statistic.SUM, VOCABULARY["price"], Compare(VOCABULARY["currency"], Op.IS, "CNY")
    )


def test_a_least_value_is_as_personal_as_its_fact() -> None:
    text = HEAD + MEASURES + RULE.replace("error", "error\n    scope: dataset")
    (one,) = load_text(text + "    require: {measure.youngest: {ge: 18}, measure.subjects: 3}\n").rules
    assert isinstance(one.form, Require)
    assert isinstance(one.form.condition, All)
    personal = {test.fact.name: test.fact.personal for test in one.form.condition.parts if isinstance(test, Compare)}
    assert personal == {"measure.youngest": True, "measure.subjects": False}


def test_columns_of_the_user() -> None:
    head = "facts: {zone: text, level: {enum: [low, high]}, on: date, tags: list}\n"
    loaded = load_text(policy("{zone: A1, level: high, on: {le: 2020-01-01}, tags: x}", head))
    assert {name: str(fact.type.kind) for name, fact in loaded.columns.items()} == {
        "zone": "text",
        "level": "enum",
        "on": "date",
        "tags": "list",
    }


REQUIRE = "    require: {path: present}\n"
R = "rules[0]"

MISTAKES: list[tuple[str, str]] = [
    (rule(REQUIRE + "    requires: 1\n"), f'9:5: {R}: unknown key "requires"; did you mean "require"?'),
    (rule(""), f"5:5: {R}: exactly one of require, unique, agree is wanted, found none"),
    (rule(REQUIRE + "    unique: [path]\n"), f"5:5: {R}: exactly one of require, unique, agree is wanted, found "
        "require and unique"),
    (HEAD + "rules:\n  - require: {path: present}\n", f"5:5: {R}: the key id is missing"),
    (HEAD + "rules:\n  - require: {path: present}\n", f"5:5: {R}: the key title is missing"),
    (HEAD + "rules:\n  - require: {path: present}\n", f"5:5: {R}: the key severity is missing"),
    (HEAD + "rules: [x]\n", f'4:9: {R}: a rule, which is a mapping, is wanted, found "x"'),
    (HEAD + "rules: {}\n", "4:8: rules: a list of rules is wanted, found a mapping"),
    (HEAD + "rules: []\n", "4:8: rules: an empty list; a list of rules is wanted"),
    (rule(REQUIRE).replace("id: one", "id: One"), f'5:9: {R}.id: "One" is no name; a kebab-case id (a-z, 0-9, hyphens) '
        "of at most 60 characters is wanted"),
    (rule(REQUIRE) + "  - {id: one, title: T, severity: note, unique: [path]}\n",
        '9:10: rules[1].id: duplicate id "one", first at line 5'),
    (rule(REQUIRE).replace("severity: error", "severity: eror"), f'7:15: {R}.severity: "eror" is not one of: error, '
        'warning, note; did you mean "error"?'),
    (rule(REQUIRE + "    scope: dataste\n"), f'9:12: {R}.scope: "dataste" is not one of: record, consent, dataset; did '
        'you mean "dataset"?'),
    (rule(REQUIRE).replace("title: One", "title: [One]"), f"6:12: {R}.title: a text, or a mapping of en and zh, is "
        "wanted, found a list"),
    (rule(REQUIRE).replace("title: One", "title: {zh: x}"), f"6:12: {R}.title: the English text is missing (key en)"),
    (rule(REQUIRE + "    remedy: {en: x, de: y}\n"), f'9:21: {R}.remedy: unknown key "de"; the keys here are: en, zh'),
    (rule(REQUIRE + "    waivable: perhaps\n"), f'9:15: {R}.waivable: "perhaps" is not a boolean (true false 1 0 yes '
        "no)"),
    (rule(REQUIRE + "    enabled: ~\n"), f"9:14: {R}.enabled: true or false is wanted, found nothing"),
    (rule(REQUIRE + "    in_force: soon\n"), f'9:15: {R}.in_force: "soon" is not a date (ISO 8601, YYYY-MM-DD)'),
    (rule(REQUIRE + "    error_from: [x]\n"), f"9:17: {R}.error_from: a date (ISO 8601, YYYY-MM-DD) is wanted, found a "
        "list"),
    (rule(REQUIRE + "    among: {masked: true}\n"), f"9:12: {R}.among: among narrows the groups of unique and agree; "
        "here it has no meaning"),
    (rule("    unique: path\n"), f'8:13: {R}.unique: a list of facts is wanted, found "path"'),
    (rule("    unique: []\n"), f"8:13: {R}.unique: an empty list; a list of facts is wanted"),
    (rule("    unique: [pathh]\n"), f'8:14: {R}.unique[0]: unknown fact "pathh"; did you mean "path"?'),
    (rule("    unique: [path, path]\n"), f'8:20: {R}.unique[1]: "path" is named twice'),
    (rule("    agree: {on: path}\n"), f"8:12: {R}.agree: the key within is missing"),
    (rule("    agree: {on: path, within: [path]}\n"), f'8:17: {R}.agree.on: "path" always agrees within itself'),
    (rule("    agree: [path]\n"), f"8:12: {R}.agree: a mapping is wanted, found a list"),
    (rule("    unique: [path]\n    scope: dataset\n"), f"8:13: {R}.unique: unique compares records or consents; scope: "
        "dataset has neither"),
    (rule("    require: {subject_age: 3}\n    scope: consent\n"), f'8:15: {R}.require: "subject_age" is no fact of a '
        "consent; a rule of scope: consent names consent.*, card.* and run.*"),
    (rule("    require: {subject_age: 3}\n    scope: dataset\n"), f'8:15: {R}.require: "subject_age" is a fact of each '
        "record or consent; a rule of scope: dataset names a measure of it"),
    (rule("    require: {card.name: present}\n"), f"5:5: {R}: names nothing but card.* and run.*; it must say scope: "
        "dataset"),
    (rule("    scope: consent\n    unique: [card.name]\n"), f"5:5: {R}: names nothing but card.* and run.*; it must "
        "say scope: dataset"),
    (rule(REQUIRE + "    cite: {law: X}\n"), f"9:11: {R}.cite: a list of citations is wanted, found a mapping"),
    (rule(REQUIRE + "    cite: [{article: x}]\n"), f"9:12: {R}.cite[0]: exactly one of law, standard, practice is "
        "wanted, found none"),
    (rule(REQUIRE + "    cite: [{law: X, practice: Y}]\n"), f"9:12: {R}.cite[0]: exactly one of law, standard, "
        "practice is wanted, found law and practice"),
    (rule(REQUIRE + "    cite: [{law: X, checked: primry}]\n"), f'9:30: {R}.cite[0].checked: "primry" is not one of: '
        'primary, secondary, memory; did you mean "primary"?'),
    (rule(REQUIRE + "    cite: [{law: X, artcle: 3}]\n"), f'9:21: {R}.cite[0]: unknown key "artcle"; did you mean '
        '"article"?'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_mistake(text: str, said: str) -> None:
    assert said in problems(text)


EXAMPLE = rule("    require: {subject_age: {ge: 14}}\n    examples:\n")
E = "rules[0].examples[0]"

EXAMPLE_MISTAKES: list[tuple[str, str]] = [
    ("- {}", f"10:9: {E}: exactly one of pass, fail, skip, unsure is wanted, found 0"),
    ("- {pass: {}, fail: {}}", f"10:9: {E}: exactly one of pass, fail, skip, unsure is wanted, found 2"),
    ("- {passes: {}}", f'10:10: {E}: unknown key "passes"; did you mean "pass"?'),
    ("- x", f'10:9: {E}: an example such as {{pass: {{…}}}} is wanted, found "x"'),
    ("- pass: [{}]", f"10:15: {E}.pass: one mapping of facts to values is wanted; a list is for unique and agree"),
    ("- pass: ", f"10:14: {E}.pass: a mapping of facts to values is wanted, found nothing"),
    ("- pass: {subject_aeg: 3}", f'10:16: {E}.pass: unknown fact "subject_aeg"; did you mean "subject_age"?'),
    ("- pass: {subject_age: old}", f'10:29: {E}.pass.subject_age: "old" is not an integer; a cell that is not of its '
        "type is written as missing: [FACT]"),
    ("- pass: {subject_age: [3]}", f"10:29: {E}.pass.subject_age: a value is wanted, found a list"),
    ("- pass: {consent.purposes: [reserch]}", f'10:35: {E}.pass.consent.purposes[0]: "reserch" is not one of: '
        "train-recognition, evaluate-recognition, train-generative, train-detection, attendance, access-control, "
        'public-security, publication, research, other:…; did you mean "research"?; a cell that is not of its type is '
        "written as missing: [FACT]"),
    ("- pass: {recipients: [[a]]}", f"10:29: {E}.pass.recipients[0]: a value is wanted, found a list"),
    ("- pass: {missing: path}", f'10:25: {E}.pass.missing: a list of facts is wanted, found "path"'),
    ("- pass: {unknown: [pathh]}", f'10:26: {E}.pass.unknown[0]: unknown fact "pathh"; did you mean "path"?'),
    ("- pass: {path: a, missing: [path]}", f'10:15: {E}.pass: "path" has a value, is missing or unknown: only one of '
        "these can be"),
    ("- pass: {dataset.records: 3}", f'10:16: {E}.pass: "dataset.records" is known of the whole dataset only; a rule '
        "that names it says scope: dataset"),
]  # fmt: skip


@pytest.mark.parametrize(("example", "said"), EXAMPLE_MISTAKES)
def test_mistake_in_an_example(example: str, said: str) -> None:
    shifted = said.replace("10:", "10:", 1)
    assert shifted in problems(EXAMPLE + f"      {example}\n")


def test_examples_of_a_rule_about_today_name_the_day() -> None:
    text = rule("    require: {retention_until: {ge: {fact: run.as_of}}}\n    examples:\n")
    text += "      - pass: {retention_until: 2026-01-01, run.as_of: 2025-01-01}\n"
    assert len(load_text(text + "      - unsure: {unknown: [run.as_of]}\n").rules[0].examples) == 2
    assert problems(text + "      - fail: {retention_until: 2026-01-01}\n") == [
        "11:15: rules[0].examples[1].fail: the rule depends on run.as_of, so every example must name it"
    ]


DECLARED: list[tuple[str, str]] = [
    ("facts: {path: text}\n", '4:9: facts: "path" is a fact of facelint already; it needs no declaration'),
    ("facts: {age: integer}\n", '4:9: facts: a column "age" is read as the fact "subject_age"; name that one'),
    ("facts: {missing: text}\n", '4:9: facts: "missing" is a word of the language; the column needs another name'),
    ("facts: {a.b: text}\n", '4:9: facts: "a.b" is no name; the name of a column (A-Z a-z 0-9 _) of at most 60 '
        "characters is wanted"),
    ("facts: {zone: txt}\n", '4:15: facts.zone: "txt" is not one of: text, integer, number, boolean, date, list; did '
        'you mean "text"?'),
    ("facts: {zone: {enum: []}}\n", "4:22: facts.zone.enum: an empty list; a list of values is wanted"),
    ("facts: {zone: {enm: [a]}}\n", '4:16: facts.zone: unknown key "enm"; did you mean "enum"?'),
    ("facts: [zone]\n", "4:8: facts: a mapping is wanted, found a list"),
    ("params: {a.b: 1}\n", '4:10: params: "a.b" is no name; a name (A-Z a-z 0-9 _ -) of at most 60 characters is '
        "wanted"),
    ("params: {a: }\n", "4:13: params.a: a text or a list of texts is wanted, found nothing"),
    ("params: {a: [[1]]}\n", "4:14: params.a[0]: a text is wanted, found a list"),
    ("params: {a: {}}\n", "4:13: params.a: a text or a list of texts is wanted, found a mapping"),
    ("lists: {a: gone.yaml}\n", '4:12: lists.a: no list file at "gone.yaml"'),
    ("lists: {a: /etc/hosts}\n", "4:12: lists.a: an absolute path; one relative to this file is wanted"),
    ("lists: {a: .}\n", '4:12: lists.a: no list file at "."'),
    ('lists: {a: "x\\0y"}\n', '4:12: lists.a: no list file at "x\\u0000y"'),
    ("measures: {a: {}}\n", "4:12: measures.a: exactly one of count, share, distinct, sum, min, max is wanted, found "
        "none"),
    ("measures: {a: {sum: price, min: price}}\n", "4:12: measures.a: exactly one of count, share, distinct, sum, min, "
        "max is wanted, found sum and min"),
    ("measures: {a: {sum: path}}\n", '4:21: measures.a.sum: "path" is text; sum takes integer or number'),
    ("measures: {a: {max: masked}}\n", '4:21: measures.a.max: "masked" is boolean; max takes date or integer or '
        "number"),
    ("measures: {a: {distinct: labels}}\n", '4:26: measures.a.distinct: "labels" is list; distinct takes anything but '
        "a list"),
    ("measures: {a: {count: path}}\n", '4:23: measures.a.count: a mapping of facts to tests is wanted, found "path"'),
    ("measures: {a: {sum: price, where: {x: 1}}}\n", '4:36: measures.a.where: unknown fact "x"'),
    ("measures: {a: {sum: dataset.records}}\n", '4:21: measures.a.sum: "dataset.records" is known of the whole dataset '
        "only; a measure is made of facts of records"),
    ("law_read_on: today\n", '4:14: law_read_on: "today" is not a date (ISO 8601, YYYY-MM-DD)'),
    ("titel: x\n", '4:1: unknown key "titel"; did you mean "title"?'),
]  # fmt: skip


@pytest.mark.parametrize(("head", "said"), DECLARED)
def test_mistake_in_a_declaration(head: str, said: str) -> None:
    assert problems(policy("{source_name: present}", head)) == [said]


def test_a_measure_names_no_measure() -> None:
    head = "measures: {b: {count: {measure.a: 3}}, a: {distinct: path}}\n"
    assert problems(policy("{path: present}", head)) == [
        '4:24: measures.b.count: "measure.a" is known of the whole dataset only; a measure is made of facts of records'
    ]


def test_uses_of_a_broken_declaration_are_not_reported_again() -> None:
    head = "facts: {zone: txt}\nparams: {a: {}}\nmeasures: {m: {sum: path}}\n"
    found = problems(policy("{any: [{zone: {param: a}}, {measure.m: 3}]}", head))
    assert [line.partition(":")[0] for line in found] == ["4", "5", "6"]


def test_a_document_that_is_no_policy() -> None:
    assert problems("- a\n") == ["1:1: a policy, which is a mapping, is wanted, found a list"]
    assert problems("a: 1\n") == [
        "1:1: rules or extends is missing: the policy holds no rule",
        "1:1: the key policy is missing",
        "1:1: the key title is missing",
        "1:1: the key version is missing",
        '1:1: unknown key "a"; the keys here are: policy, title, version, law_read_on, params, lists, facts, measures, '
        "extends, override, disable, raise, rules",
    ]


def test_every_mistake_is_reported_in_order_of_place() -> None:
    text = rule("    require: {consent.typ: x, subject_age: old}\n    waivable: 3\n") + "  - {id: X, severity: y}\n"
    places = [tuple(map(int, line.split(":")[:2])) for line in problems(text)]
    assert len(places) == 7
    assert places == sorted(places)
