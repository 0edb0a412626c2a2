"""The consent registry, joined to records and judged as rows of its own."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from running import AS_OF, Ended, Known, Unsure, facelint, jsonl, known, lines, policy

FOUND, ACTIVE, TYPE, EVIDENCE = "consent.found", "consent.active", "consent.type", "consent.evidence"
GIVEN = {"consent_id": "c", "status": "given", "given_at": "2026-01-01", "valid_until": "", "type": "separate"}


def dataset(folder: Path, records: Sequence[dict[str, Any]], registry: Sequence[dict[str, Any]] | None) -> Path:
    jsonl(folder / "manifest.jsonl", ({"path": f"{i}.jpg", **record} for i, record in enumerate(records)))
    if registry is not None:
        jsonl(folder / "consents.jsonl", registry)
    consents = "" if registry is None else "consents: consents.jsonl\n"
    (folder / "facelint.yaml").write_text("manifest: manifest.jsonl\n" + consents)
    return folder


def one(folder: Path, record: dict[str, Any], row: dict[str, Any], name: str, *options: str) -> Known:
    """What is known of one fact of one record whose consent is `row`."""
    return known(dataset(folder, [{"consent_id": "c", **record}], [{**GIVEN, **row}]), [name], *options)[name][0]


def test_an_id_that_stands_once_is_found_and_brings_its_row(tmp_path: Path) -> None:
    records = [{"consent_id": "c"}, {"consent_id": " c "}, {"consent_id": "C"}, {"consent_id": "d"}]
    told = known(dataset(tmp_path, records, [GIVEN, {**GIVEN, "consent_id": "d", "type": "implied"}]), [FOUND, TYPE])
    assert told == {FOUND: ["true", "true", "false", "true"], TYPE: ["separate", "separate", None, "implied"]}


@pytest.mark.parametrize(
    ("records", "registry"),
    [
        ([{"consent_id": "c"}], None),
        ([{"consent_id": "unknown"}], [GIVEN]),
        ([{"consent_id": ""}, {"consent_id": None}, {"consent_id": "  "}], [GIVEN, {**GIVEN, "consent_id": ""}]),
        ([{}], [GIVEN]),
        ([{"consent_id": "c"}], [{**GIVEN, "consent_id": "other"}]),
    ],
    ids=["no registry", "unknown id", "blank id", "no column", "other id"],
)
def test_no_consent_is_a_fact_and_not_a_doubt(
    tmp_path: Path, records: list[dict[str, Any]], registry: list[dict[str, Any]] | None
) -> None:
    """Found and active are false, the rest is blank."""
    told = known(dataset(tmp_path, records, registry), [FOUND, ACTIVE, TYPE, EVIDENCE])
    n = len(records)
    assert told == {FOUND: ["false"] * n, ACTIVE: ["false"] * n, TYPE: [None] * n, EVIDENCE: [None] * n}


def test_an_id_that_stands_twice_is_not_found_and_nothing_else_is_known_of_it(tmp_path: Path) -> None:
    records = [{"consent_id": "c"}, {"consent_id": "d"}, {"consent_id": ""}]
    registry = [GIVEN, {**GIVEN, "status": "withdrawn"}, {**GIVEN, "consent_id": "d"}]
    told = known(dataset(tmp_path, records, registry), [FOUND, ACTIVE, TYPE])
    twice = Unsure("the id stands more than once in the registry")
    assert told == {
        FOUND: ["false", "true", "false"],
        ACTIVE: [twice, "true", "false"],
        TYPE: [twice, "separate", None],
    }


def test_a_broken_row_of_the_registry_may_be_the_one_that_is_missed(tmp_path: Path) -> None:
    dataset(tmp_path, [{"consent_id": "c"}, {"consent_id": "lost"}, {"consent_id": ""}], [GIVEN])
    with (tmp_path / "consents.jsonl").open("a") as stream:
        stream.write('{"consent_id": "lost", \n')
    told = known(tmp_path, [FOUND, ACTIVE, TYPE])
    lost = Unsure("1 row of the registry could not be read, the first at row 2: line is not valid JSON")
    assert told == {FOUND: ["true", lost, "false"], ACTIVE: ["true", lost, "false"], TYPE: ["separate", lost, None]}


def test_a_broken_record_has_no_known_consent(tmp_path: Path) -> None:
    dataset(tmp_path, [{"consent_id": "c"}], [GIVEN])
    with (tmp_path / "manifest.jsonl").open("a") as stream:
        stream.write("[1]\n")
    told = known(tmp_path, [FOUND, ACTIVE, TYPE])
    assert [states[0] for states in told.values()] == ["true", "true", "separate"]
    assert all(isinstance(states[1], Unsure) for states in told.values())
    (tmp_path / "facelint.yaml").write_text("manifest: manifest.jsonl\n")
    told = known(tmp_path, [FOUND, ACTIVE, TYPE])
    assert [states[0] for states in told.values()] == ["false", "false", None]
    assert all(isinstance(states[1], Unsure) for states in told.values())


@pytest.mark.parametrize("column", ["status", "given_at", "valid_until"])
def test_a_column_that_the_registry_lacks_makes_activity_unsure_and_not_false(tmp_path: Path, column: str) -> None:
    row = {name: value for name, value in GIVEN.items() if name != column}
    told = known(dataset(tmp_path, [{"consent_id": "c"}], [row]), [FOUND, ACTIVE])
    why = f"consent.{column}: the registry has no column for consent.{column}"
    assert told == {FOUND: ["true"], ACTIVE: [Unsure(why)]}


def test_a_known_fault_goes_before_a_missing_column(tmp_path: Path) -> None:
    """Kleene's logic: what is withdrawn is not active, whatever else is not known of it."""
    row = {"consent_id": "c", "status": "withdrawn"}
    assert known(dataset(tmp_path, [{"consent_id": "c"}], [row]), [ACTIVE])[ACTIVE] == ["false"]


@pytest.mark.parametrize(
    ("row", "active"),
    [
        ({}, "true"),
        ({"status": "renewed"}, "true"),
        *[
            ({"status": status}, "false")
            for status in (
                "unknown",
                "requested",
                "deferred",
                "refused",
                "withdrawn",
                "revoked",
                "expired",
                "invalidated",
            )
        ],
        ({"status": ""}, "false"),
        ({"status": "Given"}, Unsure),
        ({"given_at": AS_OF}, "true"),
        ({"given_at": "2026-11-23"}, "false"),
        ({"given_at": f"{AS_OF}T23:59:59Z"}, "true"),
        ({"given_at": ""}, "false"),
        ({"given_at": "yesterday"}, Unsure),
        ({"valid_until": AS_OF}, "true"),
        ({"valid_until": "2026-11-21"}, "false"),
        ({"valid_until": ""}, "true"),
        ({"valid_until": "2027-02-30"}, Unsure),
        ({"valid_until": "2027-02-30", "status": "refused"}, "false"),
    ],
)
def test_what_makes_a_consent_active(tmp_path: Path, row: dict[str, str], active: str | type) -> None:
    state = one(tmp_path, {}, row, ACTIVE)
    assert state == active if isinstance(active, str) else isinstance(state, active)


@pytest.mark.parametrize(("as_of", "active"), [("2025-12-31", "false"), ("2026-01-01", "true"), ("2027-06-30", "true"),
                                               ("2027-07-01", "false")])  # fmt: skip
def test_a_consent_begins_and_lapses_with_the_day_of_the_run(tmp_path: Path, as_of: str, active: str) -> None:
    assert one(tmp_path, {}, {"valid_until": "2027-06-30"}, ACTIVE, "--as-of", as_of) == active


@pytest.mark.parametrize(
    ("record", "row", "active"),
    [
        ({"subject_id": "s"}, {"subject_id": "s"}, "true"),
        ({"subject_id": "s "}, {"subject_id": " s"}, "true"),
        ({"subject_id": "s"}, {"subject_id": "S"}, "false"),
        ({"subject_id": "s"}, {"subject_id": ""}, "true"),
        ({"subject_id": ""}, {"subject_id": "s"}, "true"),
        ({"subject_id": "s"}, {}, "true"),
        ({}, {"subject_id": "s"}, "true"),
    ],
    ids=["equal", "equal when trimmed", "another", "blank there", "blank here", "no column there", "no column here"],
)
def test_a_consent_is_that_of_its_subject(
    tmp_path: Path, record: dict[str, str], row: dict[str, str], active: str
) -> None:
    assert one(tmp_path, record, row, ACTIVE) == active


PROOF = b"signed"
DIGEST = hashlib.sha256(PROOF).hexdigest()


@pytest.mark.parametrize(
    ("path", "digest", "state"),
    [
        ("", "", "none"),
        ("proof.txt", DIGEST, "matches"),
        ("proof.txt", DIGEST.upper(), "matches"),
        ("proof.txt", f"sha256:{DIGEST}", "matches"),
        ("proof.txt", hashlib.sha256(b"").hexdigest(), "mismatch"),
        ("proof.txt", "", Unsure("no SHA-256 of the evidence is declared")),
        ("proof.txt", "abc", Unsure("the declared digest is no SHA-256")),
        ("nothing.txt", DIGEST, "missing"),
        ("folder", DIGEST, "missing"),
        ("fifo", DIGEST, "missing"),
        ("../outside.txt", DIGEST, Unsure("the evidence file leads out of the dataset's folder")),
        ("/etc/passwd", DIGEST, Unsure("the evidence file leads out of the dataset's folder")),
        ("link", DIGEST, Unsure("the evidence file leads out of the dataset's folder")),
    ],
)
def test_evidence(tmp_path: Path, path: str, digest: str, state: Known) -> None:
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "proof.txt").write_bytes(PROOF)
    (tmp_path / "outside.txt").write_bytes(PROOF)
    (root / "link").symlink_to("../outside.txt")
    os.mkfifo(root / "fifo")
    found = one(root, {}, {"evidence_path": path, "evidence_sha256": digest}, EVIDENCE)
    assert (found, type(found)) == (state, type(state))


def test_evidence_lies_beside_the_registry_and_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "proof.txt").write_bytes(PROOF)
    row = {**GIVEN, "evidence_path": "proof.txt", "evidence_sha256": DIGEST}
    dataset(tmp_path, [{"consent_id": c} for c in "cdcd"], None)
    jsonl(tmp_path / "papers" / "consents.jsonl", [row, {**row, "consent_id": "d"}])
    (tmp_path / "facelint.yaml").write_text("manifest: manifest.jsonl\nconsents: papers/consents.jsonl\n")
    assert known(tmp_path, [EVIDENCE])[EVIDENCE] == ["matches"] * 4
    own = policy(tmp_path, f"id: a, require: {{{EVIDENCE}: matches}}")
    assert facelint("check", tmp_path, "--policy", own, "--format", "json").json["timing"]["files_opened"] == 1


def test_a_folder_of_records_is_a_registry_too(tmp_path: Path) -> None:
    dataset(tmp_path, [{"consent_id": "c"}, {"consent_id": "d"}], None)
    (tmp_path / "consents").mkdir()
    for name, row in (("1.json", GIVEN), ("2.json", {**GIVEN, "consent_id": "d", "status": "revoked"})):
        (tmp_path / "consents" / name).write_text(json.dumps(row))
    (tmp_path / "facelint.yaml").write_text("manifest: manifest.jsonl\nconsents: consents\n")
    assert known(tmp_path, [FOUND, ACTIVE]) == {FOUND: ["true", "true"], ACTIVE: ["true", "false"]}


def judged(folder: Path, rule: str, registry: Sequence[dict[str, Any]], *options: str) -> Ended:
    """A rule over the rows of the registry."""
    dataset(folder, [{"consent_id": "c"}], registry)
    own = policy(folder, f"id: r, scope: consent, {rule}")
    return facelint("check", folder, "--policy", own, "--as-of", AS_OF, "--format", "json", *options)


def test_a_rule_over_rows_of_the_registry(tmp_path: Path) -> None:
    rows = [GIVEN, {**GIVEN, "consent_id": "d", "type": "implied"}, {**GIVEN, "consent_id": "e", "type": ""}]
    report = judged(tmp_path, "require: {consent.type: [separate, written]}", rows).json
    (rule,) = report["rules"]
    assert (rule["scope"], rule["of"]) == ("consent", 3)
    assert rule["answers"] == {"pass": 1, "fail": 2, "skip": 0, "waived": 0, "unsure": 0}
    assert [(one["row"], one["source"], one["path"]) for one in report["findings"]] == [
        (2, "consents.jsonl", None),
        (3, "consents.jsonl", None),
    ]


def test_a_row_is_named_by_the_hash_of_its_id(tmp_path: Path) -> None:
    rows = [{**GIVEN, "consent_id": "id-of-a-person", "type": "implied"}]
    shown = judged(tmp_path, "require: {consent.type: separate}", rows)
    assert "id-of-a-person" not in shown.out
    assert shown.json["findings"][0]["record"].startswith("hmac:")
    revealed = judged(tmp_path, "require: {consent.type: separate}", rows, "--reveal")
    assert revealed.json["findings"][0]["record"] == "id-of-a-person"


def test_the_ids_of_a_registry_may_have_to_be_unique(tmp_path: Path) -> None:
    rows = [GIVEN, {**GIVEN, "consent_id": "d"}, GIVEN, {**GIVEN, "consent_id": ""}]
    report = judged(tmp_path, "unique: [consent.id]", rows).json
    assert report["rules"][0]["answers"] == {"pass": 1, "fail": 2, "skip": 1, "waived": 0, "unsure": 0}
    assert [one["row"] for one in report["findings"]] == [1, 3]
    assert all(one["found"].startswith("hmac:") for one in report["findings"])


def test_derived_facts_of_rows(tmp_path: Path) -> None:
    rows = [
        GIVEN,
        {**GIVEN, "consent_id": "d", "subject_id": "another"},
        {**GIVEN, "consent_id": "e"},
        {**GIVEN, "consent_id": "e"},
    ]
    dataset(tmp_path, [{"consent_id": "c", "subject_id": "s"}], rows)
    told = known(tmp_path, [FOUND, ACTIVE, EVIDENCE], scope="consent")
    assert told[FOUND] == ["true", "true", "false", "false"]
    assert told[ACTIVE][:2] == ["true", "true"]
    assert told[EVIDENCE] == ["none"] * 4


def test_a_broken_row_is_unsure_of_everything(tmp_path: Path) -> None:
    dataset(tmp_path, [{"consent_id": "c"}], [GIVEN])
    with (tmp_path / "consents.jsonl").open("a") as stream:
        stream.write("nonsense\n")
    told = known(tmp_path, [FOUND, ACTIVE, TYPE], scope="consent")
    assert [states[0] for states in told.values()] == ["true", "true", "separate"]
    assert all(isinstance(states[1], Unsure) for states in told.values())


def test_no_registry_is_nothing_to_judge_and_never_green(tmp_path: Path) -> None:
    dataset(tmp_path, [{"consent_id": "c"}], None)
    own = policy(tmp_path, "id: r, scope: consent, require: {consent.type: separate}")
    ended = facelint("check", tmp_path, "--policy", own, "--format", "json")
    assert (ended.code, ended.json["rules"][0]["of"]) == (3, 0)


def test_the_aliases_of_other_standards(tmp_path: Path) -> None:
    lines(tmp_path / "manifest.csv", ["path,consent_id", "a.jpg,c"])
    lines(
        tmp_path / "consents.csv",
        [
            "consentReceiptID,hasConsentStatus,consentTimestamp,validity_duration,consentType",
            f"c,given,{AS_OF},,explicit",
        ],
    )
    (tmp_path / "facelint.yaml").write_text("manifest: manifest.csv\nconsents: consents.csv\n")
    assert known(tmp_path, [FOUND, ACTIVE, TYPE]) == {FOUND: ["true"], ACTIVE: ["true"], TYPE: ["explicit"]}
