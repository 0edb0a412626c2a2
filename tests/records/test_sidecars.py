"""Consents beside the pictures: read as one registry, and joined to the records whose pictures they stand beside."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from running import AS_OF, Unsure, facelint, known, policy

from facelint.records import Dataset, open_dataset

from .helpers import VOCABULARY
from .test_consent_standards import ISO, TYPES, told

FOUND, ACTIVE, ID = "consent.found", "consent.active", "consent_id"
GIVEN = {"consent_id": "c", "status": "given", "given_at": "2026-01-01", "valid_until": "", "subject_id": ""}


def dataset(folder: Path, rows: Iterable[str], sidecars: dict[str, Any], head: str = "path") -> Path:
    (folder / "manifest.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    (folder / "facelint.yaml").write_text("manifest: manifest.csv\nimages: img\nconsents: sidecar\n", encoding="utf-8")
    (folder / "img").mkdir()
    for name, item in sidecars.items():
        path = folder / "img" / f"{name}.consent.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(item if isinstance(item, bytes) else json.dumps(item).encode())
    return folder


def opened(folder: Path) -> Dataset:
    return open_dataset(folder, VOCABULARY)


def test_they_are_a_registry(tmp_path: Path) -> None:
    dataset(tmp_path, [], {"b.jpg": GIVEN, "a/a": ISO, "c.jpg": GIVEN, "d.jpg": b"{", "x": {"status": "given"}})
    (tmp_path / "img" / "other.json").write_text("{}")
    registry = opened(tmp_path).registry
    assert registry is not None
    assert registry.name == "img/*.consent.json"
    assert [name for name, _ in registry.files()] == [
        f"{name}.consent.json" for name in ("a/a", "b.jpg", "c.jpg", "d.jpg", "x")
    ]
    table = registry.read(TYPES)
    assert [row.get("consent.id") for row in told(table)] == ["6f1c", "c", None, "x.consent.json"]
    assert table.rows.to_pylist() == [1, 2, 4, 5]
    assert table.broken is not None
    assert table.broken.to_pylist() == [None, None, "file is not valid JSON", None]
    assert table.folder == tmp_path / "img"
    assert [table.row_beside(p) for p in ("a/a.jpg", "b.jpg", "./c.jpg", "a/../b.jpg", "d.jpg", "x.png", "y", "")] == [
        0, 1, 1, 1, 2, 3, None, None,
    ]  # fmt: skip
    before = registry.digest()
    (tmp_path / "img" / "other.json").write_text("[]")
    assert registry.digest() == before
    (tmp_path / "img" / "x.consent.json").write_text("{}")
    assert registry.digest() != before


def test_they_are_joined_by_their_place(tmp_path: Path) -> None:
    rows = ["a.jpg,", "sub/b.jpg,", "c.jpg,other", "d.jpg,", "a.png,", ",odd", "a.jpg,n/a"]
    sidecars = {"a.jpg": GIVEN, "sub/b": {**GIVEN, "consent_id": "b"}, "c.jpg": {**GIVEN, "consent_id": "mine"},
                "q": {**GIVEN, "consent_id": "other"}}  # fmt: skip
    facts = known(dataset(tmp_path, rows, sidecars, "path,consent_id"), [FOUND, ACTIVE, ID])
    assert facts == {
        FOUND: ["true", "true", "true", "false", "false", "false", "true"],
        ACTIVE: ["true", "true", "true", "false", "false", "false", "true"],
        ID: ["c", "b", "other", None, None, "odd", "c"],
    }


def test_without_a_column_of_ids(tmp_path: Path) -> None:
    facts = known(dataset(tmp_path, ["a.jpg", "b.jpg"], {"a.jpg": GIVEN}), [FOUND, "consent.type"])
    assert facts[FOUND] == ["true", "false"]


def test_a_rule_that_names_only_the_id_sees_them_too(tmp_path: Path) -> None:
    dataset(tmp_path, ["a.jpg", "b.jpg"], {"a.jpg": GIVEN})
    own = policy(tmp_path, "id: r, require: {consent_id: present}")
    ended = facelint("check", tmp_path, "--policy", own, "--as-of", AS_OF, "--format", "json")
    assert ended.json["rules"][0]["answers"] == {"pass": 1, "fail": 1, "skip": 0, "waived": 0, "unsure": 0}


def test_one_that_cannot_be_read_is_a_doubt_and_not_a_lack(tmp_path: Path) -> None:
    facts = known(dataset(tmp_path, ["a.jpg", "b.jpg"], {"a.jpg": b"{"}), [FOUND, ACTIVE])
    assert facts[FOUND] == [Unsure("the consent beside the picture: file is not valid JSON"), "false"]


def test_copies_are_one_consent_and_others_of_its_id_are_not(tmp_path: Path) -> None:
    """One consent for several pictures stands beside each of them."""
    rows = ["a.jpg", "b.jpg"]
    (tmp_path / "same").mkdir()
    same = dataset(tmp_path / "same", rows, {"a.jpg": GIVEN, "b.jpg": GIVEN})
    assert known(same, [FOUND])[FOUND] == ["true", "true"]
    assert known(same, ["consent.used_by"], scope="consent")["consent.used_by"] == ["2"]
    (tmp_path / "other").mkdir()
    other = dataset(tmp_path / "other", rows, {"a.jpg": GIVEN, "b.jpg": {**GIVEN, "status": "withdrawn"}})
    assert known(other, [FOUND])[FOUND] == ["false", "false"]


def test_links_and_names_in_other_forms(tmp_path: Path) -> None:
    dataset(tmp_path, ["é.jpg", "l.jpg", "out.jpg", "f/p.jpg"], {"a": GIVEN})
    name = unicodedata.normalize("NFD", "é.jpg.consent.json")
    (tmp_path / "img" / name).write_text(json.dumps({**GIVEN, "consent_id": "e"}), encoding="utf-8")
    (tmp_path / "img" / "l.jpg.consent.json").symlink_to("a.consent.json")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "p.consent.json").write_text(json.dumps({**GIVEN, "consent_id": "s"}), encoding="utf-8")
    (tmp_path / "img" / "out.jpg.consent.json").symlink_to("../secret/p.consent.json")
    (tmp_path / "img" / "f").symlink_to("../secret")
    lost = Unsure("the consent beside the picture: leads out of the dataset's folder")
    assert known(tmp_path, [FOUND])[FOUND] == ["true", "true", lost, "false"]


def test_beside_the_pictures_of_image_folders(tmp_path: Path) -> None:
    for part, name in (("train", "a"), ("test", "b")):
        (tmp_path / part).mkdir()
        (tmp_path / part / "metadata.csv").write_text(f"left_file_name,right_file_name\n{name}l.jpg,{name}r.jpg\n")
        (tmp_path / part / f"{name}r.jpg.consent.json").write_text(json.dumps({**GIVEN, "consent_id": name}))
    (tmp_path / "facelint.yaml").write_text("consents: sidecar\n")
    own = policy(tmp_path, "id: r, require: {consent.found: true}")
    ended = facelint("check", tmp_path, "--policy", own, "--as-of", AS_OF, "--format", "json")
    assert [(one["path"], one["row"]) for one in ended.json["findings"]] == [("test/bl.jpg", 2), ("train/al.jpg", 2)]


@pytest.mark.parametrize("stated", ["./sidecar", "sidecar/"])
def test_a_folder_of_that_name(tmp_path: Path, stated: str) -> None:
    (tmp_path / "sidecar").mkdir()
    (tmp_path / "m.csv").write_text("path\n")
    (tmp_path / "facelint.yaml").write_text(f"manifest: m.csv\nconsents: {stated}\n")
    registry = opened(tmp_path).registry
    assert registry is not None
    assert (registry.sidecars, registry.name) == (False, "sidecar")
