"""A hundred thousand manifest rows under every shipped pack: the whole run, and what each rule adds to it.

    python benchmarks/shipped_rules.py [--rows 100000] [--all]

The rules are those of all packs that need no file. The floor is reading the columns that they name with Arrow.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow.csv

from facelint import policy_file, probes, run
from facelint.facts import Cost
from facelint.files import Root
from facelint.judge import judge
from facelint.plan import make_plan, measure_facts, rule_facts
from facelint.policy import Policy, Rule, Scope
from facelint.probes import Context
from facelint.records import open_dataset
from facelint.redact import Redactor

STUDIO = Path(__file__).parent.parent / "examples" / "studio-portraits"
DAY = date(2026, 11, 22)


def dataset(folder: Path, rows: int) -> None:
    """The records of the careful studio over and over; of every fifty, one each lacks what some rule asks for."""
    with (STUDIO / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        records = list(csv.DictReader(stream))
    flaws = (
        {"consent_id": "nobody"}, {"source_type": ""}, {"license": ""}, {"lawful_basis": "research"},
        {"subject_age": "12"}, {"source_type": "web_crawl_public"}, {"price": "0.2", "currency": "CNY"},
        {"source_dataset": "MS-Celeb-1M (cleaned)"}, {"retention_until": "2026-01-01"}, {"storage_region": "US"},
    )  # fmt: skip
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(records[0]))
        writer.writeheader()
        for number in range(rows):
            record = {**records[number % len(records)], "record_id": f"{number:07}", "path": f"{number:07}.jpg"}
            writer.writerow({**record, **(flaws[number % 50] if number % 50 < len(flaws) else {})})
    (folder / "images").mkdir()
    for name in ("consents.csv", "facelint.yaml"):
        (folder / name).write_bytes((STUDIO / name).read_bytes())


def needs_no_file(rule: Rule) -> bool:
    facts = [*rule_facts(rule), *(fact for measure in rule.measures.values() for fact in measure_facts(measure))]
    return all(fact.cost is Cost.NONE and not fact.name.startswith("consent.evidence") for fact in facts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--all", action="store_true", help="a line for every rule; else for the ten dearest")
    asked = parser.parse_args()
    loaded = policy_file.load(list(policy_file.primary()), probes.vocabulary())
    policy = replace(loaded, rules=tuple(filter(needs_no_file, loaded.rules)))
    with tempfile.TemporaryDirectory(prefix="facelint-bench-") as name:
        folder = Path(name)
        dataset(folder, asked.rows)
        whole(folder, policy, asked.rows, len(loaded.rules))
        each(folder, policy, asked.rows, asked.all)


def whole(folder: Path, policy: Policy, rows: int, shipped: int) -> None:
    start = time.perf_counter()
    pyarrow.csv.read_csv(folder / "manifest.csv")
    floor = time.perf_counter() - start
    start = time.perf_counter()
    report = run.check(open_dataset(folder, probes.vocabulary()), policy, run.Options(DAY, Redactor(b"k" * 32)))
    took = time.perf_counter() - start
    print(f"{rows:,} rows, {len(policy.rules)} rules of {shipped} (those that need no file), {len(policy.packs)} packs")
    print(f"verdict {report.verdict.value}, {sum(map(sum, (rule.counts for rule in report.rules))):,} answers")
    print(f"reading the manifest with Arrow (floor)  {floor:6.2f} s")
    print(f"check                                    {took:6.2f} s  {took / floor:5.1f} × floor")
    print(f"a rule                                   {took / len(policy.rules) * 1000:6.1f} ms, all told")


def each(folder: Path, policy: Policy, rows: int, every: bool) -> None:
    """Judging alone, on facts that are known."""
    data = open_dataset(folder, probes.vocabulary())
    plan = make_plan(policy, probes.with_columns(policy.columns), DAY)
    context = Context(DAY, DAY + timedelta(0), Root.of(data.images), dict(data.card))
    context.registry = run._registry(data, plan)
    batches = list(run._records(data, plan, context))
    redactor = Redactor(b"k" * 32)
    took: dict[str, float] = {}
    for index in plan.rules[Scope.RECORD]:
        alone = replace(plan, rules={scope: (index,) if scope is Scope.RECORD else () for scope in Scope}, measures=(),
                        gatherers=())  # fmt: skip
        start = time.perf_counter()
        for things in batches:
            judge(alone, things, redactor)
        took[plan.rule(index).id] = time.perf_counter() - start
    print(f"\njudging alone, {len(took)} record rules: {sum(took.values()):.2f} s, "
          f"median {sorted(took.values())[len(took) // 2] / rows * 1e9:.0f} ns a row; ns a row of")  # fmt: skip
    dearest = sorted(took, key=lambda rule: -took[rule])
    for rule in dearest if every else dearest[:10]:
        print(f"  {rule:45} {took[rule] / rows * 1e9:7.0f}")


if __name__ == "__main__":
    main()
