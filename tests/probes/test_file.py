"""What the file system tells of a path, without ever leaving the dataset's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from running import Known, Unsure, jsonl, known, lines

from facelint.files import OUTSIDE, Located, Root, open_regular

FACTS = ("file.exists", "file.inside_root", "file.is_link", "file.readable", "file.size")
HERE = ["true", "true", "false", "true", "3"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset's folder with one file in it, one beside it, and links of every kind."""
    root = tmp_path / "album"
    (root / "a").mkdir(parents=True)
    (root / "a" / "b.jpg").write_bytes(b"abc")
    (tmp_path / "out.jpg").write_bytes(b"out")
    (tmp_path / "albumless").mkdir()
    (tmp_path / "albumless" / "c.jpg").write_bytes(b"c")
    for name, target in {
        "inlink": "a/b.jpg",
        "inlink2": "inlink",
        "dangling": "nowhere",
        "outlink": "../out.jpg",
        "dangling-out": "../nowhere",
        "outfolder": "..",
        "roundabout": "../album/a",
        "self": ".",
        "loop": "pool",
        "pool": "loop",
    }.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "fifo")
    return root


OUT = [Unsure(OUTSIDE), "false", *[Unsure(OUTSIDE)] * 3]


def look(folder: Path, *paths: str) -> list[list[Known]]:
    """For each path, what FACTS are."""
    jsonl(folder / "manifest.jsonl", ({"path": path, "id": 1} for path in paths))
    told = known(folder, FACTS)
    return [[told[name][i] for name in FACTS] for i in range(len(paths))]


@pytest.mark.parametrize(
    "path",
    ["a/b.jpg", "./a/b.jpg", "a//b.jpg", "a/../a/b.jpg", "nowhere/../a/b.jpg", "self/self/a/b.jpg", "roundabout/b.jpg"],
)
def test_a_file_is_found_by_any_path_that_stays_inside(folder: Path, path: str) -> None:
    assert look(folder, path) == [HERE]


@pytest.mark.parametrize(
    "path", ["missing.jpg", "missing/x.jpg", "a/b.jpg/c.jpg", "..\\out.jpg", "~", "~root", "$HOME"]
)
def test_nothing_there_is_a_fact_and_not_a_doubt(folder: Path, path: str) -> None:
    assert look(folder, path) == [["false", "true", "false", "false", Unsure("no such file")]]


@pytest.mark.parametrize("path", ["a", ".", "a/..", "a/", "fifo", "self"])
def test_what_is_no_regular_file_is_no_picture(folder: Path, path: str) -> None:
    exists, inside, _, readable, size = look(folder, path)[0]
    assert [exists, inside, readable] == ["false", "true", "false"]
    assert isinstance(size, Unsure)


def test_links_inside_are_followed_and_told(folder: Path) -> None:
    assert look(folder, "inlink", "inlink2") == [["true", "true", "true", "true", "3"]] * 2
    assert look(folder, "dangling") == [["false", "true", "true", "false", Unsure("no such file")]]


@pytest.mark.parametrize(
    "path",
    [
        "../out.jpg",
        "a/../../out.jpg",
        "../album/a/b.jpg",
        "../albumless/c.jpg",
        "..",
        "/etc/passwd",
        "//etc/passwd",
        "C:\\x.jpg",
        "c:/x.jpg",
        "\\\\server\\x.jpg",
        "https://example.org/x.jpg",
        "file:///etc/passwd",
        "s3://bucket/x.jpg",
        "outlink",
        "dangling-out",
        "outfolder/out.jpg",
        "outfolder/nothing.jpg",
        "outfolder/..",
        "outfolder/albumless/c.jpg",
    ],
)
def test_what_lies_outside_is_never_looked_at(folder: Path, path: str) -> None:
    """Whether a file is there stays unknown: a dataset cannot be used to search the machine that checks it."""
    assert look(folder, path) == [OUT]


def test_the_absolute_path_of_a_file_inside_leaves_too(folder: Path) -> None:
    assert look(folder, str(folder / "a" / "b.jpg")) == [OUT]


@pytest.mark.parametrize("path", ["loop", "loop/x.jpg", "x" * 300 + ".jpg", "x/" * 3000 + "y.jpg"])
def test_what_the_system_refuses_is_unknown(folder: Path, path: str) -> None:
    exists, inside, _, readable, size = look(folder, path)[0]
    assert inside == "true"
    assert all(isinstance(one, Unsure) and "cannot be looked at" in one for one in (exists, readable, size))


def test_a_nul_is_no_path(folder: Path) -> None:
    exists, inside, *_ = look(folder, "a/b.jpg\0.png")[0]
    assert inside == "false"
    assert exists == Unsure("the path holds a NUL")


def test_a_blank_path_names_no_file(folder: Path) -> None:
    none = Unsure("names no file")
    assert look(folder, "", "   ", "a/b.jpg") == [["false", none, none, none, none]] * 2 + [HERE]


def test_without_a_path_column_nothing_is_known(tmp_path: Path) -> None:
    lines(tmp_path / "manifest.csv", ["record_id", "1"])
    assert known(tmp_path, FACTS) == {name: [Unsure("no such column")] for name in FACTS}


def test_a_broken_row_is_unknown_whatever_is_asked(folder: Path) -> None:
    (folder / "manifest.jsonl").write_text('{"path": "a/b.jpg"}\n{"path": \n{"path": "missing.jpg"}\n')
    told = known(folder, FACTS)
    assert [told[name][0] for name in FACTS] == HERE
    assert all(isinstance(told[name][1], Unsure) for name in FACTS)
    assert told["file.exists"] == ["true", told["file.exists"][1], "false"]


def test_the_same_path_in_many_rows_is_looked_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    locate = Root.locate

    def remembered(self: Root, path: str) -> Located:
        asked.append(path)
        return locate(self, path)

    monkeypatch.setattr(Root, "locate", remembered)
    assert look(folder, *["a/b.jpg"] * 50) == [HERE] * 50
    assert asked == ["a/b.jpg"]


def test_the_root_may_itself_be_behind_a_link(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(folder)
    assert look(tmp_path / "elsewhere", "a/b.jpg", "inlink", "outlink") == [
        HERE,
        ["true", "true", "true", "true", "3"],
        OUT,
    ]


def test_images_may_be_any_folder_that_the_user_names(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    lines(data / "manifest.csv", ["path", "a/b.jpg"])
    (data / "facelint.yaml").write_text(f"manifest: manifest.csv\nimages: {folder}\n")
    assert known(data, FACTS) == {name: [value] for name, value in zip(FACTS, HERE, strict=True)}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look anywhere")
def test_a_folder_that_may_not_be_entered_is_unknown(folder: Path) -> None:
    (folder / "a").chmod(0)
    try:
        exists, inside, *_ = look(folder, "a/b.jpg")[0]
    finally:
        (folder / "a").chmod(0o755)
    assert isinstance(exists, Unsure)
    assert inside == "true"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_permission_is_there_and_not_readable(folder: Path) -> None:
    (folder / "a" / "b.jpg").chmod(0)
    assert look(folder, "a/b.jpg") == [["true", "true", "false", "false", "3"]]


def test_only_regular_files_are_opened(folder: Path) -> None:
    """A FIFO put in the place of a file does not hang the run."""
    with open_regular(folder / "a" / "b.jpg") as stream:
        assert stream.read() == b"abc"
    for name in ("fifo", "a", "nowhere", "loop"):
        with pytest.raises(OSError, match=r"regular file|No such|Too many"):
            open_regular(folder / name)


def test_located_keeps_the_name_that_was_asked_for(folder: Path) -> None:
    at = Root.of(folder).locate("inlink")
    assert (at.named, Path(at.path)) == ("inlink", folder.resolve() / "a" / "b.jpg")
