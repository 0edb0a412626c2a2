"""Whole runs with waivers: what makes one hold or not, what the commands write, and what is told of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate
from laws.datasets import picture
from running import AS_OF, ROOT, Ended, facelint, policy

WHO = ("--owner", "Li Wei", "--approver", "陈 宇", "--expires", "2027-03-31", "--as-of", AS_OF)
RULES = (
    "id: licensed, require: {license: present}",
    "id: clean, require: {image.gps: false}",
    "id: consented, require: {consent.status: given}",
    "id: once, unique: [subject_id]",
    "id: sound, scope: consent, require: {consent.type: written}",
    "id: filed, scope: dataset, require: {card.filing_number: present}",
)
NAMES = [rule.split(",")[0].removeprefix("id: ") for rule in RULES]
Row = dict[str, str]
ROWS: list[Row] = [
    {"path": f"img/{i}.jpg", "record_id": f"r{i}", "license": "", "subject_id": "p", "consent_id": "c1"}
    for i in range(3)
]
CONSENT = {"consent_id": "c1", "status": "withdrawn", "type": "implied", "subject_id": "p"}


def table(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Everything in it fails every rule."""
    for row in ROWS:
        picture(tmp_path / row["path"], coordinates=True)
    table(tmp_path / "metadata.csv", ROWS)
    table(tmp_path / "consents.csv", [CONSENT])
    policy(tmp_path, *RULES)
    configure(tmp_path)
    return tmp_path


def configure(folder: Path, more: str = "waivers: [baseline.yaml]", card: str = "name: Faces") -> None:
    head = f"card: {{{card}}}\nconsents: consents.csv\npolicies: [own-policy.yaml]\n"
    (folder / "facelint.yaml").write_text(head + more + "\n", encoding="utf-8")


def baseline(folder: Path, *more: str | Path) -> Ended:
    ended = facelint("baseline", folder, *WHO, *more)
    assert (ended.code, ended.err) == (0, "")
    return ended


def check(folder: Path, *more: str | Path, day: str = AS_OF) -> Any:
    ended = facelint("check", folder, "--as-of", day, "--format", "json", *more)
    assert ended.err == ""
    validate(ended.json, json.loads((ROOT / "facelint/schemas/report.schema.json").read_text("utf-8")))
    assert ended.code == {"pass": 0, "fail": 1, "incomplete": 3}[ended.json["verdict"]]
    return ended.json


def failing(report: Any) -> dict[str, int]:
    return {rule["id"].removeprefix("own/"): n for rule in report["rules"] if (n := rule["answers"]["fail"])}


def states(report: Any) -> dict[str, str]:
    return {one["rule"].removeprefix("own/"): one["state"] for one in report["waivers"]}


def test_a_baseline_lets_all_of_today_pass_and_shows_it(folder: Path) -> None:
    told = baseline(folder)
    assert told.out.startswith("14 failures of 6 rules recorded until 2027-03-31 in ")
    report = check(folder)
    assert (report["verdict"], failing(report)) == ("pass", {})
    assert sum(rule["answers"]["waived"] for rule in report["rules"]) == 14 == report["findings_total"]
    for finding in report["findings"]:
        assert finding["answer"] == "waived"
        assert finding["wanted"]
        assert report["waivers"][finding["waiver"]]["rule"] == finding["rule"]
    assert {
        (w["owner"], w["approver"], w["expires"], w["state"], w["records_unused"], w["file"]["name"])
        for w in report["waivers"]
    } == {("Li Wei", "陈 宇", "2027-03-31", "used", 0, "baseline.yaml")}
    assert sum(w["records_matched"] for w in report["waivers"]) == 14
    text = facelint("check", folder, "--as-of", AS_OF).out
    assert (
        "own/licensed, own/clean, own/consented and 3 more rules: 14 failures waived until 2027-03-31; owner Li" in text
    )
    assert text.splitlines()[-1].endswith("; 14 failures waived")


def test_they_can_be_ignored(folder: Path) -> None:
    baseline(folder)
    report = check(folder, "--ignore-waivers")
    assert sum(failing(report).values()) == 14
    assert report["waivers"] == []
    ended = facelint("check", folder, "--ignore-waivers", "--waivers", folder / "baseline.yaml")
    assert (ended.code, ended.err) == (2, "facelint: --waivers and --ignore-waivers: one of them\n")


def test_two_runs_are_the_same(folder: Path) -> None:
    baseline(folder)
    first = (folder / "baseline.yaml").read_bytes()
    reports = [check(folder), check(folder)]
    assert [{**report, "timing": 0} for report in reports] == [{**reports[0], "timing": 0}] * 2
    baseline(folder)
    assert (folder / "baseline.yaml").read_bytes() == first


@pytest.mark.parametrize(("day", "fails"), [("2027-03-30", 0), ("2027-03-31", 0), ("2027-04-01", 14)])
def test_the_last_day_is_inclusive(folder: Path, day: str, fails: int) -> None:
    baseline(folder)
    report = check(folder, day=day)
    own = {rule: n for rule, n in failing(report).items() if not rule.startswith("facelint/")}
    assert sum(own.values()) == fails
    assert set(states(report).values()) == {"expired" if fails else "used"}
    assert failing(report).get("facelint/waivers-hold", 0) == bool(fails)
    assert sum(one["records_matched"] for one in report["waivers"]) == 14


def cell(folder: Path) -> None:
    table(folder / "metadata.csv", [{**ROWS[0], "subject_id": "p "}, {**ROWS[1], "path": "img/1.jpg"}, ROWS[2]])


def other_cell(folder: Path) -> None:
    table(folder / "metadata.csv", [{**ROWS[0], "license": " "}, {**ROWS[1], "consent_id": "c9"}, ROWS[2]])


def order(folder: Path) -> None:
    rows = [dict(reversed(row.items())) | {"source_name": ""} for row in reversed(ROWS)]
    table(folder / "metadata.csv", rows)


def other_format(folder: Path) -> None:
    (folder / "metadata.csv").unlink()
    (folder / "metadata.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")


def file(folder: Path) -> None:
    path = folder / "img/1.jpg"
    path.write_bytes(path.read_bytes() + b"\0")


def consent(folder: Path) -> None:
    table(folder / "consents.csv", [{**CONSENT, "subject_id": "q"}])


def card(folder: Path) -> None:
    configure(folder, card="name: Faces 2")


@pytest.mark.parametrize(
    ("change", "fails"),
    [
        (cell, {}),
        (order, {}),
        (other_format, {}),
        (other_cell, {"licensed": 1, "clean": 1, "consented": 1, "once": 1}),
        (file, {"clean": 1}),
        (consent, {"consented": 3, "sound": 1}),
        (card, {"filed": 1}),
    ],
    ids=lambda change: getattr(change, "__name__", ""),
)
def test_what_changed_fails_again_and_nothing_else(folder: Path, change: Any, fails: dict[str, int]) -> None:
    baseline(folder)
    change(folder)
    report = check(folder)
    found = failing(report)
    assert found.pop("facelint/waivers-hold", 0) == bool(fails)
    assert found == fails
    nameless = dict.fromkeys(("sound", "filed"), "unused")  # no id by which a changed one is told
    assert states(report) == {rule: nameless.get(rule, "changed") if rule in fails else "used" for rule in NAMES}


def test_what_is_new_fails(folder: Path) -> None:
    baseline(folder)
    picture(folder / "img/3.jpg")
    table(folder / "metadata.csv", [{**ROWS[0], "path": "img/3.jpg", "record_id": "r3", "consent_id": ""}, *ROWS])
    report = check(folder)
    assert failing(report) == {"licensed": 1, "consented": 1, "once": 1}
    assert [f["record"] for f in report["findings"] if f["answer"] == "fail"] == ["r3"] * 3


def test_what_is_mended_leaves_an_unused_waiver_which_is_a_finding(folder: Path) -> None:
    baseline(folder)
    table(folder / "metadata.csv", [{**row, "license": "MIT"} for row in ROWS])
    report = check(folder)
    assert (failing(report), states(report)["licensed"]) != ({}, "used")
    (found,) = [one for one in report["findings"] if one["rule"] == "facelint/waivers-hold"]
    assert found["found"] == "4 of 6 waivers"  # the rows changed, too
    assert "baseline.yaml:2 unused" in found["reason"]


def test_an_unused_waiver_is_a_warning(folder: Path) -> None:
    entry(folder, "own/licensed", "nobody any")
    configure(folder, "waivers: w.yaml\ndisable: [own/clean, own/consented, own/once, own/sound, own/filed]")
    table(folder / "metadata.csv", [{**row, "license": "MIT"} for row in ROWS])
    report = check(folder)
    assert (report["verdict"], failing(report)) == ("pass", {"facelint/waivers-hold": 1})
    assert check(folder, "--fail-on", "warning")["verdict"] == "fail"


def entry(folder: Path, rule: str, *lines: str, **other: str) -> None:
    keys = {"rule": rule, "owner": "o", "approver": "a", "reason": "r", "expires": "2027-03-31", **other}
    text = json.dumps([{**keys, "records": list(lines)}])
    (folder / "w.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("lines", "waived"),
    [(["r1 any"], 1), (["r? any"], 3), (["*1 any", "r2 any"], 2), (["any"], 3), (["R1 any"], 0), (["[r]1 any"], 0)],
)
def test_patterns(folder: Path, lines: list[str], waived: int) -> None:
    entry(folder, "own/licensed", *lines)
    report = check(folder, "--waivers", folder / "w.yaml")
    assert report["rules"][0]["answers"] == {"pass": 0, "fail": 3 - waived, "skip": 0, "waived": waived, "unsure": 0}


def test_what_is_unsure_is_not_waived(folder: Path) -> None:
    (folder / "img/1.jpg").unlink()
    entry(folder, "own/clean", "any")
    report = check(folder, "--waivers", folder / "w.yaml")
    assert report["rules"][1]["answers"] == {"pass": 0, "fail": 0, "skip": 0, "waived": 2, "unsure": 1}


def test_a_rule_that_is_not_asked_leaves_its_waivers_alone(folder: Path) -> None:
    entry(folder, "essentials/no-gps", "any")
    report = check(folder, "--waivers", folder / "w.yaml")
    assert states(report) == {"essentials/no-gps": "not_checked"}
    assert "facelint/waivers-hold" not in failing(report)


def test_every_mistake_is_told_with_its_place(folder: Path) -> None:
    policy(folder, *RULES, "id: never, waivable: false, require: {path: x}")
    (folder / "w.yaml").write_text(
        """- rule: own/lisensed
  records: [r1, zhang.san@mail.example sha256:12]
  owner: ' '
  approver: [a]
  expires: 31.3.2027
- {rule: own/never, records: any, owner: o, approver: a, reason: r, expires: 2027-01-01}
- {rule: licensed, records: [], owner: o, approver: a, reason: r, expires: 2027-01-01, until: 3}
- {rule: own/sound, records: [c1 any], owner: o, approver: a, reason: r, expires: 2027-01-01}
- text
""",
        encoding="utf-8",
    )
    ended = facelint("check", folder, "--waivers", folder / "w.yaml")
    assert ended.code == 2
    told = [one.removeprefix(f"facelint: {folder}/w.yaml:") for one in ended.err.splitlines()]
    line = "a record's id and its digest (facelint waive writes them), or a pattern of ids and the word any is wanted"
    assert told == [
        "1:3: [0]: a waiver needs reason",
        '1:9: [0].rule: unknown rule "own/lisensed"; did you mean "own/licensed"?',
        f"2:13: [0].records[0]: {line}",
        f"2:17: [0].records[1]: {line}",
        "3:10: [0].owner: a text is wanted, found nothing",
        "4:13: [0].approver: a text is wanted, found a list",
        '5:12: [0].expires: "31.3.2027" is not a date (ISO 8601, YYYY-MM-DD)',
        "6:10: [1].rule: own/never cannot be waived",
        '7:10: [2].rule: the whole name of a rule is wanted (PACK/RULE), found "licensed"; '
        'did you mean "own/licensed"?',
        "7:29: [2].records: an empty list, so that nothing is waived",
        '7:88: [2]: unknown key "until"; the keys here are: rule, records, owner, approver, reason, expires',
        "8:31: [3].records[0]: a digest alone (facelint waive writes it), or the word any is wanted",
        '9:3: [4]: a waiver, with the keys rule, records, owner, approver, reason, expires, is wanted, found "text"',
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "one YAML document is wanted, found none"),
        ("rule: x", "a list of waivers is wanted, found a mapping"),
        ("- [", "not valid YAML"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_is_none(folder: Path, text: str | None, said: str) -> None:
    if text is not None:
        (folder / "baseline.yaml").write_text(text, encoding="utf-8")
    ended = facelint("check", folder)
    assert ended.code == 2
    assert said in ended.err


def test_no_output_goes_over_a_file_of_waivers(folder: Path) -> None:
    baseline(folder)
    ended = facelint("check", folder, "--output", f"json={folder / 'baseline.yaml'}")
    assert ended.code == 2
    assert "is an input of this run" in ended.err


def waive(folder: Path, rule: str, *more: str | Path) -> Ended:
    return facelint("waive", rule, "--dataset", folder, *WHO, "--reason", 'by "letter"\n: # \u202e of 3 May', *more)


def test_waive_adds_to_the_file_and_keeps_what_is_there(folder: Path) -> None:
    configure(folder, "waivers: waivers.yaml")
    assert waive(folder, "own/licensed", "--record", "r1", "--record", "r2").out.startswith(
        "2 failures of own/licensed"
    )
    path = folder / "waivers.yaml"
    path.write_text("# ours\n" + path.read_text("utf-8").rstrip("\n"), encoding="utf-8")
    assert waive(folder, "own/clean", "--record", "r*").code == 0
    assert waive(folder, "own/sound", "--record", "c1").code == 0
    assert waive(folder, "own/filed").code == 0
    assert path.read_text("utf-8").startswith("# ours\n- rule: own/licensed\n")
    report = check(folder)
    assert failing(report) == {"licensed": 1, "consented": 3, "once": 3}
    assert [one["records_matched"] for one in report["waivers"]] == [2, 3, 1, 1]
    assert report["waivers"][0]["reason"] == 'by "letter"\n: # \u202e of 3 May'
    shown = facelint("check", folder, "--as-of", AS_OF).out
    assert 'by "letter"\\u000a: # \\u202e of 3 May' in shown
    assert "c1" not in path.read_text("utf-8")


def test_a_record_is_named_as_a_report_shows_it(folder: Path) -> None:
    configure(folder, "")
    (shown,) = {one["record"] for one in check(folder)["findings"] if one["rule"] == "own/sound"}
    assert waive(folder, "own/sound", "--record", shown).code == 0
    report = check(folder, "--waivers", folder / "waivers.yaml")
    assert "sound" not in failing(report)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["own/licensed"], "own/licensed is about each record: a --record is wanted"),
        (["own/filed", "--record", "r1"], "own/filed is about the dataset: no --record is wanted"),
        (["own/licensed", "--record", "r9"], "nothing of what is named fails own/licensed"),
        (["own/licenced", "--record", "r1"], 'no rule "own/licenced"; did you mean "own/licensed"?'),
        (["own/licensed", "--record", "r1", "--owner", " "], "--owner: a text of at most 2,000 characters is wanted"),
        (["own/licensed", "--record", "r1", "--expires", "soon"], "--expires 'soon': a date is wanted"),
        (["own/licensed", "--record", "r1", "--expires", "2026-11-21"], "--expires '2026-11-21': is over already"),
    ],
)
def test_what_waive_refuses(folder: Path, arguments: list[str], said: str) -> None:
    configure(folder, "")
    rule, *more = arguments
    ended = waive(folder, rule, *more)
    assert ended.code == 2
    assert ended.err.startswith(f"facelint: {said}")
    assert not (folder / "waivers.yaml").exists()


@pytest.mark.parametrize("stands", ["path,license\n", "- {a: 1}\n", "[{rule: x/y}]", "  - rule: x/y\n", "\xff\xfe"])
def test_neither_command_harms_another_file(folder: Path, stands: str) -> None:
    configure(folder, "")
    other = folder / "other"
    other.write_bytes(stands.encode("latin-1"))
    assert waive(folder, "own/licensed", "--record", "r1", "--output", other).code == 2
    assert facelint("baseline", folder, *WHO, "--output", other).code == 2
    assert other.read_bytes() == stands.encode("latin-1")


def test_a_flow_list_is_not_added_to(folder: Path) -> None:
    configure(folder, "")
    entry(folder, "own/licensed", "r1 any")
    before = (folder / "w.yaml").read_bytes()
    ended = waive(folder, "own/clean", "--record", "r1", "--output", folder / "w.yaml")
    assert (ended.code, "nothing can be put at its end" in ended.err) == (2, True)
    assert (folder / "w.yaml").read_bytes() == before


def test_a_baseline_leaves_to_others_what_they_waive(folder: Path) -> None:
    entry(folder, "own/licensed", "any")
    configure(folder, "waivers: [w.yaml, baseline.yaml]")
    assert baseline(folder).out.startswith("11 failures of 5 rules")
    assert failing(check(folder)) == {}


def test_a_baseline_of_nothing(folder: Path) -> None:
    others = ", ".join(f"own/{rule}" for rule in NAMES if rule != "licensed")
    configure(folder, f"waivers: baseline.yaml\ndisable: [{others}]")
    table(folder / "metadata.csv", [{**row, "license": "MIT"} for row in ROWS])
    assert baseline(folder).out.startswith("0 failures of 0 rules")
    assert check(folder)["verdict"] == "pass"


def test_what_cannot_be_recorded_is_told(folder: Path) -> None:
    policy(folder, *RULES, "id: never, waivable: false, require: {path: x}")
    (folder / "img/1.jpg").unlink()
    out = baseline(folder).out.splitlines()
    assert out[1:] == [
        "not recorded: 1 unsure answer of 1 rule",
        "not recorded: own/never cannot be waived, and failed 3 times",
    ]


def test_a_baseline_names_no_one(folder: Path) -> None:
    """Ids that hold personal data, and those of consents, are not written; their failures are waived all the same."""
    table(folder / "metadata.csv", [{**row, "record_id": f"zhang.san{row['path'][4]}@mail.example"} for row in ROWS])
    table(folder / "consents.csv", [{**CONSENT, "consent_id": "13800138000"}])
    told = baseline(folder).out
    held = (folder / "baseline.yaml").read_text("utf-8")
    for secret in ("zhang", "mail.example", "13800138000", "hmac:"):
        assert secret not in told + held
    assert failing(check(folder)) == {}


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("waivers: {a: b}", "facelint.yaml:4:10: waivers: wants a file of waivers, or a list of them, found a mapping"),
        (
            "waivers: [a, [b]]",
            "facelint.yaml:4:14: waivers[1]: wants a file of waivers, or a list of them, found a list",
        ),
    ],
)
def test_what_facelint_yaml_may_not_say(folder: Path, keys: str, said: str) -> None:
    configure(folder, keys)
    ended = facelint("check", folder)
    assert (ended.code, ended.err) == (2, f"facelint: {folder}/{said}\n")


@pytest.mark.parametrize("more", [0, 1])
def test_patterns_are_few(folder: Path, more: int) -> None:
    entry(folder, "own/licensed", *(f"x{i}* any" for i in range(1000 + more)))
    ended = facelint("check", folder, "--waivers", folder / "w.yaml")
    assert (ended.code == 2, "more than 1,000 patterns" in ended.err) == (bool(more), bool(more))


@pytest.mark.parametrize(("day", "covers"), [("2027-01-31", 0), ("2027-02-01", 1)])
def test_the_first_in_force_covers(folder: Path, day: str, covers: int) -> None:
    entry(folder, "own/licensed", "any", expires="2027-01-31")
    (folder / "w.yaml").rename(folder / "v.yaml")
    entry(folder, "own/licensed", "r* any")
    report = check(folder, "--waivers", folder / "v.yaml", "--waivers", folder / "w.yaml", day=day)
    assert {one["waiver"] for one in report["findings"] if one["rule"] == "own/licensed"} == {covers}
    assert [one["state"] for one in report["waivers"]] == ["expired" if covers else "used", "used"]
