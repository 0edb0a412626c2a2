"""Law 3: a run touches no more of the pictures than its rules need, counted from outside."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from PIL import ImageFile

from facelint import policy_file, probes
from facelint.records import open_dataset
from facelint.redact import Redactor
from facelint.report import Report
from facelint.run import Options, check

from .datasets import picture

PICTURES = ("a.jpg", "b.png", "more/c.jpg")


@dataclass
class Watched:
    """What was done to the pictures."""

    folder: Path
    opened: list[str] = field(default_factory=list)
    decoded: int = 0


_watching: list[Watched] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    """Every `open` of Python and of `os`; a hook can never be taken away, so it looks whether somebody watches."""
    if event == "open" and _watching and isinstance(arguments[0], str | bytes | os.PathLike):
        path = os.fsdecode(arguments[0])
        if Path(path).name in {Path(name).name for name in PICTURES} and path.startswith(str(_watching[0].folder)):
            _watching[0].opened.append(Path(path).name)


sys.addaudithook(_audit)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """A dataset of three pictures, named twice each, and what is done to them."""
    for name in PICTURES:
        picture(tmp_path / name, coordinates=name.endswith("c.jpg"))
    rows = "".join(f"{name},{licence}\n" for licence in ("MIT", "CC0-1.0") for name in (*PICTURES, "no/such.png"))
    (tmp_path / "metadata.csv").write_text("path,license\n" + rows, encoding="utf-8")
    watching = Watched(tmp_path.resolve())
    load = ImageFile.ImageFile.load

    def counted(image: ImageFile.ImageFile) -> object:
        watching.decoded += 1
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", counted)
    _watching.append(watching)
    yield watching
    _watching.clear()


def run(folder: Path, *rules: str) -> Report:
    lines = [f"  - {{id: r{i}, title: t, severity: error, {rule}}}\n" for i, rule in enumerate(rules)]
    head = 'policy: lazy\ntitle: t\nversion: "1"\nmeasures: {there: {count: {file.exists: true}}}\nrules:\n'
    (folder / "policy.yaml").write_text(head + "".join(lines), encoding="utf-8")
    policy = policy_file.load(["policy.yaml"], probes.vocabulary(), base=folder)
    dataset = open_dataset(folder, probes.vocabulary())
    return check(dataset, policy, Options(date(2026, 11, 22), Redactor(b"a key for tests, of enough bytes")))


def test_the_watch_sees_an_open_and_a_decode(watched: Watched) -> None:
    from PIL import Image

    with Image.open(watched.folder / "a.jpg") as image:
        image.load()
    os.close(os.open(watched.folder / "b.png", os.O_RDONLY))
    assert watched.opened == ["a.jpg", "b.png"]
    assert watched.decoded


def test_rules_about_the_manifest_look_at_no_file(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("a file was looked at")

    monkeypatch.setattr("facelint.files.Root.locate", refuse)
    report = run(watched.folder, "require: {license: present}", "unique: [path]", "require: {price: absent}")
    assert report.records == 8
    assert (watched.opened, watched.decoded) == ([], 0)
    assert (report.timing.files_opened, report.timing.pictures_decoded) == (0, 0)


@pytest.mark.parametrize(
    "rule",
    [
        "require: {file.exists: true}",
        "require: {file.size: {ge: 1}, file.inside_root: true, file.is_link: false, file.readable: true}",
        "scope: dataset, require: {measure.there: {ge: 1}}",
    ],
)
def test_facts_of_the_file_system_open_nothing(watched: Watched, rule: str) -> None:
    report = run(watched.folder, rule)
    assert report.rules[0].counts[0]
    assert (watched.opened, watched.decoded) == ([], 0)
    assert (report.timing.files_opened, report.timing.pictures_decoded) == (0, 0)


@pytest.mark.parametrize("fact", ["image.gps: absent", "image.format: jpeg", "image.width: {ge: 64}"])
def test_facts_of_the_header_decode_nothing(watched: Watched, fact: str) -> None:
    report = run(watched.folder, f"require: {{{fact}}}")
    assert set(watched.opened) == {"a.jpg", "b.png", "c.jpg"}
    assert len(watched.opened) == 3, "each picture is opened once, however often it is named"
    assert watched.decoded == 0
    assert (report.timing.files_opened, report.timing.pictures_decoded) == (3, 0)


def test_decoding_decodes(watched: Watched) -> None:
    report = run(watched.folder, "require: {image.decodes: true}", "require: {image.gps: false}")
    assert set(watched.opened) == {"a.jpg", "b.png", "c.jpg"}
    assert watched.decoded >= 3
    opened = (report.timing.files_opened, report.timing.pictures_decoded)
    assert opened == (6, 3), "once for what it tells, once to decode it"


def test_rules_that_are_off_or_not_in_force_look_at_nothing(watched: Watched) -> None:
    report = run(
        watched.folder,
        "require: {image.decodes: true}, in_force: 2030-01-01",
        "require: {image.gps: false}, enabled: false",
        "require: {path: present}",
    )
    assert len(report.rules) == 2
    assert (watched.opened, watched.decoded) == ([], 0)
