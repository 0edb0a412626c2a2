"""Every exit code with its causes: 0 all passed, 1 something failed, 2 a mistake, 3 not everything was examined."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Ended, facelint, lines, policy

from facelint.formats import FORMATS

PASS, FAIL = "license: present", "license: MIT"
UNSURE = "attribution: {is: somebody}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines(tmp_path / "manifest.csv", ["path,license", "a.jpg,CC0-1.0", "b.jpg,CC0-1.0"])
    return tmp_path


def check(folder: Path, *rules: str, options: tuple[str, ...] = ()) -> Ended:
    named = (rule if rule.startswith("id:") else f"id: r{i}, {rule}" for i, rule in enumerate(rules))
    return facelint("check", folder, "--policy", policy(folder, *named), *options)


def last(ended: Ended) -> str:
    return ended.out.splitlines()[-1]


def test_0_every_error_rule_passed(folder: Path) -> None:
    ended = check(folder, f"require: {{{PASS}}}")
    assert (ended.code, ended.err, last(ended)) == (0, "", "PASS: 1 rule held for everything they are about")


def test_0_a_skip_beside_a_pass(folder: Path) -> None:
    assert check(folder, f"require: {{{PASS}}}", f"when: {{synthetic: true}}, require: {{{FAIL}}}").code == 0


def test_1_something_failed(folder: Path) -> None:
    ended = check(folder, f"require: {{{FAIL}}}")
    assert (ended.code, ended.err, last(ended)) == (1, "", "FAIL: 2 failures of 1 rule")


def test_1_goes_before_3(folder: Path) -> None:
    ended = check(folder, f"require: {{{FAIL}}}", f"require: {{{UNSURE}}}")
    assert (ended.code, last(ended)) == (1, "FAIL: 2 failures of 1 rule; some answers are unsure")


def test_3_unsure(folder: Path) -> None:
    ended = check(folder, f"require: {{{PASS}}}", f"require: {{{UNSURE}}}")
    assert (ended.code, ended.err) == (3, "")
    assert last(ended) == "INCOMPLETE: no failure seen, but 2 answers of 1 rule could not be established"


def test_3_no_records(folder: Path) -> None:
    lines(folder / "manifest.csv", ["path,license"])
    ended = check(folder, f"require: {{{PASS}}}")
    assert (ended.code, last(ended)) == (3, "INCOMPLETE: no failure seen, but the dataset has no records")


def test_3_every_answer_is_skip(folder: Path) -> None:
    ended = check(folder, f"when: {{synthetic: true}}, require: {{{PASS}}}")
    assert ended.code == 3
    assert "every rule that counts was skipped for everything" in last(ended)
    assert "policy own: not applicable, its rules are about nothing here" in ended.out


def test_3_no_rule_is_in_force_yet(folder: Path) -> None:
    rule = f"require: {{{PASS}}}, in_force: 2030-01-01"
    assert check(folder, rule, options=("--as-of", "2029-12-31")).code == 3
    assert check(folder, rule, options=("--as-of", "2030-01-01")).code == 0


def test_3_no_rule_counts(folder: Path) -> None:
    ended = check(folder, f"severity: warning, require: {{{PASS}}}")
    assert (ended.code, last(ended)) == (3, "INCOMPLETE: no failure seen, but no rule counts towards the verdict")


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("error", "error", 1),
        ("warning", "error", 0),
        ("note", "error", 0),
        ("warning", "warning", 1),
        ("note", "warning", 0),
        ("warning", "note", 1),
        ("note", "note", 1),
    ],
)
def test_only_rules_at_or_above_fail_on_count(folder: Path, severity: str, fail_on: str, code: int) -> None:
    for require, counted in ((FAIL, code), (UNSURE, 3 if code else 0)):
        ended = check(
            folder,
            f"require: {{{PASS}}}",
            f"severity: {severity}, require: {{{require}}}",
            options=("--fail-on", fail_on),
        )
        assert ended.code == counted


def test_error_from_makes_a_warning_of_an_error_until_then(folder: Path) -> None:
    rules = (f"require: {{{PASS}}}", f"require: {{{FAIL}}}, error_from: 2027-01-01")
    early = check(folder, *rules, options=("--as-of", "2026-12-31"))
    assert early.code == 0
    assert "warning: own/r1: 2 failed" in early.out
    assert "note: error from 2027-01-01" in early.out
    assert check(folder, *rules, options=("--as-of", "2027-01-01")).code == 1


def test_exit_zero_turns_1_into_0_and_nothing_else(folder: Path) -> None:
    zero = ("--exit-zero",)
    failed = check(folder, f"require: {{{FAIL}}}", options=zero)
    assert (failed.code, last(failed)) == (0, "FAIL: 2 failures of 1 rule")
    assert check(folder, f"require: {{{UNSURE}}}", options=zero).code == 3
    assert check(folder, f"require: {{{PASS}}}", options=(*zero, "--fail-on", "nothing")).code == 2


def test_as_of_makes_a_consent_lapse(tmp_path: Path) -> None:
    lines(tmp_path / "manifest.csv", ["path,consent_id", "a.jpg,c"])
    lines(tmp_path / "consents.csv", ["consent_id,status,given_at,valid_until", "c,given,2025-01-01,2026-06-30"])
    (tmp_path / "facelint.yaml").write_text("manifest: manifest.csv\nconsents: consents.csv\n")
    for day, code in (("2024-12-31", 1), ("2025-01-01", 0), ("2026-06-30", 0), ("2026-07-01", 1)):
        ended = check(tmp_path, "require: {consent.active: true}", options=("--as-of", day))
        assert ended.code == code
        assert f"as of {day} under own 1;" in ended.out


def test_a_param_may_be_set(folder: Path) -> None:
    own = policy(folder, "id: r, require: {license: {param: licence}}", head="params: {licence: MIT}\n")
    assert facelint("check", folder, "--policy", own).code == 1
    for setting in ("licence=CC0-1.0", "own.licence=CC0-1.0"):
        ended = facelint("check", folder, "--policy", own, "--set", setting, "--format", "json")
        assert (ended.code, ended.json["params"]) == (0, {"own.licence": "CC0-1.0"})


def test_the_configuration_names_policies_and_the_command_line_goes_before_it(folder: Path) -> None:
    policy(folder, f"id: r, require: {{{FAIL}}}")
    (folder / "facelint.yaml").write_text("manifest: manifest.csv\npolicies: [own-policy.yaml]\n")
    assert facelint("check", folder).code == 1
    (folder / "other.yaml").write_text((folder / "own-policy.yaml").read_text().replace("MIT", "CC0-1.0"))
    assert facelint("check", folder, "--policy", folder / "other.yaml").code == 0


def test_essentials_apply_where_nothing_is_named(folder: Path) -> None:
    report = facelint("check", folder, "--format", "json").json
    assert [one["id"] for one in report["policies"]] == ["essentials"]


MISTAKES = {
    "no such dataset": (["check", "nowhere"], "facelint: nowhere: does not exist"),
    "no manifest": (["check", "empty"], "facelint: empty: no facelint.yaml and no metadata or manifest file"),
    "unknown format of manifest": (["check", "notes.txt"], "facelint: notes.txt: is of no known format"),
    "unknown policy": (
        ["check", "--policy", "essentail"],
        'no shipped policy is named "essentail"; did you mean "esse',
    ),
    "missing policy file": (["check", "--policy", "no.yaml"], "facelint: no.yaml:1:1: cannot be read"),
    "broken policy": (["check", "--policy", "bad.yaml"], "facelint: bad.yaml:"),
    "unknown format": (["check", "--format", "xml"], 'facelint: no format "xml"; there are text, json'),
    "output without path": (["check", "--output", "json"], "facelint: --output 'json': FORMAT=PATH is wanted"),
    "unknown output": (["check", "--output", "jsno=a"], f'; there are {", ".join(FORMATS)}; did you mean "json"?'),
    "findings file": (["check", "--findings", "a.txt"], "facelint: a.txt: a findings file ends in .jsonl, .csv, .parq"),
    "no day": (["check", "--as-of", "2026-02-30"], "facelint: --as-of '2026-02-30': a date is wanted, as 2026-11-22"),
    "no ISO day": (["check", "--as-of", "20261122"], "facelint: --as-of '20261122': a date is wanted"),
    "no horizon": (["check", "--horizon", "soon"], "facelint: --horizon 'soon': a number of days is wanted, as 30d"),
    "far horizon": (
        ["check", "--as-of", "9999-12-31", "--horizon", "1d"],
        "--horizon '1d': reaches beyond the year 9999",
    ),
    "no severity": (["check", "--fail-on", "all"], "facelint: --fail-on 'all': one of note, warning, error is wanted"),
    "no setting": (["check", "--set", "x"], "facelint: --set 'x': NAME=VALUE is wanted"),
    "unknown param": (["check", "--set", "x=1"], 'facelint: --set "x": no loaded policy has such a param'),
    "no key": (["check", "--hash-key-file", "nowhere"], "facelint: nowhere: cannot read the hash key (No such file"),
    "short key": (["check", "--hash-key-file", "notes.txt"], "a hash key needs at least 16 bytes, found 5"),
    "key is no file": (["check", "--hash-key-file", "/dev/zero"], "the hash key must be a regular file"),
    "unknown option": (["check", "--nope"], "No such option: --nope"),
    "unknown command": (["chek"], "No such command 'chek'."),
    "unknown rule": (
        ["explain", "essentials/no-gsp"],
        'no rule "essentials/no-gsp"; did you mean "essentials/no-gps"?',
    ),
    "no command of policy": (["policy"], "facelint: Missing command."),
    "terminal escapes": (["check", "\x1b[31mred\u202e"], "\\u001b[31mred\\u202e"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_2_a_mistake_is_told_in_one_line(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    (folder / "notes.txt").write_text("notes")
    (folder / "bad.yaml").write_text("policy: bad\n")
    arguments, message = MISTAKES[name]
    ended = facelint(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert ended.err.startswith("facelint: ")
    assert ended.err.count("\n") == 1 or name == "broken policy"
    assert ended.err.replace("\n", "").isprintable()


def test_2_goes_before_1(folder: Path) -> None:
    """Whatever the verdict: a report that could not be written was not given."""
    assert check(folder, f"require: {{{FAIL}}}", options=("--output", "json=/nowhere/report.json")).code == 2


def test_2_a_manifest_that_breaks_off_is_no_verdict(folder: Path) -> None:
    (folder / "manifest.csv").write_text('path,license\na.jpg,MIT\n"b.jpg,MIT\n')
    for kind in ("jsonl", "csv", "parquet"):
        ended = check(folder, f"require: {{{PASS}}}", options=("--findings", str(folder / f"findings.{kind}")))
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("facelint: manifest.csv: ")
        assert ended.err.count("\n") == 1
        assert not (folder / f"findings.{kind}").exists()


def test_2_an_error_of_its_own_is_told_by_its_place_and_never_with_a_value(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object, **__: object) -> None:
        raise RuntimeError("s-001 was here")

    monkeypatch.setattr("facelint.run.make_report", wrong)
    ended = check(folder, f"require: {{{PASS}}}")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("facelint: internal error: RuntimeError at test_exit_codes.py:")
    assert "s-001" not in ended.err


def test_help_where_nothing_is_asked() -> None:
    ended = facelint()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Usage: ")
