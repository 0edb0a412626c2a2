"""Several manifests in one dataset: stated in a list, or one in each folder of an image folder."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from facelint.errors import DatasetError, PolicyError
from facelint.records import Dataset

from .helpers import flat
from .test_open_dataset import make, opened, refused


def paths(dataset: Dataset) -> list[tuple[str, list[int], list[str]]]:
    """By manifest, its name, its rows and its paths."""
    found = []
    for manifest in dataset.manifests:
        table = flat(manifest.batches(["path"]))
        found.append((manifest.name, table["row"], table["path"]))
    return found


def test_a_list_of_manifests(tmp_path: Path) -> None:
    make(tmp_path, facelint_yaml="manifest: [b/two.jsonl, one.csv]\nimages: img", one_csv="path\nx.jpg\ny.jpg\n",
         b__two_jsonl='{"file_name": "z.jpg"}', img__x_jpg="")  # fmt: skip
    found = opened(tmp_path)
    assert paths(found) == [("b/two.jsonl", [1], ["z.jpg"]), ("one.csv", [2, 3], ["x.jpg", "y.jpg"])]
    assert [manifest.source for manifest in found.manifests] == [0, 1]
    assert [batch.source for batch in found.manifests[1].batches(["path"])] == [1]
    assert found.images == tmp_path / "img"
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


def test_the_images_root_of_a_list(tmp_path: Path) -> None:
    make(
        tmp_path, facelint_yaml="manifest: [a/1.csv, a/2.csv]", a__1_csv="path\n", a__2_csv="path\n", b__3_csv="path\n"
    )
    assert opened(tmp_path).images == tmp_path / "a"
    make(tmp_path, facelint_yaml="manifest: [a/1.csv, b/3.csv]")
    assert opened(tmp_path).images == tmp_path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("manifest: []", "manifest: wants a path or a list of paths, found an empty list"),
        ("manifest: [m.csv, ./m.csv]", 'manifest[1]: "./m.csv" is stated twice'),
        ("manifest: [m.csv, gone.csv]", 'manifest[1]: "gone.csv" does not exist'),
        ("manifest: [m.csv, [m.csv]]", "manifest[1]: wants a path, found a list"),
        ("manifest: [m.csv, {a: b}, '']", "manifest[1]: wants a path, found a mapping"),
    ],
)
def test_refused_lists(tmp_path: Path, text: str, message: str) -> None:
    make(tmp_path, facelint_yaml=text, m_csv="path\n")
    with pytest.raises(PolicyError) as caught:
        opened(tmp_path)
    assert message in str(caught.value)


def test_one_manifest_in_each_folder(tmp_path: Path) -> None:
    make(tmp_path, train__metadata_csv="file_name\na.jpg\n/etc/x.jpg\nhttp://x/y.jpg\n\\\\host\\c.jpg\nC:\\d.jpg\n",
         test__deep__metadata_jsonl='{"file_name": " b.jpg "}\n{"file_name": ""}\n{"file_name": "../c.jpg"}',
         train__notes_csv="path\n", __hidden__metadata_csv="file_name\n")  # fmt: skip
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "metadata.csv").write_text("file_name\nno.jpg\n")
    (tmp_path / "again").symlink_to("train")
    found = opened(tmp_path)
    assert (found.images, found.name) == (tmp_path, tmp_path.name)
    assert paths(found) == [
        ("test/deep/metadata.jsonl", [1, 2, 3], ["test/deep/b.jpg", "", "test/deep/../c.jpg"]),
        ("train/metadata.csv", [2, 3, 4, 5, 6],
         ["train/a.jpg", "/etc/x.jpg", "http://x/y.jpg", "\\\\host\\c.jpg", "C:\\d.jpg"]),
    ]  # fmt: skip
    make(tmp_path, manifest_csv="path\n")
    assert [manifest.name for manifest in opened(tmp_path).manifests] == ["manifest.csv"]


def test_one_folder_alone_keeps_its_name_in_the_paths(tmp_path: Path) -> None:
    make(tmp_path, train__metadata_csv="left_file_name,file_names\na.jpg,b.jpg;c.jpg\n")
    assert paths(opened(tmp_path)) == [("train/metadata.csv", [2] * 3, [f"train/{n}.jpg" for n in "bca"])]


def test_two_in_one_folder_are_refused(tmp_path: Path) -> None:
    make(tmp_path, train__metadata_csv="", train__metadata_jsonl="")
    assert "which is the manifest, metadata.csv or metadata.jsonl?" in refused(tmp_path)


def test_a_stated_images_root_holds_for_folders_in_it(tmp_path: Path) -> None:
    make(tmp_path, facelint_yaml="images: data", data__train__metadata_csv="file_name\na.jpg\n",
         lists__metadata_csv="file_name\nb.jpg\n")  # fmt: skip
    assert [found[2] for found in paths(opened(tmp_path))] == [["train/a.jpg"], ["b.jpg"]]


def test_a_mapped_column_must_be_in_one_manifest_at_least(tmp_path: Path) -> None:
    make(tmp_path, facelint_yaml="manifest: [a.csv, b.csv]\ncolumns: {subject_id: Who}",
         a_csv="path,who,subject_id\n1,x,no\n", b_csv="path,subject_id\n2,y\n")  # fmt: skip
    found = [flat(manifest.batches(["subject_id"]))["subject_id"] for manifest in opened(tmp_path).manifests]
    assert found == [["x"], ["y"]]
    make(tmp_path, facelint_yaml="manifest: [a.csv, b.csv]\ncolumns: {subject_id: whom}")
    for manifest in opened(tmp_path).manifests:
        with pytest.raises(DatasetError, match=r'^[ab].csv: no column "whom" \(for subject_id, by columns:\)'):
            list(manifest.batches(["path"]))
