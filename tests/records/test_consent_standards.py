"""A consent is the same whichever standard it is written in; what has no standard's shape is blank or broken."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facelint.columns import read
from facelint.facts import CONSENT_FACTS
from facelint.records import Registry, RegistryTable
from facelint.records.columns import consent_names
from facelint.records.consents import dpv, flattened, iso_27560, kantara, words

from .helpers import VOCABULARY, many

TYPES = {fact.name: fact.type for fact in CONSENT_FACTS}

FLAT = {
    "consent_id": "6f1c",
    "subject_id": "p-17",
    "status": "given",
    "status_at": "2024-03-05",
    "given_at": "2024-03-05",
    "valid_until": "2026-03-05",
    "retention_until": "2027-03-05",
    "type": "explicit",
    "purposes": "train-recognition; research",
    "pii_types": "face_image; face_template",
    "recipients": "Lab A",
    "storage_locations": "CN",
    "jurisdictions": "CN",
    "controller_name": "Studio Yangtu",
    "controller_contact": "privacy@studio.example",
    "notice_id": "https://studio.example/notice/3",
    "notice_language": "zh",
    "withdrawal_method": "https://studio.example/withdraw",
    "collection_method": "signed form",
    "allow_publish": "true",
    "evidence_path": "forms/6f1c.pdf",
}
"""In this vocabulary's own words."""
OWN = {"allow_publish": True, "evidence_path": "forms/6f1c.pdf"}
"""What no standard has words for is told by members of our names, at the top."""

ISO = {
    "record": {"schema_version": "27560:2023", "record_id": "6f1c", "pii_principal_id": "p-17"},
    "pii_processing": {
        "privacy_notice": "https://studio.example/notice/3",
        "language": "zh",
        "purposes": [
            {
                "purpose": "Training a recogniser of masked faces",
                "purpose_type": "train-recognition",
                "lawful_basis": "consent",
                "pii_information": [{"pii_type": "face_image", "pii_optional": False}, {"pii_type": "face_template"}],
                "pii_controllers": ["C1"],
                "collection_method": "signed form",
                "storage_locations": ["CN"],
                "retention_period": "P3Y",
                "jurisdiction": "CN",
                "recipient_third_parties": ["T1"],
                "withdrawal_method": "https://studio.example/withdraw",
            },
            {"purpose": "research", "pii_controllers": ["C1"], "retention_period": "P3Y"},
        ],
    },
    "party_identification": [
        {"party_id": "C1", "party_name": "Studio Yangtu", "party_email": "privacy@studio.example"},
        {"party_id": "T1", "party_name": "Lab A"},
    ],
    "event": [
        {
            "event_time": "2024-03-05T09:12:44+08:00",
            "validity_duration": "P2Y",
            "entity_id": "p-17",
            "event_type": "explicit",
            "event_state": "given",
        }
    ],
    **OWN,
}
KANTARA = {
    "version": "KI-CR-v1.1.0",
    "jurisdiction": "CN",
    "consentTimestamp": 1709600000,
    "collectionMethod": "signed form",
    "consentReceiptID": "6f1c",
    "language": "zh",
    "piiPrincipalId": "p-17",
    "piiControllers": [
        {"piiController": "Studio Yangtu", "contact": "Front desk", "email": "privacy@studio.example", "address": {}}
    ],
    "policyUrl": "https://studio.example/notice/3",
    "services": [
        {
            "service": "Portraits",
            "purposes": [
                {
                    "purpose": "train-recognition",
                    "purposeCategory": ["5 - Improve Performance"],
                    "consentType": "EXPLICIT",
                    "piiCategory": ["face_image", "face_template"],
                    "primaryPurpose": True,
                    "termination": "P3Y",
                    "thirdPartyDisclosure": True,
                    "thirdPartyName": "Lab A",
                },
                {"purpose": "research", "consentType": "EXPLICIT", "termination": "P3Y", "thirdPartyDisclosure": False},
            ],
        }
    ],
    "sensitive": True,
    "spiCat": ["biometric"],
    # What a receipt has no field for:
    "valid_until": "P2Y",
    "storage_locations": ["CN"],
    "withdrawal_method": "https://studio.example/withdraw",
    **OWN,
}
DPV = {
    "@context": {"dpv": "https://w3id.org/dpv#", "dct": "http://purl.org/dc/terms/"},
    "@id": "https://studio.example/consents/6f1c",
    "@type": "dpv:ConsentRecord",
    "dct:identifier": "6f1c",
    "dpv:hasDataSubject": {"@id": "p-17"},
    "dpv:hasDataController": {
        "@id": "ex:studio",
        "dpv:hasName": "Studio Yangtu",
        "dpv:hasContact": "privacy@studio.example",
    },
    "dpv:hasJurisdiction": "loc:CN",
    "dpv:hasNotice": {"@id": "https://studio.example/notice/3", "@type": "dpv:ConsentNotice", "dct:language": "zh"},
    "dpv:hasConsentControl": {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": "https://studio.example/withdraw"},
    "dpv:hasProcess": {
        "@type": "dpv:Process",
        "dpv:hasPurpose": [
            {"@type": "dpv:Purpose", "dct:title": "A recogniser of masked faces", "skos:broader": "train-recognition"},
            "dpv:AcademicResearch",
        ],
        "dpv:hasPersonalData": ["face_image", {"@id": "pd:FacialPrint"}],
        "dpv:hasRecipient": {"@id": "ex:lab-a", "dct:title": {"@value": "Lab A", "@language": "en"}},
        "dpv:hasDataSource": "signed form",
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": ["loc:CN"]},
            {"@type": "dpv:StorageDuration", "dpv:hasDuration": "P3Y"},
            {"@type": "dpv:StorageDeletion", "dpv:hasDuration": "P1M"},
        ],
    },
    "dpv:hasConsentStatus": {
        "@type": ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"],
        "dpv:isIndicatedAtTime": "2024-03-05T09:12:44",
        "dpv:hasDuration": {"@type": "dpv:TemporalDuration", "rdf:value": "P2Y"},
    },
    **OWN,
}
ALIASES = {
    "consentReceiptID": "6f1c",
    "piiPrincipalId": "p-17",
    "hasConsentStatus": "dpv:ConsentGiven",
    "event_time": "1709600000",
    "validity_duration": "P2Y",
    "retention_period": "P3Y",
    "consentType": "EXPLICIT",
    "purpose": "train-recognition; https://w3id.org/dpv#AcademicResearch",
    "piiCategory": '["face_image", "pd:FacialPrint"]',
    "recipient": "Lab A",
    "storage_location": "https://w3id.org/dpv/loc#CN",
    "jurisdiction": "CN",
    "pii_controller": "Studio Yangtu",
    "controller_contact": "privacy@studio.example",
    "policyUrl": "https://studio.example/notice/3",
    "language": "zh",
    "withdrawal_method": "https://studio.example/withdraw",
    "collectionMethod": "signed form",
    "allow_publish": "true",
    "evidence_path": "forms/6f1c.pdf",
}
"""A flat row in the names and words of the standards; the day of the consent is that of its state."""


def registry(path: Path) -> Registry:
    return Registry(path.name, path, {}, consent_names(VOCABULARY))


def told(table: RegistryTable) -> list[dict[str, str | None]]:
    """By row and fact, the value in its canonical text; `!` where it is not of the type."""
    rows: list[dict[str, str | None]] = [{} for _ in range(table.length)]
    for name, raw in table.columns.items():
        column = read(raw, TYPES[name])
        for row, text, bad in zip(rows, column.texts().to_pylist(), column.reasons().to_pylist(), strict=True):
            if text is not None or bad:
                row[name] = "!" if bad else text
    return rows


def of(path: Path, item: Mapping[str, Any]) -> dict[str, str | None]:
    """What a folder with this one record says."""
    path.mkdir()
    (path / "c.json").write_text(json.dumps(item), encoding="utf-8")
    (row,) = told(registry(path).read(TYPES))
    return row


@pytest.mark.parametrize("item", [ISO, KANTARA, DPV, ALIASES], ids=["iso", "kantara", "dpv", "aliases"])
def test_every_standard_says_the_same(tmp_path: Path, item: dict[str, Any]) -> None:
    wanted = of(tmp_path / "own", FLAT)
    assert len(wanted) == len(FLAT)
    assert "!" not in wanted.values()
    assert of(tmp_path / "other", item) == wanted


def test_every_form_of_registry_says_the_same(tmp_path: Path) -> None:
    for name, row in {"own.csv": FLAT, "aliases.csv": ALIASES}.items():
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([row.keys(), row.values()])
    standards = (FLAT, ISO, KANTARA, DPV, ALIASES)
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, standards)), encoding="utf-8")
    (tmp_path / "all").mkdir()
    for i, item in enumerate(standards):
        (tmp_path / "all" / f"{i}.json").write_text(json.dumps(item, indent=1), encoding="utf-8")
    tables = [registry(tmp_path / name).read(TYPES) for name in ("own.csv", "aliases.csv", "all.jsonl", "all")]
    rows = [row for table in tables for row in told(table)]
    assert len(rows) == 12
    assert all(row == rows[0] for row in rows)


def test_each_is_taken_for_what_it_is() -> None:
    modules = (kantara, iso_27560, dpv)
    for standard, its in ((KANTARA, kantara), (ISO, iso_27560), (DPV, dpv)):
        assert next(module for module in modules if module.recognised(standard)) is its
    plain: list[dict[str, Any]] = [{**FLAT}, {**ALIASES}, {}, {"id": "1", "purposes": ["research"], "history": []}]
    for item in plain:
        assert flattened(item) is item


LIFE: list[dict[str, Any]] = [
    {"event_time": "2024-06-01", "event_state": "withdrawn", "validity_duration": "P0D"},
    {
        "event_time": "2023-01-31T23:00:00Z",
        "event_state": "given",
        "validity_duration": "P1M",
        "event_type": "explicit",
    },
    {"event_time": "2023-01-30", "event_state": "requested"},
]


def test_the_life_of_a_consent(tmp_path: Path) -> None:
    row = of(tmp_path / "iso", {"record": {"record_id": "1"}, "event": LIFE})
    assert row == {
        "consent.id": "1",
        "consent.status": "withdrawn",
        "consent.status_at": "2024-06-01",
        "consent.given_at": "2023-01-31",
        "consent.valid_until": "2023-02-28",
        "consent.type": "explicit",
        "consent.history": "requested@2023-01-30; given@2023-01-31T23:00:00Z; withdrawn@2024-06-01",
    }
    states = {"requested": "ConsentRequested", "given": "ConsentGiven", "withdrawn": "ConsentWithdrawn"}
    same = of(
        tmp_path / "dpv",
        {
            "@graph": [
                {
                    "@id": "ex:1",
                    "@type": "https://w3id.org/dpv#ConsentRecord",
                    "https://w3id.org/dpv#hasIdentifier": "1",
                    "https://w3id.org/dpv#hasConsentStatus": [{"@id": "ex:e0"}, {"@id": "ex:e1"}, {"@id": "ex:e2"}],
                    "https://w3id.org/dpv#hasLegalBasis": {"@id": "https://w3id.org/dpv#ExplicitlyExpressedConsent"},
                },
                *(
                    {
                        "@id": f"ex:e{i}",
                        "@type": f"https://w3id.org/dpv#{states[event['event_state']]}",
                        "http://purl.org/dc/terms/date": {"@type": "xsd:dateTime", "@value": event["event_time"]},
                        "https://w3id.org/dpv#hasDuration": event.get("validity_duration"),
                    }
                    for i, event in enumerate(LIFE)
                ),
            ]
        },
    )
    assert same == row


def test_the_older_form_of_the_guide(tmp_path: Path) -> None:
    """Events are parts of the record, and the state now stands beside them."""
    row = of(
        tmp_path / "dpv",
        {
            "@type": "dpv:ConsentRecord",
            "dpv:hasIdentifier": "1",
            "dct:hasPart": {"@type": ["dpv:ConsentGiven", "dpv:ExpressedConsent"], "dct:date": "2021-05-28T12:24:00"},
            "dpv:hasPart": {"@type": "dpv:ConsentWithdrawn", "dct:date": "2022-02-21T20:44:00"},
            "dpv:hasConsentStatus": {"@id": "dpv:ConsentWithdrawn"},
        },
    )
    assert row["consent.status"] == "withdrawn"
    assert row["consent.given_at"] == "2021-05-28"
    assert row["consent.type"] == "expressed"


def test_a_state_whose_time_the_record_tells(tmp_path: Path) -> None:
    row = of(
        tmp_path / "dpv",
        {
            "@type": "dpv:ConsentRecord",
            "dpv:hasConsentStatus": "dpv:RenewedConsentGiven",
            "dpv:isIndicatedAtTime": "2024-02-29",
            "dpv:hasDuration": "P1Y",
            "dpv:hasDataSubject": "p",
        },
    )
    assert row == {
        "consent.status": "renewed",
        "consent.status_at": "2024-02-29",
        "consent.given_at": "2024-02-29",
        "consent.valid_until": "2025-02-28",
        "consent.subject_id": "p",
    }


def test_a_guardian(tmp_path: Path) -> None:
    who = ["dpv:DataSubject", {"@type": "dpv:ParentOfDataSubject", "dct:identifier": "g-2"}]
    row = of(tmp_path / "d", {"dpv:hasConsentStatus": {"@type": "dpv:ConsentGiven", "dpv:isIndicatedBy": who}})
    assert (row["consent.guardian_id"], row["consent.guardian_relation"]) == ("g-2", "parent")


def test_a_receipt_may_state_another_state(tmp_path: Path) -> None:
    row = of(tmp_path / "k", {**KANTARA, "status": "withdrawn", "status_at": "2025-01-01"})
    assert (row["consent.status"], row["consent.status_at"], row["consent.given_at"]) == (
        "withdrawn",
        "2025-01-01",
        "2024-03-05",
    )


def test_a_receipt_of_no_disclosure_has_recipients_none(tmp_path: Path) -> None:
    services = [{"purposes": [{"purpose": "research", "thirdPartyDisclosure": False}]}]
    assert of(tmp_path / "k", {**KANTARA, "services": services})["consent.recipients"] == "none"


def test_what_is_not_of_the_vocabulary_is_kept_and_so_not_of_its_type(tmp_path: Path) -> None:
    """The example of the Kantara specification."""
    purpose = {
        "purpose": "To provide contracted services",
        "purposeCategory": ["2 - Contracted Service"],
        "consentType": "EXPLICIT",
        "piiCategory": ["1 - Biographical", "2 - Contact"],
        "termination": "Subscription end date + 1 year",
    }
    row = of(tmp_path / "k", {**KANTARA, "services": [{"purposes": [purpose, {"consentType": "IMPLICIT"}]}]})
    assert [row[f"consent.{name}"] for name in ("purposes", "pii_types", "retention_until", "type")] == ["!"] * 4


@pytest.mark.parametrize(
    ("start", "text", "day"),
    [
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2024-01-01T10:00:00Z", "P1Y2M3W4D", "2025-03-26"),
        ("2024-01-01", "PT36H", "2024-01-02"),
        ("1709600000", "P1D", "2024-03-06"),
        ("2024-01-01", "P9999Y", "9999-12-31"),
        ("2024-01-01", "1709600000000", "2024-03-05"),
        ("2024-01-01", "2026-01-01", "2026-01-01"),
        *[("2024-01-01", odd, odd) for odd in ("P", "PT", "P1", "1Y", "63115200", "Account closure", "", "P-1Y")],
        *[(odd, "P1Y", "P1Y") for odd in ("", "then", "2024-02-30")],
    ],
)
def test_durations(start: str, text: str, day: str) -> None:
    assert words.until(start, text) == day


def test_several_records_in_one_file_are_not_one(tmp_path: Path) -> None:
    records = [{"@type": "dpv:ConsentRecord", "dct:identifier": str(i)} for i in range(2)]
    (tmp_path / "r.jsonl").write_text(json.dumps({"@graph": records}), encoding="utf-8")
    table = registry(tmp_path / "r.jsonl").read([])
    assert table.broken is not None
    assert table.broken.to_pylist() == ["holds 2 consent records"]


def test_keys_are_found_for_each_record_alone(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"id": "1", "status": "given"}, {"record_id": "2", "Status": "refused"}, {"id": 3},
                                  {"id": "4", "status": "a", "STATUS": "b", "Status": "c"}]  # fmt: skip
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    table = registry(tmp_path / "r.jsonl").read(["consent.status"])
    assert {name: column.to_pylist() for name, column in table.columns.items()} == {
        "consent.id": ["1", "2", "3", None],
        "consent.status": ["given", "refused", None, None],
    }
    assert table.broken is not None
    assert table.broken.to_pylist() == [None] * 3 + ["has keys that differ only in case, and one of them is wanted"]


KEYS = st.sampled_from(
    "record record_id event event_time event_state purposes purpose pii_information pii_type pii_controllers party_id "
    "party_identification version services piiControllers consentType consentTimestamp @graph @id @type @value @list "
    "dpv:hasConsentStatus hasPart dpv:hasDuration dpv:hasPurpose rdf:value dct:identifier dpv:hasNotice status".split()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    | st.sampled_from(["given", "dpv:ConsentGiven", "P2Y", "1709600000", "a", "2024-01-01", "KI-CR-v1.1.0"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=30,
)  # fmt: skip


@many
@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=6), min_size=1, max_size=4))
def test_no_shape_is_too_odd(tmp_path: Path, items: list[dict[str, Any]]) -> None:
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    table = registry(tmp_path / "r.jsonl").read(TYPES)
    assert len(told(table)) == len(items)
    registry(tmp_path / "r.jsonl").own_columns()


def nested(depth: int) -> str:
    return '{"purposes": [' * depth + "1" + "]}" * depth


@pytest.mark.parametrize(
    "text",
    [
        nested(400),
        nested(100_000),
        '{"@graph": ' + nested(400) + "}",
        json.dumps({"@graph": [{"@id": f"ex:{i}", "dpv:hasPart": {"@id": f"ex:{i + 1}"}} for i in range(5_000)]}),
        json.dumps({"dpv:hasConsentStatus": {"@id": "ex:a", "x" * 200_000 + "/": {"@id": "ex:a"}}}),
        json.dumps({"@type": "dpv:ConsentRecord", **{f"dpv:has{i}": [{"@id": "a"}] for i in range(20_000)}}),
        json.dumps({"event": [{"event_time": "2024-01-01", "event_state": "given"}] * 10_000}),
        json.dumps({"services": [{"purposes": [{"purpose": str(i)} for i in range(10_000)]}]}),
        json.dumps({"party_identification": [{"party_id": "C"}] * 5_000, "pii_controllers": ["C"] * 5_000}),
        json.dumps({"piiControllers": {"a": 1}, "services": {"purposes": {"purpose": {"consentType": []}}}}),
        json.dumps({"purposes": {}, "event": "given", "record": [[{"record_id": ["a", {}]}]]}),
        '{"services": [{"purposes": [{"purpose": "\\ud800"}]}]}',
    ],
    ids=range(12),
)
def test_hostile_shapes_take_no_time_and_raise_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "c.json").write_text(text, encoding="utf-8")
    started = time.monotonic()
    assert registry(tmp_path / "r").read(TYPES).length == 1
    assert time.monotonic() - started < 5
