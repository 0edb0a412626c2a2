"""Names of listed datasets: found in any spelling, not found in what merely looks like them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from running import Unsure, jsonl, known

from facelint import probes
from facelint.columns import Column, from_python, missing, read
from facelint.errors import PolicyError, UserError
from facelint.plan import Ask
from facelint.policy_file.declarations import list_file as policy_list
from facelint.policy_file.names import Listed
from facelint.policy_file.reading import Problems
from facelint.probes import lineage
from facelint.probes.lineage import MAX_LENGTH, STATES, TOO_LONG, ancestors, datasets, index, named
from facelint.shipped import list_file
from facelint.values import LIST, TEXT

from .lineage_cases import NEAR_MISSES
from .states import Bad, Unknown, said

FILE = list_file(lineage.FILE)
ENTRIES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
NAMES = [(one.name, spelled) for one in datasets().values() for spelled in (one.name, *one.aliases)]
JOINTS = re.compile(r"[-_ ]+")


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def joined_by(sign: str) -> Callable[[str], str]:
    return lambda name: JOINTS.sub(sign, name)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper": str.upper,
    "lower": str.lower,
    "blanks": lambda name: re.sub(r"[- ]+", " ", name),
    "underscores": joined_by("_"),
    "hyphens": joined_by("-"),
    "dots": joined_by("."),
    "dashes": joined_by("\u2013"),
    "nothing": joined_by(""),
    "wide": wide,
    "lower underscores": lambda name: JOINTS.sub("_", name).lower(),
    "in brackets": lambda name: f"the set ({name}), cleaned",
    "before a version": lambda name: f"{name} (v.7 of 2020)",
    "in Chinese": lambda name: f"来自{name}数据集",
    "in a path": lambda name: f"/data/{name}/images/0001.jpg",
    "an archive": lambda name: f"{name}.tar.gz",
    "zero-width": lambda name: "\u200b".join(name),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_name_is_found_in_every_spelling(spelling: str) -> None:
    lost = [(name, text) for name, alias in NAMES if named(text := SPELLINGS[spelling](alias)) != {name}]
    assert not lost


def test_the_table_is_as_large_as_reported() -> None:
    assert len(NAMES) * len(SPELLINGS) >= 1_500
    assert len(set(NEAR_MISSES)) == len(NEAR_MISSES) >= 200


def test_near_misses_name_nothing() -> None:
    assert not [
        (text, found) for text in NEAR_MISSES for form in (str, str.upper, str.lower) if (found := named(form(text)))
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ms celeb 1m (cleaned)", ["MS-Celeb-1M"]),
        ("MS1MV2", ["MS1MV2"]),
        ("ms1m-v2", ["MS1MV2"]),
        ("faces_emore", ["MS1MV2"]),
        ("MSCeleb1M", ["MS-Celeb-1M"]),
        ("MS-Celeb-1M-v1c", ["MS-Celeb-1M"]),
        ("C-MS-Celeb", ["C-MS-Celeb"]),
        ("set C, MS-Celeb-1M", ["MS-Celeb-1M"]),
        ("CelebA-HQ", ["CelebA-HQ"]),
        ("celeba_hq_256", ["CelebA-HQ"]),
        ("CelebAMask-HQ", ["CelebAMask-HQ"]),
        ("img_align_celeba", ["CelebA"]),
        ("LAION 5B", ["LAION-5B"]),
        ("Re-LAION-5B", ["Re-LAION-5B"]),
        ("LAION-5B, now Re-LAION-5B", ["LAION-5B", "Re-LAION-5B"]),
        ("VGGFace2", ["VGGFace2"]),
        ("VGG-Face (not VGGFace2)", ["VGGFace", "VGGFace2"]),
        ("VGGFace, 2 million pictures", ["VGGFace"]),
        ("IJB-C", ["IJB-C"]),
        ("IJB-A; IJB_B; ijbc", ["IJB-A", "IJB-B", "IJB-C"]),
        ("CASIA WebFace", ["CASIA-WebFace"]),
        ("WebFace260M", ["WebFace260M"]),
        ("webface42m, a subset", ["WebFace260M"]),
        ("lfw-deepfunneled.tgz", ["LFW"]),
        ("DukeMTMC-reID", ["DukeMTMC-reID"]),
        ("RMFRD (cleaned)", ["RMFRD"]),
        ("武汉大学口罩遮挡人脸数据集（RMFD）", ["RMFD"]),
        ("格林ＬＦＷ数据", ["LFW"]),
    ],
)
def test_the_longest_name_is_taken(text: str, found: list[str]) -> None:
    assert sorted(named(text)) == found


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert named(text) <= datasets().keys()


@given(st.sampled_from(NAMES), st.text(alphabet="abcxyzABC0159éß", min_size=1, max_size=3), st.booleans())
def test_letters_or_digits_stuck_to_a_name_make_another_word(one: tuple[str, str], more: str, before: bool) -> None:
    """What is found then, if anything, is the name of something else, as MS1MV1 is of MS1M-IBUG."""
    name = one[1] if one[1].isascii() else one[0]
    stuck = more + name if before else name + more
    whole = JOINTS.sub("", stuck).lower()
    assert not named(whole) or whole in {JOINTS.sub("", spelled).lower() for _, spelled in NAMES}


# The list


def test_the_list_says_what_law_md_asks_of_each_entry() -> None:
    keys = {"name", "aliases", "year", "size", "status", "date", "commercial", "ground", "checked"}
    for entry in ENTRIES:
        assert entry.keys() <= keys | {"derived_from", "successor_of"}
        assert {"name", "status", "ground", "checked"} <= entry.keys()
        assert entry["status"] in STATES
        assert entry["checked"] in ("primary", "secondary", "memory")
        assert {*entry.get("derived_from", ()), *entry.get("successor_of", ())} <= datasets().keys()


STATUS = {
    "retracted": "MS-Celeb-1M DukeMTMC Brainwash MegaFace UCCS IJB-A IJB-B IJB-C LAION-5B "
    "Diversity_in_Faces Tiny_Images",
    "research_only": "VGGFace VGGFace2 CelebA CASIA-WebFace FFHQ Re-LAION-5B",
    "restricted": "RMFD RMFRD SMFRD Glint360K DeepGlint WebFace260M PIPA FHIBE",
    "noted": "LFW DigiFace-1M",
}
"""As `law.md` has it."""


def test_the_list_has_every_set_of_law_md_with_its_status() -> None:
    for status, names in STATUS.items():
        assert {datasets()[name.replace("_", " ")].status for name in names.split()} == {status}
    for name in ("MS1MV2", "MS1MV3", "MS1M-IBUG", "C-MS-Celeb"):
        assert ancestors(name) == {"MS-Celeb-1M"}
    assert named("emore") == {"MS1MV2"}
    assert ancestors("DukeMTMC-reID") == {"DukeMTMC"}
    assert ancestors("TinyFace") == ancestors("DiveFace") == {"MegaFace"}
    assert ancestors("CelebAMask-HQ") == {"CelebA-HQ", "CelebA"}
    assert ancestors("Re-LAION-5B") == ancestors("IJB-C") == set()


def test_a_policy_reads_the_same_file_as_a_list_of_names_and_aliases() -> None:
    problems = Problems()
    listed, _ = policy_list(FILE, "list", problems)
    assert not problems.found
    assert isinstance(listed, Listed)
    assert set(listed.texts) == {spelled for _, spelled in NAMES}


BROKEN = [
    ("- {name: A, status: lost}", "list.yaml:1:3: A: a name that stands once"),
    ("- {status: noted}", "list.yaml:1:3: a name that stands once"),
    ("- {name: A, status: noted}\n- {name: A, status: noted}", "list.yaml:2:3: A: a name that stands once"),
    ("- {name: A, status: noted, derived_from: [B]}", "list.yaml:1:1: derived_from: not listed: B"),
    (
        "- {name: A-B, status: noted}\n- {name: AB, status: noted}",
        "list.yaml:1:1: aliases: AB of AB may be read as A-B",
    ),
    ("{}", "list.yaml:1:1: derived_from: not listed: anything"),
    ("text", "list.yaml:1:1: derived_from: not listed: anything"),
]


@pytest.mark.parametrize(("content", "message"), BROKEN)
def test_a_list_that_is_not_well_formed_is_refused(
    content: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.yaml").write_text(content)
    monkeypatch.setattr(lineage, "list_file", lambda name: tmp_path / "list.yaml")
    for kept in (datasets, index, ancestors, lineage._kept):
        kept.cache_clear()
    try:
        with pytest.raises(PolicyError) as raised:
            index()
        assert message.removeprefix("list.yaml:") in str(raised.value)
    finally:
        for kept in (datasets, index, ancestors, lineage._kept):
            kept.cache_clear()


# The facts

FACTS = [fact.name for fact in lineage.FACTS]


def told(source: Column, derived: Column, length: int) -> Iterator[tuple[str, list[object]]]:
    ask = Ask(length, {}, None, {"source_dataset": source, "derived_from": derived})
    wanted = {fact.name: fact for fact in lineage.FACTS}
    context: Any = None
    for name, column in lineage.look(ask, wanted, context).items():
        yield name.removeprefix("lineage."), said(column, length)


def test_facts_of_both_columns() -> None:
    source = read(pa.array(["ms celeb 1m", "MS1MV2", None, "FFHQ, PIPA", "own", "RMFRD", "LFW"]), TEXT)
    derived = read(pa.array([None, None, "DukeMTMC-reID; MegaFace", "CelebA", None, "a.jpg;b.jpg", "emore"]), LIST)
    assert dict(told(source, derived, 7)) == {
        "datasets": [
            ["MS-Celeb-1M"],
            ["MS1MV2"],
            ["DukeMTMC-reID", "MegaFace"],
            ["CelebA", "FFHQ", "PIPA"],
            None,
            ["RMFRD"],
            ["LFW", "MS1MV2"],
        ],
        "retracted": [["MS-Celeb-1M"], None, None, None, None, None, None],
        "restricted": [None, None, None, ["PIPA"], None, ["RMFRD"], None],
        "research_only": [None, None, None, ["FFHQ"], None, None, None],
        "derived_from_retracted": [
            None,
            ["MS-Celeb-1M"],
            ["DukeMTMC", "MegaFace"],
            None,
            None,
            None,
            ["MS-Celeb-1M"],
        ],
    }


NONE_SUCH = Bad("no such column")


def test_what_is_not_known_of_a_column() -> None:
    both = dict(told(missing(TEXT), missing(LIST), 2))
    assert both == dict.fromkeys(both, [NONE_SUCH] * 2)
    derived = read(pa.array(["UCCS", None]), LIST)
    one = dict(told(missing(TEXT), derived, 2))
    assert one["datasets"] == one["derived_from_retracted"] == [["UCCS"], None]
    assert one["retracted"] == one["restricted"] == one["research_only"] == [NONE_SUCH] * 2
    other = dict(told(read(pa.array(["UCCS", None]), TEXT), missing(LIST), 2))
    assert other["datasets"] == other["retracted"] == [["UCCS"], None]
    assert other["derived_from_retracted"] == [None, None]


def test_a_cell_that_is_not_of_its_type_or_not_read_is_not_known() -> None:
    source = from_python(TEXT, ["UCCS", None, "UCCS"], pa.array([None, "broken record", None]))
    derived = read(pa.array(['[{"a": 1}]', None, None]), LIST)
    found = dict(told(source, derived, 3))
    assert found["datasets"] == [Unknown("not a list"), Unknown("broken record"), ["UCCS"]]
    assert found["retracted"] == [["UCCS"], Unknown("broken record"), ["UCCS"]]


def test_a_cell_too_long_to_look_through_is_not_known() -> None:
    long = "x " * MAX_LENGTH + "MS-Celeb-1M"
    found = dict(told(read(pa.array([long, "FFHQ"]), TEXT), read(pa.array([None, long]), LIST), 2))
    assert found["datasets"] == [Unknown(TOO_LONG)] * 2
    assert found["research_only"] == [Unknown(TOO_LONG), ["FFHQ"]]


def test_no_records() -> None:
    assert set(map(len, dict(told(read(pa.array([], pa.string()), TEXT), missing(LIST), 0)).values())) == {0}


def test_through_the_program(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"path": "a.jpg", "source_dataset": "ms celeb 1m", "derived_from": ["TinyFace"]},
        {"path": "b.jpg", "source_dataset": None},
    ]
    manifest = jsonl(tmp_path / "manifest.jsonl", rows)
    assert known(manifest, FACTS) == {
        "lineage.datasets": ["MS-Celeb-1M; TinyFace", None],
        "lineage.retracted": ["MS-Celeb-1M", None],
        "lineage.restricted": [None, None],
        "lineage.research_only": [None, None],
        "lineage.derived_from_retracted": ["MegaFace", None],
    }
    manifest.write_text(manifest.read_text() + "{\n")
    *_, last = known(manifest, ["lineage.datasets"])["lineage.datasets"]
    assert isinstance(last, Unsure)


def test_the_vocabulary_has_the_facts() -> None:
    assert set(FACTS) <= probes.vocabulary().keys()


def test_an_installation_without_the_list_is_the_users_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (None, FILE.parent):
        monkeypatch.setattr("facelint.shipped.folder", lambda folder=folder: folder)
        with pytest.raises(UserError, match="not installed whole: rules/lists/retracted-datasets"):
            list_file(lineage.FILE)
