"""Law 5, first form: no manifest, registry or policy ends in a traceback, or in a personal value in any output."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from facelint import cli
from facelint.formats import FORMATS

from .datasets import Cell, Sheet, picture, sheets

POLICY = """
policy: leak
title: Rules that fail on personal facts in every way
version: "1"
measures:
  youngest: {min: subject_age}
  oldest: {max: subject_age, where: {subject_id: present}}
  years: {sum: subject_age}
  people: {distinct: subject_id}
  named: {share: {labels: {contains: nobody}}}
rules:
  - {id: subject, title: t, severity: error, require: {subject_id: {starts_with: nobody}}}
  - {id: subject-in, title: t, severity: error, require: {subject_id: {in: [nobody, no one]}}}
  - {id: age, title: t, severity: error, require: {subject_age: {lt: 18, is_not: 3}}}
  - {id: age-price, title: t, severity: warning, require: {price: {ge: {fact: subject_age}}}}
  - {id: labels, title: t, severity: error, require: {labels: {within: [smile]}}}
  - {id: label, title: t, severity: error, require: {labels: {contains: {fact: subject_id}}}}
  - {id: same, title: t, severity: error, require: {subject_id: {fact: consent.subject_id}}}
  - {id: same-text, title: t, severity: error, require: {source_name: {fact: consent.id}}}
  - {id: no-guardian, title: t, severity: error, require: {consent.guardian_id: absent, consent.status: given}}
  - {id: not-id, title: t, severity: error, require: {not: {any: [{consent_id: {matches: ".*"}}, {labels: present}]}}}
  - {id: found, title: t, severity: error, require: {consent.found: true, consent.active: true}}
  - {id: once, title: t, severity: error, unique: [subject_id, consent_id]}
  - {id: one-label, title: t, severity: error, unique: [labels]}
  - {id: one-consent, title: t, severity: error, agree: {on: consent_id, within: subject_id}}
  - {id: one-age, title: t, severity: error, agree: {on: subject_age, within: [path]}}
  - {id: row, title: t, severity: error, scope: consent, require: {consent.subject_id: nobody, consent.id: absent}}
  - {id: row-once, title: t, severity: error, scope: consent, unique: [consent.subject_id]}
  - {id: row-agrees, title: t, severity: error, scope: consent,
     agree: {on: consent.guardian_id, within: consent.subject_id}}
  - {id: nothing-personal, title: t, severity: error, require: {pii.kinds: absent, pii.in: absent}}
  - {id: used, title: t, severity: error, scope: consent, require: {consent.used_by: {ge: 9}}}
  - {id: ages, title: t, severity: error, scope: dataset,
     require: {all: [{measure.youngest: {gt: 3}}, {measure.oldest: {lt: 18}}]}}
  - {id: oldest, title: t, severity: error, scope: dataset, require: {measure.oldest: {lt: 18}}}
  - {id: years, title: t, severity: error, scope: dataset, require: {measure.years: {fact: measure.oldest}}}
  - {id: people, title: t, severity: note, scope: dataset, require: {measure.people: 0, measure.named: 0.5}}
  - {id: source, title: t, severity: error, require: {source_type: present, lawful_basis: consent}}
  - {id: file, title: t, severity: error, require: {file.exists: true, image.format: jpeg}}
"""
MARK = "Zq7secretXw"
"""Stands in every personal value, and nowhere else."""
AGE = "314159265"
"""An age that nobody has, so that it is seen where it leaks."""

_HOSTILE = (
    "{}", "={}", "+1{}", "@SUM({})", "\u202e{}", "\x1b[31m{}", "{}\n{}", "<b>{}</b>", "::error::{}", "{}\x00x",
    "{}" + "y" * 500, "y" * 100 + "{}", '"{}', "{},{}", "{};{}", '["{}", "{}"]', "{{{}: 1}}", "[{}]", "\ufeff{}",
    "{}\r", "caf\u00e9 {}", "{}\u2028", "nan {}", '["\\ud800{}"]', "https://x/{}",
)  # fmt: skip

personal: st.SearchStrategy[Cell] = st.one_of(
    st.builds(lambda form, n: form.replace("{}", f"{MARK}{n}"), st.sampled_from(_HOSTILE), st.integers(0, 3)),
    st.sampled_from(("", None)),
)
ages: st.SearchStrategy[Cell] = st.sampled_from((AGE, f"{AGE}.0", f"{AGE}{MARK}", f"-{AGE}", "17", "", None))


def some(*cells: Cell) -> st.SearchStrategy[Cell]:
    return st.sampled_from(cells)


wild: st.SearchStrategy[Cell] = st.one_of(
    some(
        "given", "a.jpg", "a\x1b[2Jb", "=1+1", "\u202egpj.exe", "../../etc/passwd", "/etc/passwd", "x" * 3000, "", None
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)

RECORDS = sheets(
    {
        "path": wild, "record_id": wild, "source_name": wild, "source_type": wild, "lawful_basis": wild, "price": wild,
        "synthetic": wild, "full_name": personal,
        "phone": wild, "subject_id": personal, "subject_age": ages, "consent_id": personal, "labels": personal,
    },
    always=("path", "subject_id", "subject_age"), most=5,
)  # fmt: skip
CONSENTS = sheets(
    {
        "id": personal, "subject_id": personal, "guardian_id": personal, "status": wild, "given_at": wild,
        "valid_until": some("2026-12-31", "x"), "evidence_path": wild,
    },
    always=("id", "subject_id"), most=4,
)  # fmt: skip
OPTIONS: list[list[str]] = [
    [],
    *(["--format", name] for name in FORMATS),
    ["--fail-on", "note"],
    ["--exit-zero"],
    ["--as-of", "2026-11-22"],
]


@settings(max_examples=max(settings().max_examples // 2, 1))
@given(RECORDS, st.one_of(st.none(), CONSENTS), st.sampled_from(OPTIONS), st.sampled_from(("jsonl", "csv", "parquet")))
def test_no_personal_value_leaves(records: Sheet, consents: Sheet | None, options: list[str], kind: str) -> None:
    with dataset(records, consents) as folder:
        told = program(folder, [*options, "--findings", str(folder / f"found.{kind}")])
        told += program(folder, ["--policy", "essentials", *options])
        for output in (*told, *written(folder, kind)):
            assert MARK not in output
            assert AGE not in output


@settings(max_examples=max(settings().max_examples // 4, 1))
@given(RECORDS, st.sampled_from((b"", b"\xff", b"\0")), st.integers(0, 2**16), st.booleans())
def test_damaged_files_end_well_and_leak_nothing(records: Sheet, byte: bytes, at: int, cut: bool) -> None:
    """A byte that is lost or no text, or the end of the file missing, anywhere after the header.

    Of rows with as many cells as the header: one cell too many and one comma lost make a row that looks sound, and
    nothing tells then that its cells stand under other headers.
    """
    assume(all(len(row) == len(records.header) for row in records.rows))
    with dataset(records, None) as folder:
        (manifest,) = folder.glob("metadata.*")
        data = manifest.read_bytes()
        head = data.find(b"\n") + 1 if records.format == "csv" else 0
        place = head + at % max(len(data) - head, 1)
        manifest.write_bytes(data[:place] if cut else data[:place] + (byte or b" ") + data[place + 1 :])
        for output in program(folder, []):
            assert MARK not in output
            assert AGE not in output


@settings(max_examples=10)
@given(RECORDS, CONSENTS)
def test_revealing_runs_end_well_too(records: Sheet, consents: Sheet) -> None:
    with dataset(records, consents) as folder:
        program(folder, ["--reveal"])


def test_the_marks_would_be_seen(tmp_path: Path) -> None:
    sheet = Sheet(["path", "subject_id", "subject_age"], [["a.jpg", f"{MARK}1", AGE]], "csv")
    with dataset(sheet, None) as folder:
        out = program(folder, ["--reveal"])[0]
        assert MARK in out
        assert AGE in out


@contextmanager
def dataset(records: Sheet, consents: Sheet | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "leak.yaml").write_text(POLICY, encoding="utf-8")
        (folder / "key").write_bytes(b"a key for tests, of enough bytes")
        picture(folder / "a.jpg")
        records.write(folder, "metadata")
        config = f"consents: {consents.write(folder, 'consents').name}\n" if consents else ""
        (folder / "facelint.yaml").write_text(config + "policies: [leak.yaml]\n", encoding="utf-8")
        yield folder


def program(folder: Path, options: Sequence[str]) -> list[str]:
    """What `facelint check` writes to stdout, stderr and its report, having ended as it may."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = ["facelint", "check", str(folder), "--hash-key-file", str(folder / "key"), "--output", f"json={report}"]
    code, out, err = called(cli.run, [*command, *options])
    assert code in (0, 1, 2, 3), (code, err)
    assert "Traceback" not in out + err
    assert "internal error" not in err, err
    assert (code == 2) == bool(err), (code, err)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out + err)
    return [out, err] + ([report.read_text(encoding="utf-8")] if report.exists() else [])


def called(run: Callable[[], int], command: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    arguments = sys.argv
    sys.argv = command
    try:
        with redirect_stdout(out), redirect_stderr(err):
            return run(), out.getvalue(), err.getvalue()
    finally:
        sys.argv = arguments


def written(folder: Path, kind: str) -> list[str]:
    """The text of a findings file, where the run came so far."""
    path = folder / f"found.{kind}"
    if not path.exists():
        return []
    return [str(pq.read_table(path).to_pylist()) if kind == "parquet" else path.read_text(encoding="utf-8")]
