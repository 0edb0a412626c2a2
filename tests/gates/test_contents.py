"""Which files are attested, and which make it impossible."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import ROOT

from facelint import probes
from facelint.errors import DatasetError
from facelint.gates.contents import contents
from facelint.gates.hashing import BUFFER, digests
from facelint.records import open_dataset

from .helpers import CONFIGURATION, dataset


def names(folder: Path) -> list[str]:
    return [os.fsdecode(entry.name) for entry in contents(open_dataset(folder, probes.vocabulary())).entries]


USUAL = [
    "configuration/facelint.yaml",
    "consents/consents.csv",
    "evidence/proof/1.txt",
    "images/a.jpg",
    "images/b/c.jpg",
    "images/b/é 1.png",
    "manifests/0/manifest.csv",
]


def test_every_file_by_what_it_is(tmp_path: Path) -> None:
    assert names(dataset(tmp_path)) == USUAL


def test_files_that_no_record_names(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (folder / "images" / ".hidden").write_bytes(b"")
    (folder / "images" / "deep" / "er").mkdir(parents=True)
    (folder / "images" / "deep" / "er" / "x.txt").write_bytes(b"")
    (folder / "README.md").write_bytes(b"")
    assert set(names(folder)) - set(USUAL) == {"images/.hidden", "images/deep/er/x.txt"}


def test_a_dataset_may_be_moved(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "one")
    before = names(folder)
    (tmp_path / "two").mkdir()
    assert names(folder.rename(tmp_path / "two" / "else")) == before


def test_an_image_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"a")
    (tmp_path / "metadata.csv").write_text("file_name\na.jpg\n")
    assert names(tmp_path) == ["images/a.jpg", "images/metadata.csv", "manifests/0/metadata.csv"]
    assert names(tmp_path / "metadata.csv") == names(tmp_path)


def test_several_manifests_of_one_name(tmp_path: Path) -> None:
    for part in ("train", "test"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "metadata.csv").write_text("file_name\n")
    assert [name for name in names(tmp_path) if name.startswith("manifests")] == [
        "manifests/0/metadata.csv",
        "manifests/1/metadata.csv",
    ]


def test_consents_in_a_folder_and_beside_the_pictures(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (folder / "consents").mkdir()
    (folder / "consents" / "1.json").write_text('{"consent_id": "c-1", "evidence_path": "p/1.txt"}')
    (folder / "consents" / "p").mkdir()
    (folder / "consents" / "p" / "1.txt").write_text("signed")
    (folder / "facelint.yaml").write_text("images: images\nmanifest: manifest.csv\nconsents: consents\n")
    assert {"consents/1.json", "consents/p/1.txt", "evidence/p/1.txt"} <= set(names(folder))
    (folder / "images" / "a.jpg.consent.json").write_text('{"consent_id": "c-1"}')
    (folder / "facelint.yaml").write_text("images: images\nmanifest: manifest.csv\nconsents: sidecar\n")
    assert [name for name in names(folder) if "consent" in name] == ["images/a.jpg.consent.json"]


def test_evidence_never_leads_out_of_the_registrys_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = dataset(tmp_path / "set")
    (folder / "link.txt").symlink_to("../secret.txt")
    rows = ("../secret.txt", str(tmp_path / "secret.txt"), "link.txt", "proof", "proof/../proof/1.txt")
    (folder / "consents.csv").write_text("consent_id,evidence_path\n" + "".join(f"c,{row}\n" for row in rows))
    assert [name for name in names(folder) if name.startswith("evidence")] == ["evidence/proof/../proof/1.txt"]


@pytest.mark.parametrize("cell", [None, "", " ", "n/a", ["proof/1.txt"], 5, {"a": "b"}, "a\0b", "\ud800", "x" * 9000])
def test_cells_that_name_no_evidence(tmp_path: Path, cell: object) -> None:
    folder = dataset(tmp_path)
    rows = [{"consent_id": "1", "evidence_path": cell}, {"consent_id": "2", "evidence_path": "proof/1.txt"}]
    (folder / "consents.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (folder / "facelint.yaml").write_text(CONFIGURATION.replace("consents.csv", "consents.jsonl"))
    assert [name for name in names(folder) if name.startswith("evidence")] == ["evidence/proof/1.txt"]


def test_a_registry_of_another_shape(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    for text in ("consent_id\n1\n", "consent_id,evidence_path\n", "evidence_path\nproof/1.txt\n"):
        (folder / "consents.csv").write_text(text)
        assert ("evidence/proof/1.txt" in names(folder)) == text.endswith("txt\n")


@pytest.mark.parametrize("example", sorted(path.parent.name for path in (ROOT / "examples").glob("*/facelint.yaml")))
def test_every_example_can_be_attested(example: str) -> None:
    entries = contents(open_dataset(ROOT / "examples" / example, probes.vocabulary())).entries
    evidence = {entry.name for entry in entries if entry.name.startswith(b"evidence/")}
    on_disk = (ROOT / "examples" / example / "evidence").rglob("*")
    assert evidence <= {b"evidence/evidence/" + os.fsencode(path.name) for path in on_disk}
    assert len(digests(entries)) == len(entries) > 3


def test_a_link_stands_for_a_file_of_the_folder(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (folder / "images" / "link.jpg").symlink_to("b/c.jpg")
    entries = contents(open_dataset(folder, probes.vocabulary())).entries
    found = dict(zip((entry.name for entry in entries), digests(entries), strict=True))
    assert found[b"images/link.jpg"] == found[b"images/b/c.jpg"]


def test_the_images_root_itself_may_be_a_link(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (folder / "images").rename(tmp_path / "elsewhere")
    (folder / "images").symlink_to("elsewhere")
    assert names(folder) == USUAL


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket is short
        try:
            one.bind(path.name)
        finally:
            os.chdir(here)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.symlink_to("../manifest.csv"), "is a link that leads out of the folder"),
        (lambda path: path.symlink_to("/etc"), "is a link that leads out of the folder"),
        (lambda path: path.symlink_to("../images-2/x"), "is a link that leads out of the folder"),
        (lambda path: path.symlink_to("nothing"), "is a link that leads nowhere"),
        (lambda path: path.symlink_to("x.jpg"), "is a link that leads nowhere"),
        (lambda path: path.symlink_to("."), "is a link to a folder"),
        (lambda path: path.symlink_to("b"), "is a link to a folder"),
        (os.mkfifo, "is not a regular file"),
        (a_socket, "is not a regular file"),
    ],
)
def test_what_cannot_be_attested(tmp_path: Path, make: Callable[[Path], object], reason: str) -> None:
    folder = dataset(tmp_path)
    make(folder / "images" / "x.jpg")
    with pytest.raises(DatasetError, match=rf"\Aimages/x\.jpg: {reason}"):
        names(folder)


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    odd = os.fsencode(folder / "images") + b"/\xff\n.jpg"
    with open(odd, "wb") as stream:  # noqa: PTH123 -- a Path cannot be of bytes
        stream.write(b"x")
    entries = contents(open_dataset(folder, probes.vocabulary())).entries
    assert b"images/\xff\n.jpg" in [entry.name for entry in entries]
    assert len(digests(entries)) == len(entries)
    os.unlink(odd)  # noqa: PTH108
    os.mkfifo(odd)
    with pytest.raises(DatasetError, match=r"\Aimages/\\xff"):
        names(folder)


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = dataset(tmp_path)

    def scan(path: bytes) -> object:
        if path.endswith(b"/b"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    listed = os.scandir
    monkeypatch.setattr(os, "scandir", scan)
    with pytest.raises(DatasetError, match=r"\Aimages/b: cannot be read \(Permission denied\)\Z"):
        names(folder)


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = contents(open_dataset(dataset(tmp_path), probes.vocabulary())).entries
    opened = os.open

    def refuse(path: bytes, flags: int) -> int:
        if path.endswith(b"c.jpg"):
            raise PermissionError(13, "Permission denied", path)
        return opened(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(DatasetError, match=r"\Aimages/b/c\.jpg: cannot be read \(Permission denied\)\Z"):
        digests(entries)


@pytest.mark.parametrize("what", ["grown", "replaced", "a link", "a pipe", "gone", "a folder"])
def test_a_file_that_is_another_than_was_listed(tmp_path: Path, what: str) -> None:
    folder = dataset(tmp_path)
    entries = contents(open_dataset(folder, probes.vocabulary())).entries
    target = folder / "images" / "a.jpg"
    if what == "grown":
        target.write_bytes(b"first and more")
    else:
        target.unlink()
    if what == "replaced":
        (folder / "new").write_bytes(b"first")
        (folder / "new").rename(target)
    elif what == "a link":
        target.symlink_to("b/c.jpg")
    elif what == "a pipe":
        os.mkfifo(target)
    elif what == "a folder":
        target.mkdir()
    with pytest.raises(DatasetError, match=r"\Aimages/a\.jpg: (changed while|cannot be read)"):
        digests(entries)


def test_a_file_that_is_shorter_than_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = contents(open_dataset(dataset(tmp_path), probes.vocabulary())).entries
    monkeypatch.setattr(os, "readv", lambda *_: 0)
    with pytest.raises(DatasetError, match="changed while the dataset was being read"):
        digests(entries)


def test_a_manifest_that_is_gone_since_the_dataset_was_opened(tmp_path: Path) -> None:
    opened = open_dataset(dataset(tmp_path), probes.vocabulary())
    (tmp_path / "manifest.csv").unlink()
    with pytest.raises(DatasetError, match=r"\Amanifests/0/manifest\.csv: cannot be read"):
        contents(opened)


@given(st.sampled_from([0, 1, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER + 7]), st.integers(1, 5))
def test_digests_are_those_of_hashlib(tmp_path_factory: pytest.TempPathFactory, size: int, threads: int) -> None:
    folder = tmp_path_factory.mktemp("many")
    data = {f"{i:03}.jpg": os.urandom(3) + bytes(max(0, size - 3 + i % 3)) for i in range(70)}
    for name, content in data.items():
        (folder / name).write_bytes(content)
    (folder / "metadata.csv").write_text("file_name\n")
    entries = contents(open_dataset(folder, probes.vocabulary())).entries
    found = dict(zip((entry.name.decode() for entry in entries), digests(entries, threads), strict=True))
    assert all(found[f"images/{name}"] == hashlib.sha256(content).digest() for name, content in data.items())
