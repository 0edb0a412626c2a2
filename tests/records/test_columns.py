"""Which column is which fact."""

from __future__ import annotations

import pytest

from facelint.errors import DatasetError
from facelint.records.columns import Names, assign, consent_names, record_names

from .helpers import VOCABULARY

RECORDS = record_names(VOCABULARY)


@pytest.mark.parametrize(
    ("header", "wanted", "found"),
    [
        ("path file_name", "path", 0),
        ("file_name path", "path", 1),
        ("filename file_name", "path", 1),
        ("File_Name filename", "path", 1),
        ("File_Name FILEPATH", "path", 0),
        ("a b", "path", None),
        ("id image_id", "record_id", 1),
        ("zone Zone2", "zone", 0),
        ("ZONE", "zone", 0),
    ],
)
def test_names(header: str, wanted: str, found: int | None) -> None:
    chosen = assign(header.split(), [wanted], Names({}, RECORDS), "m", numbered=True)
    assert chosen.get(wanted) == found


def test_what_is_wanted_twice_may_be_one_column() -> None:
    chosen = assign(["file_name"], ["path", "file_name"], Names({}, RECORDS), "m", numbered=True)
    assert chosen == {"path": 0, "file_name": 0}


def test_mapping_beats_all_and_must_lead_somewhere() -> None:
    names = Names({"path": "b"}, RECORDS)
    assert assign(["path", "b"], ["path"], names, "m", numbered=True) == {"path": 1}
    with pytest.raises(DatasetError, match=r'^m: no column "b" \(for path, by columns:\)$'):
        assign(["path"], [], names, "m", numbered=True)


def test_records_and_consents_have_names() -> None:
    assert RECORDS["path"][:2] == ("path", "file_name")
    assert "file.sha256" not in RECORDS
    assert consent_names(VOCABULARY)["consent.status"] == ("status", "consent.status", "hasConsentStatus")
