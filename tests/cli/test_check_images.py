"""`facelint check-images`, as the hook for changed images runs it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import piexif
import pytest
import yaml
from PIL import Image
from probes.pictures import NEMO, picture
from running import ROOT, facelint, policy, spawned

from facelint.probes.dataset import IMAGES

from .test_process import imported

HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One picture with coordinates, one without."""
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "there.jpg").write_bytes(picture("JPEG", exif=NEMO))
    (tmp_path / "img" / "nowhere.jpg").write_bytes(picture("JPEG"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_line_for_each_finding_and_a_verdict(folder: Path) -> None:
    ended = facelint("check-images", "img/there.jpg", "img/nowhere.jpg")
    assert (ended.code, ended.err) == (1, "")
    first, *_, last = ended.out.splitlines()
    assert first.startswith("img/there.jpg: error: file-privacy/gps: ")
    assert 'image.gps is "true"' in first
    assert "nowhere.jpg" not in ended.out
    assert last == "FAIL: 1 failure of 1 rule"


def test_a_picture_that_tells_nothing_passes(folder: Path) -> None:
    ended = facelint("check-images", "img/nowhere.jpg")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[-1].startswith("PASS: ")


def test_names_come_in_any_order_and_more_than_once(folder: Path) -> None:
    forth = facelint("check-images", "img/there.jpg", "img/nowhere.jpg")
    back = facelint("check-images", folder / "img" / "nowhere.jpg", "./img/there.jpg", "img/there.jpg")
    assert (back.code, back.out) == (forth.code, forth.out)


def test_files_outside_the_current_folder(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ended = facelint("check-images", "../img/there.jpg")
    assert ended.code == 1
    assert ended.out.startswith("there.jpg: error: file-privacy/gps")


@pytest.mark.parametrize("name", ["gone.jpg", "img", "note.jpg", "\udcff.jpg"])
def test_what_cannot_be_read_is_never_a_pass(folder: Path, name: str) -> None:
    (folder / "note.jpg").write_text("no picture")
    ended = facelint("check-images", name, "img/nowhere.jpg")
    assert (ended.code, ended.err) == (3, "")
    assert ": unsure: " in ended.out


def test_a_sidecar_is_read_as_a_file_of_its_own(folder: Path) -> None:
    names = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><Iptc4xmpExt:PersonInImage>'
        "<rdf:Bag><rdf:li>Ada</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    (folder / "img" / "nowhere.xmp").write_text(names)
    ended = facelint("check-images", "img/nowhere.xmp")
    assert ended.code == 1
    assert ended.out.startswith("img/nowhere.xmp: error: file-privacy/person-names")


def test_rules_that_ask_for_more_than_the_file_are_left_out_and_counted(folder: Path) -> None:
    own = policy(
        folder,
        "id: a, require: {image.gps: false}",
        "id: b, require: {license: present}",
        "id: c, require: {image.gps: false, consent.found: true}",
        "id: d, require: {file.digest_matches: true}",
        "id: e, unique: [path]",
        "id: f, scope: dataset, require: {dataset.unlisted_files: 0}",
        "id: g, when: {synthetic: true}, require: {image.gps: true}",
        'id: h, require: {file.size: {ge: 1}, path: {matches: "img/.*"}}',
    )
    ended = facelint("check-images", "img/there.jpg", "--policy", own)
    assert ended.code == 1
    assert "1 file × 2 rules; 6 rules of the policy asked for more than the file" in ended.out
    only = policy(folder, "id: b, require: {license: present}")
    ended = facelint("check-images", "img/there.jpg", "--policy", only)
    assert (ended.code, ended.out) == (2, "")
    assert "no rule of the policy is answered by a file alone" in ended.err


def test_a_manifest_is_neither_needed_nor_read(folder: Path) -> None:
    (folder / "facelint.yaml").write_text("nonsense: [")
    assert facelint("check-images", "img/nowhere.jpg").code == 0


@pytest.mark.parametrize(
    "names", [["img/there.jpg", "img/nowhere.jpg"], ["img/nowhere.jpg"], ["gone.jpg", "\u202e.jpg"]]
)
def test_names_alone_are_told_of_as_with_options(folder: Path, names: list[str]) -> None:
    """Names alone go past the parser of options (facelint/__main__.py)."""
    alone, parsed = spawned("check-images", *names, cwd=folder), facelint("check-images", *names)
    assert alone == parsed
    assert spawned("check-images", *names, "--fail-on", "error", cwd=folder) == parsed


def test_names_alone_where_something_is_wrong(folder: Path) -> None:
    (folder / "no-home").write_text("")
    ended = spawned("check-images", "img/nowhere.jpg", cwd=folder, XDG_CONFIG_HOME=str(folder / "no-home"))
    assert (ended.code, ended.out) == (2, "")
    assert "hash key" in ended.err
    assert ended.err.count("\n") == 1
    assert spawned("check-images", cwd=folder).code == 2


def test_neither_pandas_nor_a_decoder_is_imported_for_plain_pictures(folder: Path) -> None:
    """What keeps ten changed files as quick as an import of pandas (benchmarks/startup.py)."""
    modules = imported("check-images", "img/there.jpg", "img/nowhere.jpg")
    assert "pyarrow" in modules
    assert not modules & {"pandas", "PIL", "phonenumbers", "license_expression", "typer", "pydantic"}


def test_a_thumbnail_of_another_picture_is_found(folder: Path) -> None:
    other = io.BytesIO()
    Image.linear_gradient("L").resize((160, 120)).save(other, "JPEG")
    block = piexif.dump({"0th": {}, "1st": {piexif.ImageIFD.Compression: 6}, "thumbnail": other.getvalue()})
    (folder / "img" / "edited.jpg").write_bytes(picture("JPEG", size=(640, 480), exif=block))
    ended = facelint("check-images", "img/edited.jpg")
    assert ended.code == 1
    assert "img/edited.jpg: error: file-privacy/thumbnail-differs: " in ended.out


@pytest.mark.parametrize("ending", sorted(IMAGES))
def test_the_hook_is_handed_every_kind_of_image(ending: str) -> None:
    assert re.search(HOOKS["facelint-images"]["files"], f"a/b{ending}")
    assert re.search(HOOKS["facelint-images"]["files"], f"B{ending.upper()}")
    assert not re.search(HOOKS["facelint-images"]["files"], f"a/b{ending}.txt")


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("policy.yaml", True),
        ("house-policy.yml", True),
        ("policies/eu/rules.yaml", True),
        ("a/face-policies.yaml", True),
        ("mkdocs.yml", False),
        ("policy.md", False),
    ],
)
def test_the_hook_is_handed_what_is_named_a_policy(name: str, taken: bool) -> None:
    assert bool(re.search(HOOKS["facelint-policy"]["files"], name)) is taken


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_each_hook_runs_a_command_that_there_is(hook: dict[str, str]) -> None:
    ended = spawned(*hook["entry"].split()[1:], "--help")
    assert ended.code == 0, ended.err
