"""The report: its verdict, its ledger, what it shows and in which order, and its JSON against the schema."""

from __future__ import annotations

import json
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from running import AS_OF, ROOT, facelint, jsonl, policy

from facelint import findings
from facelint.judge import Counts, Outcome
from facelint.plan import Plan
from facelint.policy import Pack, Place, Policy, Require, Rule, Scope, Severity, Texts
from facelint.report import DatasetInfo, Report, Verdict, make_report

SCHEMA = json.loads((ROOT / "facelint" / "schemas" / "report.schema.json").read_text("utf-8"))


def problems(report: Any) -> list[str]:
    Draft202012Validator.check_schema(SCHEMA)
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(report)]


@pytest.mark.parametrize("example", ["studio-portraits", "masked-face-market"])
def test_the_json_of_an_example_is_of_its_schema(example: str) -> None:
    report = facelint("check", ROOT / "examples" / example, "--format", "json").json
    assert problems(report) == []
    assert problems({**report, "verdict": "green"})
    assert problems({key: value for key, value in report.items() if key != "complete"})


def test_the_json_of_a_report_of_every_kind_of_answer_is_of_its_schema(tmp_path: Path) -> None:
    (tmp_path / "consents.jsonl").write_text('{"consent_id": "c"}\n{"consent_id": "c"}\nbroken\n')
    (tmp_path / "facelint.yaml").write_text("manifest: manifest.jsonl\nconsents: consents.jsonl\ncard: {name: N}\n")
    (tmp_path / "manifest.jsonl").write_text('{"path": "a.jpg", "consent_id": "c"}\n[]\n{"path": "a.jpg"}\n')
    own = policy(
        tmp_path,
        "id: a, require: {file.exists: true}, cite: [{law: PIPL, article: '29', in_force: 2021-11-01, url: 'https://a.b'}]",
        "id: b, unique: [path]",
        "id: c, scope: consent, unique: [consent.id]",
        "id: d, scope: dataset, require: {measure.n: {lt: 1}, card.license: present}",
        "id: e, severity: note, require: {consent.active: true}, in_force: 2030-01-01",
        "id: f, severity: warning, require: {license: {in: {param: allowed}}}",
        "id: g, require: {masked: true}, enabled: false",
        head="params: {allowed: [MIT, CC0-1.0], by: nobody}\nmeasures: {n: {count: {path: present}}}\n",
    )
    ended = facelint("check", tmp_path, "--policy", own, "--format", "json")
    assert (ended.code, problems(ended.json)) == (1, [])
    report = ended.json
    assert {one["answer"] for one in report["findings"]} == {"fail", "unsure"}
    assert report["disabled"] == ["own/g"]
    assert report["complete"] is False
    assert {rule["note"] for rule in report["rules"] if "note" in rule} == {"in force from 2030-01-01"}
    assert [one["scope"] for one in report["rules"]] == ["record", "record", "consent", "dataset", "record", "record"]


def test_the_ledger_closes_for_every_rule() -> None:
    report = facelint("check", ROOT / "examples" / "masked-face-market", "--format", "json").json
    for rule in report["rules"]:
        assert sum(rule["answers"].values()) == rule["of"], rule["id"]
    told = sum(rule["answers"][answer] for rule in report["rules"] for answer in ("fail", "waived", "unsure"))
    assert told == report["findings_total"] == report["findings_shown"] == len(report["findings"])


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3,000 rows that two rules fail, and a third now and then."""
    folder = tmp_path_factory.mktemp("many")
    rows = ({"path": f"{i}.jpg", "record_id": f"r{i}", "license": "MIT" if i % 1000 else ""} for i in range(3_000))
    jsonl(folder / "manifest.jsonl", rows)
    policy(
        folder,
        "id: z, require: {license: GPL-2.0-only}",
        "id: y, require: {path: nowhere}",
        "id: x, require: {license: present}",
    )
    return folder


def test_a_report_shows_the_first_thousand_and_counts_all(many: Path, tmp_path: Path) -> None:
    ended = facelint(
        "check", many, "--policy", many / "own-policy.yaml", "--format", "json", "--findings", tmp_path / "a.jsonl"
    )
    report = ended.json
    assert (report["findings_total"], report["findings_shown"], len(report["findings"])) == (6_003, 1_000, 1_000)
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 6_003
    assert [one["rule"] for one in report["findings"]] == ["own/z"] * 1_000
    assert [one["row"] for one in report["findings"]] == list(range(1, 1_001))


def test_every_rule_shows_samples_however_many_another_fails(many: Path) -> None:
    ended = facelint("check", many, "--policy", many / "own-policy.yaml")
    for rule, samples in (("z", (1, 2, 3)), ("y", (1, 2, 3)), ("x", (1, 1001, 2001))):
        block = next(block for block in ended.out.split("\n\n") if block.startswith(f"error: own/{rule}:"))
        assert [line.split()[0] for line in block.splitlines() if line.startswith("    manifest")] == [
            f"manifest.jsonl:{row}" for row in samples
        ]
    assert "    … and 2,997 more" in ended.out
    assert ended.out.splitlines()[-1] == "FAIL: 6,003 failures of 3 rules"


def test_findings_are_in_order_of_rule_source_and_row(tmp_path: Path) -> None:
    (tmp_path / "facelint.yaml").write_text("manifest: manifest.jsonl\nconsents: consents.jsonl\n")
    jsonl(tmp_path / "manifest.jsonl", [{"path": f"{i}.jpg", "consent_id": "c"} for i in range(3)])
    jsonl(tmp_path / "consents.jsonl", [{"consent_id": "c", "type": "implied"}] * 2)
    own = policy(
        tmp_path,
        "id: d, scope: dataset, require: {card.name: absent, measure.n: {lt: 1}}",
        "id: c, scope: consent, require: {consent.type: written}",
        "id: b, unique: [consent_id]",
        "id: a, require: {path: nowhere}",
        head="measures: {n: {count: {path: present}}}\n",
    )
    report = facelint("check", tmp_path, "--policy", own, "--format", "json").json
    order = [(one["rule"].removeprefix("own/"), one["source"], one["row"]) for one in report["findings"]]
    assert order == [
        ("d", None, None),
        *(("c", "consents.jsonl", row) for row in (1, 2)),
        *(("b", "manifest.jsonl", row) for row in (1, 2, 3)),
        *(("a", "manifest.jsonl", row) for row in (1, 2, 3)),
    ]


def test_a_fingerprint_is_of_rule_record_and_fact_and_never_of_the_value(tmp_path: Path) -> None:
    own = policy(tmp_path, "id: a, require: {source_name: x}", "id: b, require: {source_name: x}")

    def prints(*names: str) -> list[str]:
        jsonl(
            tmp_path / "manifest.jsonl", ({"path": f"{i}.jpg", "id": i, "source_name": n} for i, n in enumerate(names))
        )
        report = facelint("check", tmp_path, "--policy", own, "--format", "json").json
        return [one["fingerprint"] for one in report["findings"]]

    assert prints("p", "q") == prints("r", "s")
    assert len(set(prints("p", "p"))) == 4


def test_where_a_dataset_is_read_from_does_not_change_its_report(tmp_path: Path) -> None:
    """A manifest's name, digests and rows are those of the file, wherever the run stands."""
    jsonl(tmp_path / "manifest.jsonl", [{"path": "a.jpg"}])
    own = policy(tmp_path, "id: a, require: {license: present}")
    reports = [facelint("check", path, "--policy", own, "--format", "json", "--as-of", AS_OF).json for path in (
        tmp_path, tmp_path / ".." / tmp_path.name)]  # fmt: skip
    for report in reports:
        del report["timing"], report["dataset"]["path"]
    assert reports[0] == reports[1]


RULES = {"error": Severity.ERROR, "warning": Severity.WARNING}
ANSWERS: dict[str, Counts] = {
    "pass": (2, 0, 0, 0, 0),
    "fail": (1, 1, 0, 0, 0),
    "skip": (0, 0, 2, 0, 0),
    "waived": (1, 0, 0, 1, 0),
    "unsure": (1, 0, 0, 0, 1),
    "fail, unsure": (0, 1, 0, 0, 1),
    "skip, unsure": (0, 0, 1, 0, 1),
    "pass, skip": (1, 0, 1, 0, 0),
}


def made(rules: list[tuple[str, str]], records: int = 2, fail_on: Severity = Severity.ERROR) -> Report:
    """The report of rules by severity and answers."""
    from facelint.conditions import Op, Test
    from facelint.facts import RECORD_FACTS

    form = Require(Test(RECORD_FACTS[0], Op.PRESENT))
    place = Place("p.yaml", 1, 1)
    every = tuple(
        Rule(f"p/{i}", "p", Texts("t"), RULES[severity], Scope.RECORD, form, place)
        for i, (severity, _) in enumerate(rules)
    )
    pack = Pack("p", Texts("P"), "1", "sha256:0", "p.yaml")
    composed = Policy((pack,), every)
    nothing: dict[Scope, tuple[()]] = dict.fromkeys(Scope, ())
    plan = Plan(policy=composed, as_of=date(2026, 11, 22), rules=nothing, steps=nothing, measures=())
    counts = {i: ANSWERS[answers] for i, (_, answers) in enumerate(rules)} if records else {}
    outcome = Outcome(counts, findings.empty(), things={Scope.RECORD: records})
    info = DatasetInfo("d", "d", ())
    return make_report(plan, outcome, info, limit=10, fail_on=fail_on, hash_key="k", version="0")


@pytest.mark.parametrize(
    ("answers", "verdict", "pack"),
    [
        ("pass", Verdict.PASS, Verdict.PASS),
        ("fail", Verdict.FAIL, Verdict.FAIL),
        ("skip", Verdict.INCOMPLETE, Verdict.NOT_APPLICABLE),
        ("waived", Verdict.PASS, Verdict.PASS),
        ("unsure", Verdict.INCOMPLETE, Verdict.INCOMPLETE),
        ("fail, unsure", Verdict.FAIL, Verdict.FAIL),
        ("skip, unsure", Verdict.INCOMPLETE, Verdict.INCOMPLETE),
        ("pass, skip", Verdict.PASS, Verdict.PASS),
    ],
)
def test_the_verdict_on_one_rule(answers: str, verdict: Verdict, pack: Verdict) -> None:
    report = made([("error", answers)])
    assert (report.verdict, report.packs[0].verdict) == (verdict, pack)
    assert report.exit_code == {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.INCOMPLETE: 3}[verdict]


@pytest.mark.parametrize(("one", "other"), list(product(ANSWERS, repeat=2)))
def test_fail_goes_before_incomplete_and_incomplete_before_pass(one: str, other: str) -> None:
    together = ANSWERS[one], ANSWERS[other]
    report = made([("error", one), ("error", other)])
    if any(counts[1] for counts in together):
        assert report.verdict is Verdict.FAIL
    elif any(counts[4] for counts in together) or one == other == "skip":
        assert report.verdict is Verdict.INCOMPLETE
    else:
        assert report.verdict is Verdict.PASS
    assert report.complete is (report.verdict is not Verdict.INCOMPLETE and not any(counts[4] for counts in together))
    assert bool(report.why) is (report.verdict is Verdict.INCOMPLETE)


@pytest.mark.parametrize("answers", ANSWERS)
def test_a_warning_does_not_count_unless_asked(answers: str) -> None:
    rules = [("error", "pass"), ("warning", answers)]
    assert made(rules).verdict is Verdict.PASS
    asked = made(rules, fail_on=Severity.WARNING).verdict
    assert asked is made([("error", "pass"), ("error", answers)]).verdict


def test_unsure_of_a_warning_is_not_complete_though_it_pass() -> None:
    report = made([("error", "pass"), ("warning", "unsure")])
    assert (report.verdict, report.complete) == (Verdict.PASS, False)


def test_no_records_are_never_green() -> None:
    report = made([("error", "pass")], records=0)
    assert (report.verdict, report.why) == (Verdict.INCOMPLETE, ("the dataset has no records",))


def test_a_ledger_that_does_not_close_is_an_error_and_not_a_report() -> None:
    with pytest.raises(AssertionError, match="the ledger does not close: 2 answers for 5 things"):
        made([("error", "pass")], records=5)
