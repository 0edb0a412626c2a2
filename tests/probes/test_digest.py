"""The digest of a file, and whether it is the one declared."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from running import facelint

DIGEST = hashlib.sha256(b"picture").hexdigest()
POLICY = f"""
policy: own
title: own
version: "1"
rules:
  - {{id: matches, title: t, severity: error, require: {{file.digest_matches: true}}}}
  - {{id: stated, title: t, severity: error, require: {{file.digest_matches: present}}}}
  - {{id: known, title: t, severity: error, require: {{file.sha256: {DIGEST}}}}}
"""


def answers(folder: Path, manifest: str) -> dict[str, str]:
    """The answer of each rule of POLICY to the only record."""
    (folder / "a.jpg").write_bytes(b"picture")
    (folder / "manifest.csv").write_text(manifest, encoding="utf-8")
    (folder / "own.yaml").write_text(POLICY, encoding="utf-8")
    ended = facelint("check", str(folder / "manifest.csv"), "--policy", str(folder / "own.yaml"), "--format", "json")
    rules = json.loads(ended.out)["rules"]
    return {rule["id"].partition("/")[2]: next(a for a, n in rule["answers"].items() if n) for rule in rules}


@pytest.mark.parametrize(
    ("declared", "matches", "stated"),
    [
        (DIGEST, "pass", "pass"),
        (DIGEST.upper(), "pass", "pass"),
        (f"sha256:{DIGEST}", "pass", "pass"),
        (f" {DIGEST} ", "pass", "pass"),
        (hashlib.sha256(b"").hexdigest(), "fail", "pass"),
        (DIGEST[:-1], "fail", "pass"),
        ("md5:0cc175b9", "fail", "pass"),
        ("", "fail", "fail"),
    ],
)
def test_declared_digests(tmp_path: Path, declared: str, matches: str, stated: str) -> None:
    told = answers(tmp_path, f"path,sha256\na.jpg,{declared}\n")
    assert told == {"matches": matches, "stated": stated, "known": "pass"}


def test_no_column_of_digests(tmp_path: Path) -> None:
    assert answers(tmp_path, "path\na.jpg\n") == {"matches": "unsure", "stated": "fail", "known": "pass"}


@pytest.mark.parametrize("path", ["missing.jpg", "../a.jpg", ".", ""])
def test_what_is_not_there_has_no_digest(tmp_path: Path, path: str) -> None:
    told = answers(tmp_path, f"path,sha256\n{path},{DIGEST}\n")
    assert told == {"matches": "unsure", "stated": "unsure", "known": "unsure"}
