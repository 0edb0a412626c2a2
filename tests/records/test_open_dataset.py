"""What a path may be, and what dataset it then is."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from facelint.errors import DatasetError, PolicyError
from facelint.records import Dataset, open_dataset

from .helpers import VOCABULARY, flat


def opened(path: Path) -> Dataset:
    return open_dataset(path, VOCABULARY)


def make(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_folder_with_facelint_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "d", facelint_yaml="card: {name: Faces}\nmanifest: lists/m.csv\nconsents: c.csv\n"
         "columns: {path: bild, consent.type: art}", lists__m_csv="bild\na.jpg\n", c_csv="id,art\n1,x\n")  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for path in (Path("d"), Path("d/facelint.yaml"), tmp_path / "d"):
        found = opened(path)
        assert (found.name, found.path) == ("Faces", str(path))
        assert found.root == tmp_path / "d"
        assert found.images == tmp_path / "d" / "lists"
        assert [manifest.name for manifest in found.manifests] == ["lists/m.csv"]
        assert flat(found.manifests[0].batches(["path"]))["path"] == ["a.jpg"]
        assert found.registry is not None
        assert found.registry.name == "c.csv"
        assert found.registry.read(["consent.type"]).columns["consent.type"].to_pylist() == ["x"]
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


@pytest.mark.parametrize("name", ["metadata.csv", "metadata.jsonl", "metadata.parquet", "manifest.ndjson"])
@pytest.mark.parametrize("settings", [None, "policies: [a]"])
def test_an_image_folder(tmp_path: Path, name: str, settings: str | None) -> None:
    make(tmp_path, **{name.replace(".", "_"): ""})
    if settings:
        make(tmp_path, facelint_yaml=settings)
    found = opened(tmp_path)
    assert (found.name, found.root, found.images) == (tmp_path.name, tmp_path, tmp_path)
    assert [manifest.name for manifest in found.manifests] == [name]
    assert found.config.policies == (("a",) if settings else ())


def test_metadata_goes_before_manifest(tmp_path: Path) -> None:
    make(tmp_path, metadata_csv="", manifest_csv="", manifest_jsonl="")
    assert opened(tmp_path).manifests[0].name == "metadata.csv"


def test_a_manifest_replaces_the_one_stated(tmp_path: Path) -> None:
    make(tmp_path, facelint_yaml="card: {version: 2}\nmanifest: gone.csv\nimages: img", x_csv="path\n", img__a_jpg="")
    found = opened(tmp_path / "x.csv")
    assert (found.name, found.manifests[0].name) == ("x", "x.csv")
    assert found.images == tmp_path / "img"
    assert found.card == {"card.version": "2"}


def test_a_manifest_alone(tmp_path: Path) -> None:
    found = opened(make(tmp_path, x_CSV="path\na\n") / "x.CSV")
    assert (found.name, found.root, found.images, found.registry) == ("x", tmp_path, tmp_path, None)
    assert (found.config.path, found.config.name) == (None, None)
    assert flat(found.manifests[0].batches(["path"]))["path"] == ["a"]


def test_a_manifest_outside_the_root(tmp_path: Path) -> None:
    make(tmp_path, d__facelint_yaml="manifest: ../m.csv", m_csv="path\n")
    found = opened(tmp_path / "d")
    assert found.manifests[0].name == "../m.csv"
    assert found.images.samefile(tmp_path)


def refused(path: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        opened(path)
    return str(caught.value).removeprefix(f"{path}: ")


def test_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone") == "does not exist"
    assert refused(tmp_path / "a\0b").endswith("is not a possible path")
    assert refused(tmp_path).startswith("no facelint.yaml and no metadata or manifest file (.csv, .jsonl, ")
    make(tmp_path, metadata_csv="", metadata_parquet="", x_tsv="")
    assert refused(tmp_path).startswith("which is the manifest, metadata.csv or metadata.parquet? Say so")
    assert refused(tmp_path / "x.tsv").startswith("is of no known format; wants one of: .csv, ")
    os.mkfifo(tmp_path / "pipe.csv")
    assert refused(tmp_path / "pipe.csv") == "is not a regular file"
    make(tmp_path / "e", facelint_yaml="card: {}")
    assert refused(tmp_path / "e").startswith("no manifest: in facelint.yaml and no metadata or manifest file")
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "facelint.yaml").symlink_to("gone")
    with pytest.raises(PolicyError, match="cannot be read: No such file"):
        opened(tmp_path / "f")


def test_opening_a_dataset_imports_no_pyarrow(tmp_path: Path) -> None:
    make(tmp_path, metadata_csv="path\n", facelint_yaml="card: {name: x}")
    code = (
        "import sys; from pathlib import Path; from facelint.records import open_dataset\n"
        "from facelint.facts import *\n"
        f"d = open_dataset(Path({str(tmp_path)!r}), Vocabulary.of([*RECORD_FACTS, *CONSENT_FACTS, *CARD_FACTS]))\n"
        "d.manifests[0].digest(); sys.exit('pyarrow' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
