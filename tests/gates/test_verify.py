"""Verification: any byte that differs, and any term that is not met, is refused."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import policy

from facelint import policy_file, probes
from facelint.errors import DatasetError, UserError
from facelint.gates import hashing
from facelint.gates.keys import generated, verifier_of
from facelint.gates.leaves import written
from facelint.gates.refused import Refused
from facelint.gates.verify import Terms, Verified, verify
from facelint.records import open_dataset

from .helpers import CONFIGURATION, DAY, NOW, RULE, attested, dataset, resealed, rules, sealed, verifier


@dataclass(frozen=True)
class Made:
    folder: Path
    envelope: bytes
    listing: list[bytes]
    policy: Any

    def verify(self, folder: Path | None = None, listed: bool = False, sample: int | None = None) -> Verified:
        listing = self.listing if listed else None
        return verify(self.envelope, [verifier()], folder or self.folder, Terms(NOW), listing, sample)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    judged = rules(folder / "policy")
    one = attested(dataset(folder / "set"), judged)
    return Made(folder / "set", sealed(one), written(one.leaves).encode().splitlines(keepends=True), judged)


FILES = [
    "facelint.yaml", "manifest.csv", "consents.csv", "proof/1.txt", "images/a.jpg", "images/b/c.jpg",
    "images/b/é 1.png",
]  # fmt: skip


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made.folder, tmp_path / "copy"))


def test_what_is_as_attested(made: Made, copy: Path) -> None:
    for folder in (made.folder, copy, copy / "facelint.yaml"):
        verified = made.verify(folder)
        assert (verified.files, verified.hashed, verified.whole) == (7, 7, True)
        assert made.verify(folder, listed=True) == verified


@pytest.mark.parametrize("listed", [False, True])
@given(data=st.data())
def test_any_changed_byte_is_refused(
    made: Made, tmp_path_factory: pytest.TempPathFactory, listed: bool, data: st.DataObject
) -> None:
    copy = Path(shutil.copytree(made.folder, tmp_path_factory.mktemp("changed") / "set"))
    target = copy / data.draw(st.sampled_from(FILES))
    content = target.read_bytes()
    at = data.draw(st.integers(0, len(content)))
    gone = data.draw(st.integers(0, 2))
    other = content[:at] + data.draw(st.binary(max_size=2)) + content[at + gone :]
    if other == content:
        return
    target.write_bytes(other)
    with pytest.raises(Refused) as refused:
        made.verify(copy, listed)
    assert all(reason.startswith("the dataset is not the one attested: ") for reason in refused.value.reasons)


def swap(one: Path, other: Path) -> None:
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def without(path: Path) -> Path:
    path.unlink()
    return path


def a_folder(path: Path) -> Path:
    path.mkdir()
    return path


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file more": (lambda at: (at / "images" / "x.jpg").write_bytes(b""), "added: images/x.jpg"),
    "a hidden one": (lambda at: (at / "images" / ".x").write_bytes(b""), "added: images/.x"),
    "one in a new folder": (
        lambda at: a_folder(at / "images" / "d").joinpath("x").write_bytes(b""),
        "added: images/d/x",
    ),
    "a file less": (lambda at: (at / "images" / "b" / "é 1.png").unlink(), "missing: images/b/é 1.png"),
    "another name": (
        lambda at: (at / "images" / "a.jpg").rename(at / "images" / "A.jpg"),
        "added: images/A.jpg|missing: images/a.jpg",
    ),
    "another folder": (
        lambda at: (at / "images" / "b").rename(at / "images" / "c"),
        "added: images/c/c.jpg, images/c/é 1.png|missing: images/b/c.jpg, images/b/é 1.png",
    ),
    "another Unicode form": (
        lambda at: (at / "images" / "b" / "é 1.png").rename(at / "images" / "b" / "e\u0301 1.png"),
        "added: images/b/e\u0301 1.png|missing: images/b/é 1.png",
    ),
    "two swapped": (
        lambda at: swap(at / "images" / "a.jpg", at / "images" / "b" / "c.jpg"),
        "changed: images/a.jpg, images/b/c.jpg",
    ),
    "evidence that was missing": (
        lambda at: (at / "proof" / "none.txt").write_text("x"), "added: evidence/proof/none.txt",
    ),
    "evidence gone": (lambda at: (at / "proof" / "1.txt").unlink(), "missing: evidence/proof/1.txt"),
    "the registry gone": (lambda at: (at / "consents.csv").unlink(), '"consents.csv" does not exist'),
    "the configuration gone": (lambda at: (at / "facelint.yaml").unlink(), "missing: configuration/facelint.yaml"),
    "the manifest as a folder": (
        lambda at: a_folder(without(at / "manifest.csv")),
        '"manifest.csv" is a folder',
    ),
    "a link in place of a file": (
        lambda at: without(at / "images" / "a.jpg").symlink_to("/etc/hostname"),
        "images/a.jpg: is a link that leads out of the folder",
    ),
    "a pipe in place of a file": (
        lambda at: os.mkfifo(without(at / "images" / "a.jpg")),
        "images/a.jpg: is not a regular file",
    ),
    "YAML that is broken": (lambda at: (at / "facelint.yaml").write_text("{"), "facelint.yaml:"),
    "another images root": (
        lambda at: (at / "facelint.yaml").write_text(CONFIGURATION.replace("images: images", "images: images/b")),
        "changed: configuration/facelint.yaml",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CHANGES))
@pytest.mark.parametrize("listed", [False, True])
def test_any_other_change_is_refused(made: Made, copy: Path, name: str, listed: bool) -> None:
    change, told = CHANGES[name]
    change(copy)
    with pytest.raises(Refused) as refused:
        made.verify(copy, listed)
    said = "|".join(refused.value.reasons)
    assert "the dataset is not the one attested: " in said
    if listed:
        assert all(part in said for part in told.split("|"))


def test_what_is_not_attested_may_change(made: Made, copy: Path) -> None:
    (copy / "README.md").write_text("x")
    (copy / "images" / "empty").mkdir()
    (copy / "images" / "a.jpg").chmod(0o600)
    os.utime(copy / "images" / "a.jpg", ns=(0, 0))
    link = copy.parent / "link"
    link.symlink_to(copy)
    assert made.verify(link).whole


def test_where_there_is_no_dataset(made: Made, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="does not exist"):
        made.verify(tmp_path / "none")


def test_the_reasons_name_a_few_and_count_the_rest(made: Made, copy: Path) -> None:
    for i in range(12):
        (copy / "images" / f"x{i:02}.jpg").write_bytes(b"")
    with pytest.raises(Refused, match=r"added: images/x00\.jpg, .*x04\.jpg and 7 more\Z"):
        made.verify(copy, listed=True)
    with pytest.raises(Refused, match=r"19 files of (\d+) bytes, where 7 files of \1 bytes were attested"):
        made.verify(copy)


@pytest.mark.parametrize("when", ["while hashed", "after it was hashed"])
def test_a_file_that_changes_meanwhile(made: Made, copy: Path, monkeypatch: pytest.MonkeyPatch, when: str) -> None:

    def disturbed(entries: Any) -> list[bytes]:
        if when == "while hashed":
            (copy / "images" / "a.jpg").write_bytes(b"First")
        found = hashing.digests(entries)
        (copy / "images" / "b" / "c.jpg").write_bytes(b"Second")
        return found

    monkeypatch.setattr("facelint.gates.verify.digests", disturbed)
    monkeypatch.setattr("facelint.gates.attest.digests", disturbed)
    with pytest.raises(Refused, match="changed while the dataset was being read"):
        made.verify(copy)
    with pytest.raises(DatasetError, match="changed while the dataset was being read"):
        attested(copy, made.policy)


def test_a_configuration_that_changes_before_it_is_listed(
    made: Made, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read of it said which files there are."""

    def late(*asked: Any) -> Any:
        found = open_dataset(*asked)
        (copy / "facelint.yaml").write_text(CONFIGURATION)
        return found

    (copy / "facelint.yaml").write_text(CONFIGURATION + "policies: []\n")
    monkeypatch.setattr("facelint.gates.verify.open_dataset", late)
    with pytest.raises(Refused, match=r"configuration/facelint\.yaml: changed"):
        made.verify(copy)


def test_a_sample_says_that_it_is_one(made: Made) -> None:
    for sample, hashed in ((1, 5), (2, 6), (3, 7), (50, 7)):
        verified = made.verify(listed=True, sample=sample)
        assert (verified.files, verified.hashed, verified.whole) == (7, hashed, hashed == 7)
    with pytest.raises(UserError, match="list of attested files"):
        made.verify(sample=1)


def test_a_sample_sees_names_sizes_and_what_is_no_picture(made: Made, copy: Path) -> None:
    for name, content in (
        ("manifest.csv", b"X"),
        ("consents.csv", b"X"),
        ("proof/1.txt", b"X"),
        ("facelint.yaml", b"#"),
    ):
        kept = (copy / name).read_bytes()
        (copy / name).write_bytes(content + kept[1:])
        with pytest.raises(Refused):
            made.verify(copy, listed=True, sample=1)
        (copy / name).write_bytes(kept)
    assert not made.verify(copy, listed=True, sample=1).whole
    (copy / "images" / "b" / "c.jpg").write_bytes(b"longer than it was")
    with pytest.raises(Refused, match=r"changed: images/b/c\.jpg"):
        made.verify(copy, listed=True, sample=1)


def test_a_sample_draws_every_picture_in_time(made: Made, copy: Path) -> None:
    (copy / "images" / "a.jpg").write_bytes(b"FIRST")
    seen = set()
    for _ in range(60):
        try:
            made.verify(copy, listed=True, sample=1)
            seen.add("missed")
        except Refused:
            seen.add("found")
    assert seen == {"missed", "found"}


def test_a_list_of_other_files(made: Made, copy: Path) -> None:
    altered = [*made.listing[:-1], made.listing[-1].replace(b"manifest.csv", b"manifest.csw")]
    for listing in (altered, made.listing[:-1], [made.listing[0], *made.listing[2:]]):
        with pytest.raises(Refused, match="the list of files is of another attestation, or was altered"):
            verify(made.envelope, [verifier()], copy, Terms(NOW), listing)


def refused(envelope: bytes, folder: Path, terms: Terms) -> str:
    with pytest.raises(Refused) as found:
        verify(envelope, [verifier()], folder, terms)
    return "|".join(found.value.reasons)


def test_times(made: Made) -> None:
    def at(when: timedelta, max_age: timedelta | None = None) -> Terms:
        return Terms(NOW + when, max_age=max_age)

    second = timedelta(seconds=1)
    for terms in (at(90 * DAY - second), at(30 * DAY, 30 * DAY), at(-timedelta(minutes=5)), at(0 * DAY, 0 * DAY)):
        assert verify(made.envelope, [verifier()], made.folder, terms).whole
    assert refused(made.envelope, made.folder, at(90 * DAY)) == "it expired at 2027-02-20T12:00:00Z"
    assert refused(made.envelope, made.folder, at(30 * DAY + second, 30 * DAY)).endswith("more than 30 days ago")
    assert "the clock here says 2026-11-22T11:54:59Z" in refused(
        made.envelope, made.folder, at(-timedelta(minutes=5, seconds=1))
    )
    assert "expired" in refused(made.envelope, made.folder, at(100 * DAY, DAY))
    assert "more than 1 day ago" in refused(made.envelope, made.folder, at(100 * DAY, DAY))


def test_a_day_to_judge_by_that_is_past_or_to_come(tmp_path: Path) -> None:
    folder, judged = dataset(tmp_path / "set"), rules(tmp_path / "policy")
    past = sealed(attested(folder, judged, as_of=(NOW - 40 * DAY).date()))
    assert verify(past, [verifier()], folder, Terms(NOW)).whole
    assert "more than 30 days ago" in refused(past, folder, Terms(NOW, max_age=30 * DAY))
    older = sealed(attested(folder, judged, as_of=(NOW - 91 * DAY).date()))
    assert "it expired" in refused(older, folder, Terms(NOW))
    ahead = sealed(attested(folder, judged, as_of=(NOW + DAY).date()))
    assert refused(ahead, folder, Terms(NOW)) == "it judges as of 2026-11-23, which is to come"


@pytest.mark.parametrize(
    ("rule", "said"), [("require: {license: X}", "fail"), ("require: {image.gps: false}", "incomplete: 3 answers")]
)
def test_a_verdict_that_is_no_pass(tmp_path: Path, rule: str, said: str) -> None:
    folder = dataset(tmp_path / "set")
    one = sealed(attested(folder, rules(tmp_path / "policy", f"id: a, {rule}")))
    assert refused(one, folder, Terms(NOW)).startswith(f"its verdict is {said}")


def test_a_refusal_goes_from_one_process_to_another() -> None:
    one = pickle.loads(pickle.dumps(Refused("a", "b")))  # noqa: S301
    assert (one.reasons, str(one)) == (("a", "b"), "a; b")


def test_an_unknown_key(made: Made) -> None:
    other = verifier_of(generated().public, "other")
    with pytest.raises(Refused, match="it is not signed by the key that was given"):
        verify(made.envelope, [other], made.folder, Terms(NOW))
    with pytest.raises(Refused, match="it is not signed by the key that was given"):
        verify(made.envelope, [], made.folder, Terms(NOW))


def test_the_policy_that_is_asked_for(made: Made, tmp_path: Path) -> None:
    assert verify(made.envelope, [verifier()], made.folder, Terms(NOW, made.policy)).whole
    same = rules(tmp_path / "same")
    assert verify(made.envelope, [verifier()], made.folder, Terms(NOW, same)).whole
    other = rules(tmp_path / "other", RULE, "id: b, require: {license: X}")
    said = refused(made.envelope, made.folder, Terms(NOW, other))
    assert said == "its policy own (version 1) is not the one here: its digest is another"
    essentials = policy_file.load(["essentials"], probes.vocabulary())
    assert refused(made.envelope, made.folder, Terms(NOW, essentials)) == "it is of own, not of essentials"
    also = {"id": "also", "version": "1", "digest": "sha256:0", "verdict": "pass"}
    more = resealed(made.envelope, lambda whole: whole["predicate"]["policies"].append(also))
    assert refused(more, made.folder, Terms(NOW, made.policy)) == "it is of also, own, not of own"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("params", {"own.age": "3"}, "params differ: own.age"),
        ("disabled", ["own/stated"], "rules are off or on otherwise: own/stated"),
        ("overridden", ["own/stated"], "the dataset's facelint.yaml changed rules: own/stated"),
    ],
)
def test_a_policy_that_was_altered(made: Made, key: str, value: object, said: str) -> None:
    altered = resealed(made.envelope, lambda whole: whole["predicate"].update({key: value}))
    assert refused(altered, made.folder, Terms(NOW, made.policy)) == said
    assert verify(altered, [verifier()], made.folder, Terms(NOW)).whole


def test_params_as_they_were_set(tmp_path: Path) -> None:
    head = "params:\n  licence: MIT\n"
    (tmp_path / "p").mkdir()
    file = str(policy(tmp_path / "p", "id: a, require: {license: {is: {param: licence}}}", head=head))

    def loaded(**set: str) -> Any:
        return policy_file.load([file], probes.vocabulary(), policy_file.Settings(set=set))

    folder = dataset(tmp_path / "set")
    text = (folder / "manifest.csv").read_text("utf-8")
    (folder / "manifest.csv").write_text(text.replace("MIT", "X11"), encoding="utf-8")
    one = sealed(attested(folder, loaded(licence="X11")))
    assert verify(one, [verifier()], folder, Terms(NOW, loaded(licence="X11"))).whole
    assert refused(one, folder, Terms(NOW, loaded())) == "params differ: own.licence"


def test_nothing_is_hashed_for_an_attestation_that_is_refused_anyway(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facelint.gates.verify.contents", lambda _: pytest.fail("the dataset was looked at"))
    assert "expired" in refused(made.envelope, made.folder, Terms(NOW + 100 * DAY))


def test_text_of_a_statement_takes_no_effect_on_a_terminal(made: Made) -> None:
    altered = resealed(made.envelope, lambda whole: whole["predicate"].update(verdict="\x1b[32mpass\u202e"))
    assert refused(altered, made.folder, Terms(NOW)) == "its verdict is \\u001b[32mpass\\u202e"
