"""The statement: in-toto's shape, what the report says, nothing of what it guards, and no other kind or version."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facelint import probes
from facelint.cli.asked import policy_for
from facelint.gates import statement as module
from facelint.gates.refused import Refused
from facelint.gates.statement import FAMILY, PREDICATE_TYPE, payload, read
from facelint.gates.tree import ALGORITHM, root
from facelint.records import open_dataset

from .helpers import CONFIGURATION, DAY, NOW, RULE, attested, dataset, rules
from .test_tree import DOC

Whole = dict[str, Any]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("statement")
    return payload(attested(dataset(folder / "set"), rules(folder / "policy")).statement)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    one = attested(dataset(tmp_path / "set"), rules(tmp_path / "policy")).statement
    assert read(payload(one)) == one
    assert payload(one).isascii()


def test_in_totos_own_reader_takes_it(whole: bytes) -> None:
    pytest.importorskip("in_toto_attestation", reason="in-toto-attestation is not installed")
    json_format = import_module("google.protobuf.json_format")
    shapes = import_module("in_toto_attestation.v1.statement_pb2")
    theirs = json_format.Parse(whole, shapes.Statement())
    import_module("in_toto_attestation.v1.statement").Statement.copy_from_pb(theirs).validate()
    assert theirs.predicate_type == PREDICATE_TYPE
    assert dict(theirs.subject[0].digest).keys() == {ALGORITHM}
    assert theirs.predicate["verdict"] == "pass"


def test_the_types_are_uris_that_claim_no_host(whole: bytes) -> None:
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}#[a-z-]+-[0-9]+", PREDICATE_TYPE)
    assert json.loads(whole)["_type"] == "https://in-toto.io/Statement/v1"
    assert PREDICATE_TYPE in DOC


def test_every_key_is_documented(whole: bytes) -> None:
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", DOC.partition("## The statement")[2].partition("## ")[0], re.MULTILINE)
    documented = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert documented == json.loads(whole)["predicate"].keys()


def test_it_says_what_the_report_says(tmp_path: Path) -> None:
    judged = rules(tmp_path / "policy", RULE, "id: mit, severity: warning, require: {license: MIT}")
    folder = dataset(tmp_path / "set")
    (folder / "manifest.csv").write_text("path,license\na.jpg,MIT\nb/c.jpg,GPL-2.0-only\n", encoding="utf-8")
    one = attested(folder, judged)
    said = one.statement
    assert (said.verdict, said.records, said.files, said.bytes) == ("pass", 2, 7, sum(x.size for x in one.leaves))
    assert said.root == root(one.leaves)
    (ledger,) = said.ledger
    assert (ledger.things, ledger.rules) == (2, 2)
    assert ledger.answers == {"pass": 3, "fail": 1, "skip": 0, "waived": 0, "unsure": 0}
    (told,) = said.policies
    assert (told.id, told.version, told.digest, told.verdict) == ("own", "1", judged.packs[0].digest, "pass")


@pytest.mark.parametrize(
    ("require", "verdict"), [("{license: MIT}", "pass"), ("{license: X}", "fail"), ("{masked: true}", "incomplete")]
)
def test_every_verdict_is_stated(tmp_path: Path, require: str, verdict: str) -> None:
    folder = dataset(tmp_path / "set")
    text = (folder / "manifest.csv").read_text("utf-8").replace("license\n", "license,masked\n")
    (folder / "manifest.csv").write_text(text.replace("MIT\n", "MIT,perhaps\n"), encoding="utf-8")
    said = attested(folder, rules(tmp_path / "policy", f"id: a, require: {require}")).statement
    assert said.verdict == verdict
    assert bool(said.why) == (verdict == "incomplete")


def test_nothing_of_the_records_is_in_it(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "Zhang San")
    (folder / "images" / "Zhang San.jpg").write_bytes(b"x")
    (folder / "manifest.csv").write_text("path,license,subject_id\nZhang San.jpg,Li Si,Wang Wu\n", encoding="utf-8")
    (folder / "facelint.yaml").write_text("images: images\nmanifest: manifest.csv\n")
    judged = rules(tmp_path / "policy", "id: a, require: {license: X, subject_id: Y}")
    data = payload(attested(folder, judged).statement).decode()
    assert not [word for word in ("Zhang", "Li Si", "Wang", "tmp", "manifest.csv") if word in data]
    assert json.loads(data)["subject"][0]["name"] == "_"


def test_what_the_dataset_itself_changes_is_told(tmp_path: Path) -> None:
    judged = tmp_path / "policy"
    rules(judged, RULE, "id: other, require: {license: X}", "id: third, require: {license: X}")
    folder = dataset(tmp_path / "set")
    own = f"policies: [{judged / 'own-policy.yaml'}]\noverride: {{own/third: {{severity: note}}}}\n"
    (folder / "facelint.yaml").write_text(CONFIGURATION + own + "disable: [own/other]\n")
    said = attested(folder, policy_for(open_dataset(folder, probes.vocabulary()), None, None)).statement
    assert (said.disabled, said.overridden, said.verdict) == (("own/other",), ("own/third",), "pass")


@given(st.integers(0, 400), st.integers(0, 400))
def test_age_counts_from_the_day_it_judges_by(back: int, lasts: int) -> None:
    as_of = NOW.date() - timedelta(days=back)
    from_when = module.from_when(NOW, as_of)
    assert from_when <= NOW
    assert from_when.date() == as_of
    assert (from_when == NOW) == (back == 0)


def test_it_expires_by_the_day_it_judges_by(tmp_path: Path) -> None:
    folder, judged = dataset(tmp_path / "set"), rules(tmp_path / "policy")
    assert attested(folder, judged, lasts=3 * DAY).statement.expires == NOW + 3 * DAY
    assert attested(folder, judged, lasts=3 * DAY, as_of=date(2025, 1, 1)).statement.expires < NOW - 300 * DAY


def edited(whole: bytes, change: Callable[[Whole], object]) -> bytes:
    data = json.loads(whole)
    change(data)
    return json.dumps(data).encode()


def setting(*path: str | int, to: object) -> Callable[[Whole], None]:
    def change(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (setting("_type", to="https://in-toto.io/Statement/v0.1"), "no in-toto statement of type"),
        (setting("predicateType", to=f"{FAMILY}#facelint-attestation-2"), "of another version of facelint's"),
        (setting("predicateType", to="https://slsa.dev/provenance/v1"), "it attests something else"),
        (setting("predicateType", to=None), "it attests something else"),
        (setting("predicateType", to=PREDICATE_TYPE.upper()), "it attests something else"),
        (setting("subject", to=[]), "it has 0 subjects"),
        (setting("subject", to=[{}, {}]), "it has 2 subjects"),
        (setting("subject", to=["x"]), "lacks subject"),
        (setting("subject", 0, "digest", to={"sha256": "0" * 64}), "lacks facelintTree1"),
        (setting("subject", 0, "digest", ALGORITHM, to="0" * 63), "not 64 hex digits"),
        (setting("subject", 0, "digest", ALGORITHM, to="A" * 64), "not 64 hex digits"),
        (setting("predicate", to=None), "lacks predicate"),
        (setting("predicate", "verdict", to=True), "lacks verdict"),
        (setting("predicate", "records", to="8"), "lacks records"),
        (setting("predicate", "records", to=True), "lacks records"),
        (setting("predicate", "records", to=8.0), "lacks records"),
        (setting("predicate", "expires", to="2026-11-22"), "lacks expires"),
        (setting("predicate", "expires", to="2026-13-22T00:00:00Z"), "lacks expires"),
        (setting("predicate", "expires", to="2026-11-22T00:00:00+00:00"), "lacks expires"),
        (setting("predicate", "as_of", to="2026-02-30"), "lacks as_of"),
        (setting("predicate", "policies", to=[{"id": "own"}]), "lacks version"),
        (setting("predicate", "params", to={"a": [1]}), "lacks a"),
        (setting("predicate", "disabled", to="no"), "lacks disabled"),
        (setting("predicate", "ledger", 0, "answers", to={}), "lacks pass"),
    ],
)
def test_what_is_no_statement_of_ours(whole: bytes, change: Callable[[Whole], None], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(edited(whole, change))


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"_type": 1, "_type": 1}', b"{} {}"])
def test_what_is_no_statement_at_all(data: bytes) -> None:
    with pytest.raises(Refused, match="what is signed"):
        read(data)


def test_what_is_unknown_is_not_looked_at(whole: bytes) -> None:
    """In-toto's parsing rule: a minor version may add fields."""
    more = edited(whole, setting("predicate", "more", to={"a": 1}))
    assert read(edited(more, setting("extension", to=[]))) == read(whole)
