"""Policy files: which are found, what they extend, and what a shipped pack must have."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from facelint.errors import PolicyError, UserError
from facelint.policy import Answer
from facelint.policy_file import load, shipped, shipped_file, warnings

from .helpers import HEAD, VOCABULARY, load_text, policy, problems, write

ONE = "rules:\n  - {id: one, title: O, severity: note, require: {path: present}}\n"


def named(name: str, rest: str = ONE) -> str:
    return f'policy: {name}\ntitle: T\nversion: "1"\n{rest}'


def mistakes(*names: str) -> list[str]:
    with pytest.raises(PolicyError) as raised:
        load(names, VOCABULARY)
    return [str(problem) for problem in raised.value.problems]


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the shipped packs."""
    folder = tmp_path / "installed" / "rules"
    folder.mkdir(parents=True)
    monkeypatch.setattr("facelint.policy_file.packs.folder", lambda: folder)
    return folder


SHIPPED = """\
policy: good
title: {en: Good, zh: 好}
version: "1"
rules:
  - id: one
    title: {en: One, zh: 一}
    severity: error
    require: {path: present}
    why: {en: It matters, zh: 要紧}
    cite: [{law: PIPL, checked: primary}]
    remedy: {en: Mend it, zh: 改}
    examples:
      - pass: {path: a}
      - fail: {}
"""


def test_shipped_packs_are_found_by_name_and_shown_in_rules(rules: Path) -> None:
    (rules / "good.yaml").write_text(SHIPPED)
    (rules / "also.yaml").write_text(SHIPPED.replace("policy: good", "policy: also"))
    assert shipped() == ("also", "good")
    assert shipped_file("good") == rules / "good.yaml"
    write(mine=named("mine", "extends: [good]\n"))
    loaded = load(["mine.yaml", "good"], VOCABULARY)
    assert [(pack.id, pack.file, pack.shipped) for pack in loaded.packs] == [
        ("good", "rules/good.yaml", True),
        ("mine", "mine.yaml", False),
    ]
    assert load([str(rules / "good.yaml")], VOCABULARY).packs[0].shipped


def test_an_unknown_pack(rules: Path) -> None:
    (rules / "good.yaml").write_text(SHIPPED)
    for call in (lambda: shipped_file("god"), lambda: load(["god"], VOCABULARY)):
        with pytest.raises(UserError) as raised:
            call()
        assert str(raised.value) == 'no shipped policy is named "god"; did you mean "good"?'
    with pytest.raises(UserError, match="a policy file is named by its path"):
        load(["zzzz\n"], VOCABULARY)
    write(mine=named("mine", "extends: [god, zzzz]\n"))
    assert mistakes("mine.yaml") == [
        'mine.yaml:4:11: extends[0]: no shipped policy is named "god"; did you mean "good"?',
        'mine.yaml:4:16: extends[1]: no shipped policy is named "zzzz"; a file is named by its path, such as '
        "./face.yaml",
    ]


LACKS = [
    ("    cite: [{law: PIPL, checked: primary}]\n", "",
        "5:5: rules[0]: the key cite is missing, which a shipped rule must have"),
    ("    remedy: {en: Mend it, zh: 改}\n", "",
        "5:5: rules[0]: the key remedy is missing, which a shipped rule must have"),
    ("    why: {en: It matters, zh: 要紧}\n", "",
        "5:5: rules[0]: the key why is missing, which a shipped rule must have"),
    (", zh: 要紧", "", "9:10: rules[0].why: the Chinese text is missing (key zh), which a shipped rule must have"),
    (", zh: 改", "",
        "11:13: rules[0].remedy: the Chinese text is missing (key zh), which a shipped rule must have"),
    (", zh: 一", "", "6:12: rules[0].title: the Chinese text is missing (key zh), which a shipped rule must have"),
    (", zh: 好", "", "2:8: title: the Chinese text is missing (key zh), which a shipped policy must have"),
    ("      - pass: {path: a}\n", "", "13:7: rules[0].examples: no example of pass, which a shipped rule must have"),
    ("      - fail: {}\n", "", "13:7: rules[0].examples: no example of fail, which a shipped rule must have"),
    (", checked: primary", "",
        "10:11: rules[0].cite: checked is missing from a citation, which a shipped rule must have"),
    ("checked: primary", "checked: memory",
        "7:15: rules[0].severity: error on grounds that were not re-read (checked: memory); warning at most"),
]  # fmt: skip


@pytest.mark.parametrize(("have", "lack", "said"), LACKS)
def test_what_a_shipped_pack_must_have(rules: Path, have: str, lack: str, said: str) -> None:
    assert have in SHIPPED
    (rules / "good.yaml").write_text(SHIPPED.replace(have, lack))
    assert f"rules/good.yaml:{said}" in mistakes("good")
    assert said in problems(SHIPPED.replace(have, lack), strict=True)
    assert len(load_text(SHIPPED.replace(have, lack)).rules) == 1


def test_a_shipped_pack_is_named_as_its_file(rules: Path) -> None:
    (rules / "good.yaml").write_text(SHIPPED.replace("policy: good", "policy: goood"))
    assert mistakes("good") == ['rules/good.yaml:1:9: policy: a shipped policy is named as its file, "good"']


def test_a_shipped_profile_raises_nothing_that_rests_on_memory(rules: Path) -> None:
    (rules / "good.yaml").write_text(SHIPPED.replace("primary", "memory").replace("error", "warning"))
    profile = 'policy: all\ntitle: {en: A, zh: 全}\nversion: "1"\nextends: [good]\nraise: {from: warning, to: error'
    (rules / "all.yaml").write_text(profile + "}\n")
    assert mistakes("all") == [
        'rules/all.yaml:5:28: raise.to: "good/one" would be error on grounds that were not re-read (checked: memory); '
        "warning at most"
    ]
    (rules / "all.yaml").write_text(profile + ", checked: [primary]}\n")
    assert load(["all"], VOCABULARY).rules[0].severity.word == "warning"


def test_a_cycle() -> None:
    write(a=named("a", "extends: [./b.yaml]\n"), b=named("b", "extends: [c.yaml]\n"))
    write(c=named("c", "extends: [./a.yaml]"))
    assert mistakes("a.yaml") == ["c.yaml:4:11: extends[0]: a cycle in extends: a.yaml → b.yaml → c.yaml → a.yaml"]
    write(a=named("a", "extends: [./a.yaml]\n"))
    assert mistakes("a.yaml") == ["a.yaml:4:11: extends[0]: a cycle in extends: a.yaml → a.yaml"]


def test_two_files_with_one_id() -> None:
    write(a=named("same"), b=named("same"))
    assert mistakes("a.yaml", "b.yaml") == ['b.yaml:1:9: policy: "same" is the policy of "a.yaml" too; ids are unique']


EXTENDS = [
    ("extends: [./gone.yaml]\n", '4:11: extends[0]: no policy file at "gone.yaml"'),
    ("extends: [/a.yaml]\n", '4:11: extends[0]: an absolute path, "/a.yaml"; one relative to this file is wanted'),
    ("extends: [.]\n", '4:11: extends[0]: no shipped policy is named "."; a file is named by its path, such as '
        "./face.yaml"),
    ("extends: ./a.yaml\n", '4:10: extends: a list of packs or relative paths is wanted, found "./a.yaml"'),
    ("extends: [[a]]\n", "4:11: extends[0]: a pack or a relative path is wanted, found a list"),
    ("extends: []\n", "4:10: extends: an empty list and no rules: the policy holds no rule"),
    ('extends: ["a\\0.yaml"]\n', '4:11: extends[0]: no policy file at "a\\\\u0000.yaml"'),
]  # fmt: skip


@pytest.mark.parametrize(("extends", "said"), EXTENDS)
def test_mistake_in_extends(extends: str, said: str) -> None:
    write(a=named("a", extends))
    assert mistakes("a.yaml") == [f"a.yaml:{said.replace(chr(92) * 2, chr(92))}"]


def test_a_long_chain_is_refused() -> None:
    for index in range(60):
        write(**{f"p{index}": named(f"p{index}", f"extends: [./p{index + 1}.yaml]\n")})
    write(p60=named("p60"))
    (said,) = mistakes("p0.yaml")
    assert "more than 40 policies in a row" in said


def test_many_files_are_refused() -> None:
    for index in range(320):
        write(**{f"p{index}": named(f"p{index}")})
    write(a=named("a", "extends: [" + ", ".join(f"./p{index}.yaml" for index in range(320)) + "]\n"))
    assert "300 in all" in mistakes("a.yaml")[0]


def test_every_file_is_read_before_anything_is_refused() -> None:
    write(a=named("a", "extends: [./b.yaml]\n").replace("title: T", "title: "), b=named("b").replace("O,", "[],"))
    assert [line.partition(":")[0] for line in mistakes("a.yaml", "gone.yaml")] == ["a.yaml", "b.yaml", "gone.yaml"]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert mistakes("gone.yaml") == ["gone.yaml:1:1: cannot be read: No such file or directory"]
    assert mistakes("a\0b.yaml") == ["a\\u0000b.yaml:1:1: cannot be read: no file can have such a name"]
    os.mkfifo(tmp_path / "pipe.yaml")
    assert mistakes("pipe.yaml") == ["pipe.yaml:1:1: cannot be read: not a regular file"]
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    assert mistakes("loop.yaml")[0].startswith("loop.yaml:1:1: cannot be read: ")


def test_a_file_outside_is_shown_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(a=named("a"))
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert load(["../a.yaml"], VOCABULARY).packs[0].file == "../a.yaml"
    assert load(["a.yaml"], VOCABULARY, base=tmp_path).packs[0].file == str(tmp_path / "a.yaml")


def test_the_digest_is_of_the_file_and_its_lists() -> None:
    write(l=(listed := "[a]\n"), m="[b]\n")
    text = policy("{path: {list: l}}", "lists: {m: m.yaml, l: l.yaml}\n")
    blobs = [text.encode(), b"[b]\n", listed.encode()]
    whole = b"".join(len(blob).to_bytes(8, "big") + blob for blob in blobs)
    assert load_text(text).packs[0].digest == "sha256:" + hashlib.sha256(whole).hexdigest()
    before = load_text(text).packs[0].digest
    write(l="[a, c]\n")
    assert load_text(text).packs[0].digest != before


LISTS = [
    ("a: b\n", "l.yaml:1:1: a list of values, or of mappings with a name is wanted, found a mapping"),
    ("[]\n", "l.yaml:1:1: an empty list; a list of values, or of mappings with a name is wanted"),
    ("- {nam: x}\n", "l.yaml:1:3: [0]: the name is missing (key name)"),
    ("- {name: x, aliases: y}\n", 'l.yaml:1:22: [0].aliases: a list of other names is wanted, found "y"'),
    ("- {name: x, aliases: [[y]]}\n", "l.yaml:1:23: [0].aliases[0]: a text is wanted, found a list"),
    ("- [x]\n", "l.yaml:1:3: [0]: a value, or a mapping with a name, is wanted, found a list"),
    ("- x\n- [\n", "l.yaml:3:1: not valid YAML: "),
]


@pytest.mark.parametrize(("text", "said"), LISTS)
def test_mistake_in_a_list_file(text: str, said: str) -> None:
    write(l=text, face=policy("{path: {list: l}}", "lists: {l: l.yaml}\n"))
    (found,) = mistakes("face.yaml")
    assert found.startswith(said)


def test_warnings_name_rules_of_the_user_without_examples(rules: Path) -> None:
    (rules / "good.yaml").write_text(SHIPPED)
    text = HEAD + "extends: [good]\n" + ONE + "    # x\n"
    text += "  - {id: two, title: T, severity: note, require: {path: present}, examples: [{pass: {path: a}}]}\n"
    said = [str(problem) for problem in warnings(load_text(text))]
    assert said == [
        "face.yaml:6:5: face/one: no example of pass",
        "face.yaml:6:5: face/one: no example of fail",
        "face.yaml:8:5: face/two: no example of fail",
    ]


def test_the_packs_of_this_version_load() -> None:
    from facelint import probes

    vocabulary = probes.vocabulary()
    for name in shipped():
        loaded = load([name], vocabulary)
        assert all(rule.examples for rule in loaded.rules)
        assert not warnings(loaded)
        assert Answer.PASS in {example.answer for rule in loaded.rules for example in rule.examples}
