"""The cache of digests: spares reading what did not change, and is believed no further than that."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facelint.gates import digest_cache, hashing
from facelint.gates.contents import Entry, Stamp

from .helpers import attested, dataset, rules

LONG_AGO = 1_700_000_000_000_000_000


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(digest_cache, "SETTLED", 0)
    return tmp_path / "cache" / "facelint"


def hashed_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Fills with the names of the files that are read."""
    read: list[str] = []

    def noting(entries: list[Entry]) -> list[bytes]:
        read.extend(entry.name.decode() for entry in entries)
        return hashing.digests(entries)

    monkeypatch.setattr("facelint.gates.attest.digests", noting)
    return read


def test_unchanged_files_are_not_read_again(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, judged = dataset(tmp_path / "set"), rules(tmp_path / "policy")
    read = hashed_names(monkeypatch)
    first = attested(folder, judged, cached=True)
    assert len(read) == len(first.leaves)
    read.clear()
    assert attested(folder, judged, cached=True) == first
    assert read == []
    (folder / "images" / "a.jpg").write_bytes(b"other")
    (folder / "images" / "new.jpg").write_bytes(b"new")
    changed = attested(folder, judged, cached=True)
    assert sorted(read) == ["images/a.jpg", "images/new.jpg"]
    assert changed == attested(folder, judged, cached=False)
    assert first.notes == changed.notes == ()


def test_it_does_without_when_asked(tmp_path: Path, cache: Path) -> None:
    attested(dataset(tmp_path / "set"), rules(tmp_path / "policy"), cached=False)
    assert not cache.exists()


@pytest.mark.parametrize("what", ["same size and mtime", "swapped"])
def test_a_change_that_hides_is_seen(tmp_path: Path, cache: Path, what: str) -> None:
    """By ctime, which no one sets at will, and by inode."""
    folder, judged = dataset(tmp_path / "set"), rules(tmp_path / "policy")
    first = attested(folder, judged, cached=True)
    one, other = folder / "images" / "a.jpg", folder / "images" / "b" / "c.jpg"
    times = one.stat().st_atime_ns, one.stat().st_mtime_ns
    if what == "swapped":
        one.rename(folder / "x"), other.rename(one), (folder / "x").rename(other)
    else:
        one.write_bytes(b"FIRST")
    os.utime(one, ns=times)
    os.utime(other, ns=times)
    again = attested(folder, judged, cached=True)
    assert again.statement.root != first.statement.root
    assert again == attested(folder, judged, cached=False)


def test_it_is_the_users_alone_and_names_no_path(tmp_path: Path, cache: Path) -> None:
    attested(dataset(tmp_path / "set"), rules(tmp_path / "policy"), cached=True)
    (file,) = cache.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert not [
        word for word in (b"images", b"a.jpg", b"set", bytes(str(tmp_path), "utf-8")) if word in file.read_bytes()
    ]


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), "it is damaged"),
        (lambda file: file.write_bytes(b""), "it is damaged"),
        (lambda file: file.write_bytes(file.read_bytes().replace(b"1\n", b"2\n", 1)), "it is damaged"),
        (lambda file: file.write_bytes(bytes(b ^ (i == 60) for i, b in enumerate(file.read_bytes()))), "it is damaged"),
        (lambda file: file.chmod(0o644), "others may write or read it"),
        (lambda file: file.chmod(0o620), "others may write or read it"),
        (a_pipe, "it cannot be read: not a regular file"),
        (a_folder, "it cannot be read: not a regular file"),
    ],
)
def test_a_cache_that_cannot_be_used_is_done_without(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, spoil: object, reason: str
) -> None:
    folder, judged = dataset(tmp_path / "set"), rules(tmp_path / "policy")
    first = attested(folder, judged, cached=True)
    (file,) = cache.iterdir()
    spoil(file)  # type: ignore[operator]
    read = hashed_names(monkeypatch)
    again = attested(folder, judged, cached=True)
    assert (again.statement, len(read)) == (first.statement, len(first.leaves))
    (note,) = again.notes
    assert reason in note
    assert "--no-cache" in note


def test_a_cache_of_someone_else(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, judged = dataset(tmp_path / "set"), rules(tmp_path / "policy")
    attested(folder, judged, cached=True)
    monkeypatch.setattr(os, "geteuid", lambda: 123_456)
    assert "others may write" in attested(folder, judged, cached=True).notes[0]


@pytest.mark.parametrize("where", ["/dev/null/x", "/proc/none"])
def test_a_cache_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", where)
    one = attested(dataset(tmp_path / "set"), rules(tmp_path / "policy"), cached=True)
    assert (one.statement.verdict, len(one.notes)) == ("pass", 1)


def test_what_may_still_be_changing_is_not_kept(tmp_path: Path) -> None:
    now = time.time_ns()
    at = {"old": LONG_AGO, "just now": now - digest_cache.SETTLED // 2, "to come": now + 10**12}
    for mtime, ctime in [("old", "old"), ("old", "just now"), ("just now", "old"), ("to come", "old")]:
        entry = Entry(b"n", b"/n", Stamp(1, 2, 3, at[mtime], at[ctime]))
        assert digest_cache.save(tmp_path / "c", [(entry, bytes(32))], now) == ""
        assert (digest_cache.key(entry) in digest_cache.load(tmp_path / "c")[0]) == (mtime == ctime == "old")


stamps = st.builds(Stamp, *[st.integers(-(2**63), 2**64)] * 5)
entries = st.builds(Entry, st.just(b""), st.binary(max_size=4), stamps)


@given(entries, entries)
def test_no_two_files_share_a_key(one: Entry, other: Entry) -> None:
    assert (digest_cache.key(one) == digest_cache.key(other)) == (one == other)


@given(st.dictionaries(st.integers(0, 10**6), st.binary(max_size=4), max_size=20))
def test_what_is_kept_is_found(tmp_path_factory: pytest.TempPathFactory, files: dict[int, bytes]) -> None:
    path = tmp_path_factory.mktemp("kept") / "c"
    made = [
        (Entry(b"", str(n).encode(), Stamp(1, n, 3, LONG_AGO, LONG_AGO)), hashlib.sha256(data).digest())
        for n, data in files.items()
    ]
    assert digest_cache.save(path, made, time.time_ns()) == ""
    assert digest_cache.load(path) == ({digest_cache.key(entry): digest for entry, digest in made}, "")


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    assert digest_cache.save(tmp_path, [], time.time_ns()) == "it cannot be written"


def test_nothing_is_kept_yet(tmp_path: Path) -> None:
    assert digest_cache.load(tmp_path / "none" / "c") == ({}, "")
