"""A dataset is judged alike whatever it is held in."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
import yaml
from running import AS_OF, ROOT, environment

import facelint

STUDIO = ROOT / "examples" / "studio-portraits"
MARKET = ROOT / "examples" / "masked-face-market"
POLICY = "essentials"


def stated(folder: Path) -> dict[str, Any]:
    """What `facelint.yaml` says, for a dataset in memory."""
    card = yaml.safe_load((folder / "facelint.yaml").read_text("utf-8"))["card"]
    return {"images": folder / "images", "consents": folder / "consents.csv", "card": card}


def frame(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "manifest.csv", dtype=str)


def answers(report: facelint.Report) -> dict[str, Any]:
    """By rule, how many of each answer; and by rule, what was found of which record."""
    whole = json.loads(report.to_json())
    rules = {rule["id"]: rule["answers"] for rule in whole["rules"]}
    found = sorted(
        (one["rule"], one["record"] or "", one["answer"], one["fact"] or "", one["found"] or "")
        for one in whole["findings"]
    )
    return {"rules": rules, "found": found, "verdict": whole["verdict"]}


@pytest.fixture(scope="module", params=[STUDIO, MARKET], ids=["studio", "market"])
def folder(request: pytest.FixtureRequest) -> Path:
    given: Path = request.param
    return given


@pytest.fixture(scope="module")
def on_disk(folder: Path) -> dict[str, Any]:
    return answers(facelint.check(folder, as_of=AS_OF, policies=POLICY))


class Items:
    """What `torch.utils.data.Dataset` asks of its subclasses."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, at: int) -> Any:
        return self.items[at]


def test_a_frame(folder: Path, on_disk: dict[str, Any]) -> None:
    assert answers(facelint.check(frame(folder), as_of=AS_OF, policies=POLICY, **stated(folder))) == on_disk


def test_a_frame_with_typed_columns_and_a_frame_of_consents(folder: Path, on_disk: dict[str, Any]) -> None:
    typed = pd.read_csv(folder / "manifest.csv").convert_dtypes()
    consents = pd.read_csv(folder / "consents.csv", dtype=str)
    how = stated(folder) | {"consents": consents}
    assert answers(facelint.check(typed, as_of=AS_OF, policies=POLICY, **how)) == on_disk


def test_a_frame_of_absolute_paths(folder: Path, on_disk: dict[str, Any]) -> None:
    rows = frame(folder)
    rows["path"] = [str(folder / "images" / path) for path in rows["path"]]
    assert answers(facelint.check(rows, as_of=AS_OF, policies=POLICY, **stated(folder))) == on_disk


def test_an_arrow_table(folder: Path, on_disk: dict[str, Any]) -> None:
    table = pa.Table.from_pandas(frame(folder), preserve_index=False)
    assert answers(facelint.check(table, as_of=AS_OF, policies=POLICY, **stated(folder))) == on_disk


def test_a_sequence_of_dicts(folder: Path, on_disk: dict[str, Any]) -> None:
    rows = frame(folder).astype(object)
    items = Items([{**row, "pixels": object()} for row in rows.where(rows.notna(), None).to_dict("records")])
    assert answers(facelint.check(items, as_of=AS_OF, policies=POLICY, **stated(folder))) == on_disk


FILES = "id: a, require: {image.gps: false}", "id: b, require: {file.exists: true}"


@pytest.fixture
def of_files(tmp_path: Path) -> Path:
    rules = "".join(f"  - {{{rule}, title: T, severity: error}}\n" for rule in FILES)
    path = tmp_path / "files.yaml"
    path.write_text(f'policy: files\ntitle: T\nversion: "1"\nrules:\n{rules}')
    return path


@pytest.mark.parametrize("wrap", [str, Path, lambda path: (path, 3), lambda path: {"path": path, "x": b"x"}])
def test_a_sequence_of_paths(of_files: Path, wrap: Any) -> None:
    paths = sorted((MARKET / "images" / "album").iterdir())
    report = facelint.check(Items([wrap(path) for path in paths]), policies=of_files, as_of=AS_OF)
    assert report.verdict == "fail"
    failed = report.findings[report.findings.answer == "fail"]
    assert list(failed.path) == ["0014.jpg"]
    assert list(failed.row) == [1]


def test_a_column_of_paths_that_columns_names(of_files: Path) -> None:
    rows = pd.DataFrame({"wo": ["s-001-bare.jpg", "nowhere.jpg"]})
    report = facelint.check(rows, policies=of_files, images=STUDIO / "images", columns={"path": "wo"})
    assert list(report.findings.path) == ["nowhere.jpg", "nowhere.jpg"]


def test_what_is_no_text_breaks_its_record_alone(of_files: Path) -> None:
    rows = pd.DataFrame({"path": ["s-001-bare.jpg", "\udcff.jpg"], "n": [1, "one"]}, dtype=object)
    report = facelint.check(rows, policies=of_files, images=STUDIO / "images")
    assert report.verdict == "incomplete"
    assert list(report.findings.row) == [2, 2]
    assert set(report.findings.answer) == {"unsure"}


def test_a_path_out_of_the_images_root(of_files: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.jpg"
    outside.write_bytes((STUDIO / "images" / "s-001-bare.jpg").read_bytes())
    report = facelint.check([str(outside)], policies=of_files, images=STUDIO / "images")
    assert report.verdict == "incomplete"
    assert {*report.findings.reason} == {"leads out of the dataset's folder"}


class Broken(Items):
    def __getitem__(self, at: int) -> Any:
        raise RuntimeError("no such luck")


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        (Broken([1]), "item 0 cannot be read (RuntimeError)"),
        (Items([object()]), "item 0 gives no path"),
        ({"train": []}, "a dict is no dataset"),
        (7, "a int is no dataset"),
        (iter([]), "is no dataset"),
        (pd.DataFrame([[1, 2]], columns=["path", "path"]), "columns 1 and 2 have the same name"),
        ("nowhere", "nowhere: does not exist"),
    ],
)
def test_what_is_no_dataset(dataset: Any, said: str) -> None:
    with pytest.raises(facelint.UserError, match=said.replace("(", r"\(").replace(")", r"\)")):
        facelint.check(dataset)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"as_of": "soon"}, "a date is wanted"),
        ({"as_of": 7}, "a date is wanted"),
        ({"horizon": -1}, "a number of days is wanted"),
        ({"horizon": 10**9}, "a number of days is wanted"),
        ({"fail_on": "fatal"}, "one of note, warning, error is wanted"),
        ({"policies": "essentail"}, "essentials"),
        ({"params": {"nothing": 1}}, "no loaded policy has such a param"),
        ({"images": "nowhere"}, "no such folder of images"),
        ({"consents": "nowhere.csv"}, "does not exist"),
        ({"card": {"nme": "x"}}, 'did you mean "name"'),
        ({"columns": {"path": "nowhere"}}, 'no column "nowhere"'),
    ],
)
def test_a_mistake_in_what_is_asked(how: dict[str, Any], said: str) -> None:
    with pytest.raises(facelint.UserError, match=said):
        facelint.check(pd.DataFrame({"path": ["a.jpg"]}), **how)


def test_what_facelint_yaml_says_is_not_said_twice() -> None:
    with pytest.raises(facelint.UserError, match=r"card, columns: of a dataset on disk, facelint\.yaml says that"):
        facelint.check(STUDIO, card={}, columns={})


def test_an_unknown_keyword() -> None:
    with pytest.raises(TypeError, match="polices"):
        facelint.check(STUDIO, polices="essentials")  # type: ignore[call-arg]


@pytest.mark.parametrize("day", ["2026-11-22", datetime.date(2026, 11, 22), datetime.datetime(2026, 11, 22, 9)])
def test_a_day_may_be_a_date_or_its_text(day: Any) -> None:
    assert json.loads(facelint.check(STUDIO, as_of=day, policies=POLICY).to_json())["as_of"] == AS_OF


def test_a_param_that_is_a_list(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        'policy: own\ntitle: T\nversion: "1"\nparams: {kinds: [a, b]}\nrules:\n'
        "  - {id: r, title: T, severity: error, require: {source_name: {in: {param: kinds}}}}\n"
    )
    rows = pd.DataFrame({"path": ["a.jpg"], "source_name": ["c, d"]})
    assert facelint.check(rows, policies=own).verdict == "fail"
    assert facelint.check(rows, policies=own, params={"kinds": ["x", "c, d"]}).verdict == "pass"


def loaded(code: str) -> set[str]:
    """The modules of a fresh process after the code."""
    whole = f"import sys\n{code}\nprint(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, env=environment(), check=True)
    return set(ended.stdout.split())


def test_the_package_imports_nothing_before_it_is_asked() -> None:
    assert not loaded("import facelint; facelint.__version__") & {"pyarrow", "numpy", "yaml", "facelint.api"}
    assert {"facelint.api", "pyarrow"} <= loaded("from facelint import check")


def test_a_check_imports_neither_torch_nor_datasets() -> None:
    code = f"import facelint; facelint.check({[str(STUDIO / 'images' / 's-002.jpg')]!r}, policies='file-privacy')"
    assert not loaded(code) & {"torch", "datasets"}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    was = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(was)


def test_relative_paths_are_of_the_current_folder(of_files: Path, elsewhere: Path) -> None:
    (elsewhere / "a.jpg").write_bytes((STUDIO / "images" / "s-001-bare.jpg").read_bytes())
    assert facelint.check(["a.jpg"], policies=of_files).verdict == "pass"
