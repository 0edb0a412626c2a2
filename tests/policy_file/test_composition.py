"""Composition: extends, override, raise, disable, params and settings, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from facelint.conditions import Many, Op
from facelint.conditions import Test as Compare
from facelint.errors import PolicyError, UserError
from facelint.facts import Realm
from facelint.policy import Place, Policy, Require, Rule, Severity, Unique
from facelint.policy_file import Settings, load
from facelint.yaml_tree import Node, parse

from .helpers import NONE, VOCABULARY, rule, write

BASE = """\
policy: base
title: Base
version: "1"
params: {age: 14, regions: [CN, US]}
facts: {zone: text}
measures: {subjects: {distinct: subject_id}}
rules:
  - id: adult
    title: Adult
    severity: warning
    require: {subject_age: {ge: {param: age}}}
    cite: [{law: PIPL, checked: primary}]
    examples: [{pass: {subject_age: 20}}]
  - {id: region, title: R, severity: note, require: {storage_region: {param: regions}}}
  - {id: key, title: K, severity: warning, unique: [path], among: {masked: true}, cite: [{law: X, checked: memory}]}
  - {id: off, title: O, severity: error, enabled: false, require: {zone: present}}
  - {id: few, title: F, severity: note, scope: dataset, require: {measure.subjects: {le: 9}}}
"""


def top(rest: str, name: str = "top", extends: str = "[./base.yaml]") -> str:
    return f'policy: {name}\ntitle: T\nversion: "1"\nextends: {extends}\n{rest}'


def loaded(*names: str, settings: Settings = NONE) -> Policy:
    return load([f"{name}.yaml" for name in names], VOCABULARY, settings)


def mistakes(*names: str, settings: Settings = NONE) -> list[str]:
    with pytest.raises(PolicyError) as raised:
        loaded(*names, settings=settings)
    return [str(problem) for problem in raised.value.problems]


def node(text: str) -> Node:
    return parse(text, "facelint.yaml")


def age_of(policy: Policy) -> object:
    form = rule(policy, "base/adult").form
    assert isinstance(form, Require)
    assert isinstance(form.condition, Compare)
    return form.condition.operand


def ids(policy: Policy) -> list[str]:
    return [one.id.removeprefix("base/") for one in policy.rules]


def severities(policy: Policy) -> dict[str, str]:
    return {one.id.removeprefix("base/"): one.severity.word for one in policy.rules}


def test_rules_keep_the_names_of_their_packs_in_order_of_loading() -> None:
    write(base=BASE, top=top("rules:\n  - {id: adult, title: T, severity: note, unique: [path]}\n"))
    policy = loaded("top")
    assert [one.id for one in policy.rules] == ["base/adult", "base/region", "base/key", "base/few", "top/adult"]
    assert [(pack.id, pack.extends) for pack in policy.packs] == [("base", ()), ("top", ("base",))]
    assert policy.disabled == ("base/off",)


def test_a_pack_reached_twice_is_loaded_once() -> None:
    write(base=BASE, left=top("", "left"), right=top("", "right", "[base.yaml, ./base.yaml]"))
    policy = loaded("left", "right", "base")
    assert [pack.id for pack in policy.packs] == ["base", "left", "right"]
    assert len(policy.rules) == 4


def test_override_changes_just_the_keys_it_names() -> None:
    write(base=BASE, top=top("override:\n  base/adult: {severity: error, title: {en: A, zh: 成}}\n"))
    policy = loaded("top")
    adult = rule(policy, "base/adult")
    assert (adult.severity, adult.title.zh, adult.pack) == (Severity.ERROR, "成", "base")
    assert adult.cite[0].name == "PIPL"
    assert len(adult.examples) == 1
    assert adult.origins["severity"] == Place("top.yaml", 6, 26)
    assert adult.origins["require"] == Place("base.yaml", 11, 14)
    assert adult.place == Place("base.yaml", 8, 5)


def test_override_of_a_form_replaces_the_form_and_drops_the_old_examples() -> None:
    write(base=BASE, top=top("override:\n  base/adult: {unique: [path]}\n  base/key: {require: {path: present}}\n"))
    policy = loaded("top")
    assert rule(policy, "base/adult").form == Unique((VOCABULARY["path"],))
    assert rule(policy, "base/adult").examples == ()
    assert rule(policy, "base/key").form == Require(Compare(VOCABULARY["path"], Op.PRESENT))


def test_override_of_unique_keeps_its_among() -> None:
    write(base=BASE, top=top("override:\n  base/key: {agree: {on: path, within: file.sha256}}\n"))
    form = rule(loaded("top"), "base/key").form
    assert not isinstance(form, Require)
    assert form.among == Compare(VOCABULARY["masked"], Op.IS, True)


def test_an_override_sees_its_own_names_before_those_of_the_pack() -> None:
    own = "params: {age: 18, mine: [A]}\nmeasures: {subjects: {count: {path: present}}}\n"
    own += "override:\n  base/adult: {require: {zone: {param: mine}, subject_age: {ge: {param: age}}}}\n"
    own += "  base/region: {require: {storage_region: {param: regions}}}\n"
    own += "  base/few: {require: {measure.subjects: 1}}\n"
    write(base=BASE, top=top(own))
    policy = loaded("top")
    assert age_of(loaded("base")) == 14
    assert rule(policy, "base/few").measures["measure.subjects"].statistic == "count"
    form = rule(policy, "base/region").form
    assert isinstance(form, Require)
    assert form.condition == Compare(VOCABULARY["storage_region"], Op.IN, Many(("CN", "US")))


def test_measures_of_an_extended_policy_are_seen_and_may_be_shadowed() -> None:
    own = "rules:\n  - {id: a, title: A, severity: note, scope: dataset, require: {measure.subjects: {lt: 3}}}\n"
    write(base=BASE, top=top(own), shadow=top("measures: {subjects: {count: {masked: true}}}\n" + own, "shadow"))
    policy = loaded("top", "shadow")
    assert rule(policy, "top/a").measures["measure.subjects"].statistic == "distinct"
    assert rule(policy, "shadow/a").measures["measure.subjects"].statistic == "count"
    assert rule(policy, "base/few").measures["measure.subjects"].statistic == "distinct"


def test_a_measure_that_two_extended_policies_define_differently_is_ambiguous() -> None:
    other = 'policy: other\ntitle: O\nversion: "1"\nmeasures: {subjects: {count: {masked: true}}}\nrules:\n'
    other += "  - {id: x, title: X, severity: note, unique: [path]}\n"
    own = "rules:\n  - {id: a, title: A, severity: note, scope: dataset, require: {measure.subjects: {lt: 3}}}\n"
    write(base=BASE, other=other, top=top(own, extends="[./base.yaml, ./other.yaml]"))
    assert mistakes("top") == [
        'top.yaml:6:65: rules[0].require: "measure.subjects" is defined differently in two of the extended policies; '
        "define it here"
    ]
    quiet = top("override: {base/few: {when: {measure.subjects: {gt: 0}}}}\n", extends="[./base.yaml, ./other.yaml]")
    write(top=quiet)
    assert rule(loaded("top"), "base/few").when is not None


def test_a_rule_whose_parts_mean_different_measures_by_one_name_is_refused() -> None:
    own = "measures: {subjects: {count: {masked: true}}}\noverride: {base/few: {when: {measure.subjects: {gt: 0}}}}\n"
    write(base=BASE, top=top(own))
    assert mistakes("top") == [
        'top.yaml:6:29: override.base/few.when: "measure.subjects" means two things here; rename one'
    ]


RAISES = [
    ("{from: warning, to: error}", {"adult": "error", "region": "note", "key": "error", "few": "note"}),
    ("{from: warning, to: error, checked: [primary, secondary]}",
        {"adult": "error", "region": "note", "key": "warning", "few": "note"}),
    ("{from: note, to: warning}", {"adult": "warning", "region": "warning", "key": "warning", "few": "warning"}),
]  # fmt: skip


@pytest.mark.parametrize(("how", "then"), RAISES)
def test_raise(how: str, then: dict[str, str]) -> None:
    write(base=BASE, top=top(f"raise: {how}\n"))
    policy = loaded("top")
    assert severities(policy) == then
    lifted = [one for one in policy.rules if one.origins["severity"].file == "top.yaml"]
    assert len(lifted) == sum(severities(loaded("base"))[name] != level for name, level in then.items())


def test_override_then_raise_then_disable_and_the_extending_policy_last() -> None:
    middle = top("override: {base/region: {severity: warning}}\nraise: {from: warning, to: error}\n", "middle")
    last = top("override: {base/key: {severity: note}}\ndisable: [base/adult]\n", "last", "[middle.yaml]")
    write(base=BASE, middle=middle, last=last)
    policy = loaded("last")
    assert severities(policy) == {"region": "error", "key": "note", "few": "note"}
    assert policy.disabled == ("base/adult", "base/off")


def test_enabled_keeps_out_until_an_override_sets_it() -> None:
    write(base=BASE, top=top("override: {base/off: {enabled: true}, base/key: {enabled: false}}\n"))
    policy = loaded("top")
    assert ids(policy) == ["adult", "region", "off", "few"]
    assert policy.disabled == ("base/key",)


def test_an_extending_policy_takes_back_a_disable_and_one_beside_it_does_not() -> None:
    write(
        base=BASE,
        less=top("disable: [base/adult]\n", "less"),
        more=top("override: {base/adult: {enabled: true}}\n", "more", "[./less.yaml]"),
        other=top("override: {base/adult: {enabled: true}}\n", "other"),
    )
    assert "adult" in ids(loaded("more"))
    for roots in (("less", "other"), ("other", "less"), ("less",)):
        assert "adult" not in ids(loaded(*roots))
    settings = Settings(override=node("{base/adult: {enabled: true}}"))
    assert "adult" in ids(loaded("less", settings=settings))


def test_settings_come_last() -> None:
    write(base=BASE, top=top("override: {base/adult: {severity: note}}\n"))
    settings = Settings(
        params=node("{age: 16}"),
        override=node("base/adult: {severity: error, when: {subject_age: {gt: {param: age}}}}"),
        disable=node("[base/key]"),
        set={"base.age": "21"},
    )
    policy = loaded("top", settings=settings)
    adult = rule(policy, "base/adult")
    assert adult.severity is Severity.ERROR
    assert adult.when == Compare(VOCABULARY["subject_age"], Op.GT, 21)
    assert adult.origins["severity"].file == "facelint.yaml"
    assert "base/key" in policy.disabled


def test_params_of_each_level() -> None:
    write(base=BASE, top=top("params: {age: 16}\n"), last=top("params: {age: 17}\n", "last", "[top.yaml]"))
    assert age_of(loaded("base")) == 14
    assert age_of(loaded("top")) == 16
    assert age_of(loaded("last")) == 17
    assert age_of(loaded("last", settings=Settings(params=node("{age: 18}")))) == 18
    assert age_of(loaded("last", settings=Settings(params=node("{base.age: 19, age: 18}")))) == 19
    assert age_of(loaded("last", settings=Settings(params=node("{age: 18}"), set={"age": " 20 "}))) == 20
    assert age_of(loaded("last", settings=Settings(set={"age": "20", "top.age": "21"}))) == 21
    policy = loaded("last", settings=Settings(set={"base.regions": "FR; DE"}))
    assert policy.params == {"base.age": "17", "base.regions": ("FR", "DE"), "top.age": "17", "last.age": "17"}


BAD_SETS = [
    ({"aeg": "3"}, '--set "aeg": no loaded policy has such a param; did you mean "age"?'),
    ({"bse.age": "3"}, '--set "bse.age": no loaded policy has such a param; did you mean "base.age"?'),
    ({"age": " "}, "--set age: a value is wanted, found nothing"),
    ({"regions": ";"}, '--set regions: a list is wanted (a;b or a JSON array), found ";"'),
]


@pytest.mark.parametrize(("given", "said"), BAD_SETS)
def test_bad_set(given: dict[str, str], said: str) -> None:
    write(base=BASE)
    with pytest.raises(UserError) as raised:
        loaded("base", settings=Settings(set=given))
    assert str(raised.value) == said


def test_a_set_of_the_wrong_type_is_named_where_it_is_used() -> None:
    write(base=BASE)
    assert mistakes("base", settings=Settings(set={"age": "old"})) == [
        'base.yaml:11:33: rules[0].require.subject_age.ge: param "age", from --set, is "old", which is not an integer'
    ]


CHANGES: list[tuple[str, list[str]]] = [
    ("override: {base/adlt: {severity: note}}\n",
        ['5:12: override: unknown rule "base/adlt"; did you mean "base/adult"?']),
    ("override: {zzzzzz: {severity: note}}\n",
        ['5:12: override: unknown rule "zzzzzz"; a rule is named PACK/RULE']),
    ("override: {base/adult: {id: x}}\n",
        ['5:25: override.base/adult: unknown key "id"; the keys here are: title, severity, scope, when, require, '
         "unique, agree, among, why, cite, remedy, in_force, error_from, waivable, enabled, examples"]),
    ("override: {base/adult: {}}\n",
        ["5:24: override.base/adult: an empty mapping; the keys to change are wanted"]),
    ("override: {base/adult: off}\n", ['5:24: override.base/adult: a mapping is wanted, found "off"']),
    ("override: [base/adult]\n", ["5:11: override: a mapping is wanted, found a list"]),
    ("override: {base/adult: {severity: bad}}\n",
        ['5:35: override.base/adult.severity: "bad" is not one of: error, warning, note']),
    ("override: {base/adult: {require: {pth: a}}}\n",
        ['5:35: override.base/adult.require: unknown fact "pth"; did you mean "path"?']),
    ("override: {base/adult: {among: {path: a}}}\n",
        ["5:32: override.base/adult.among: among narrows the groups of unique and agree; here it has no meaning"]),
    ("disable: [base/adlt]\n", ['5:11: disable[0]: unknown rule "base/adlt"; did you mean "base/adult"?']),
    ("disable: base/adult\n", ['5:10: disable: a list of names of rules is wanted, found "base/adult"']),
    ("raise: {from: error, to: warning}\n", ["5:26: raise.to: warning is not above error"]),
    ("raise: {from: warning}\n", ["5:8: raise: the key to is missing"]),
    ("raise: {from: warning, to: error, checked: [none]}\n",
        ['5:45: raise.checked[0]: "none" is not one of: primary, secondary, memory']),
    ("params: {aeg: 3}\n",
        ['5:10: params: no extended policy has a param "aeg", and no rule here uses it; did you mean "age"?']),
    ("params: {age: [3]}\n", ["5:10: params.age: one text is wanted, as at base.yaml:4"]),
    ("params: {regions: 3}\n", ["5:10: params.regions: a list of texts is wanted, as at base.yaml:4"]),
    ("facts: {zone: date}\n",
        ['5:9: facts: "zone" is declared as text at base.yaml:5, here as a date (ISO 8601, YYYY-MM-DD)']),
    ("rules:\n  - {id: base/adult, title: A, severity: note, unique: [path]}\n",
        ['6:10: rules[0].id: "base/adult" is defined already; a policy that extends it writes override']),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_mistake_in_a_change(change: str, said: list[str]) -> None:
    write(base=BASE, top=top(change))
    assert mistakes("top") == [f"top.yaml:{line}" for line in said]


SETTINGS: list[tuple[Settings, str]] = [
    (Settings(params=node("{aeg: 3}")),
        '1:2: params: no loaded policy has a param "aeg"; did you mean "age"?'),
    (Settings(params=node("{age: [3]}")), "1:7: params.age: one text is wanted, as at base.yaml:4"),
    (Settings(params=node("[age]")), "1:1: params: a mapping is wanted, found a list"),
    (Settings(override=node("{base/adlt: {severity: note}}")),
        '1:2: override: unknown rule "base/adlt"; did you mean "base/adult"?'),
    (Settings(disable=node("[base/adlt]")), '1:2: disable[0]: unknown rule "base/adlt"; did you mean "base/adult"?'),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "said"), SETTINGS)
def test_mistake_in_the_settings(settings: Settings, said: str) -> None:
    write(base=BASE)
    assert mistakes("base", settings=settings) == [f"facelint.yaml:{said}"]


def test_only_extended_policies_can_be_changed() -> None:
    other = 'policy: other\ntitle: O\nversion: "1"\nrules:\n  - {id: x, title: X, severity: note, unique: [path]}\n'
    write(base=BASE, other=other + "disable: [base/adult]\n")
    assert mistakes("base", "other") == ['other.yaml:6:11: disable[0]: unknown rule "base/adult"']


def test_a_broken_rule_is_reported_once_though_it_is_overridden() -> None:
    write(base=BASE.replace("title: Adult", "title: {zh: A}"), top=top("override: {base/adult: {severity: note}}\n"))
    assert mistakes("top") == ["base.yaml:9:12: rules[0].title: the English text is missing (key en)"]


def test_columns_with_one_meaning_may_be_declared_twice() -> None:
    write(base=BASE, top=top("facts: {zone: text}\noverride: {base/off: {enabled: yes}}\n"))
    policy = loaded("top")
    assert policy.columns["zone"].realm is Realm.RECORD
    assert "off" in ids(policy)


def test_the_base_of_relative_names(tmp_path: Path) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "base.yaml").write_text(BASE)
    (folder / "top.yaml").write_text(top(""))
    policy = load(["top.yaml"], VOCABULARY, base=folder)
    assert [pack.file for pack in policy.packs] == ["sub/base.yaml", "sub/top.yaml"]
    assert isinstance(policy.rules[0], Rule)
