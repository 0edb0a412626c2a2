"""What the manifest, the card and the clock tell of a record."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import AS_OF, Known, Unsure, facelint, known, lines, policy

NOT_STATED = Unsure("the card does not state it")
NO_NUMBER = Unsure("not a number")


def dataset(folder: Path, rows: list[str], card: str = "") -> Path:
    lines(folder / "manifest.csv", rows)
    (folder / "facelint.yaml").write_text("manifest: manifest.csv\n" + (f"card: {{{card}}}\n" if card else ""))
    return folder


@pytest.mark.parametrize(
    ("rows", "card", "prices", "currencies"),
    [
        (
            ["path,price,currency", "a,0.2,CNY", "b,,"],
            "price_per_image: 5, currency: EUR",
            ["0.2", "5"],
            ["CNY", "EUR"],
        ),
        (["path", "a"], "price_per_image: 5, currency: EUR", ["5"], ["EUR"]),
        (["path", "a"], "", [NOT_STATED], [NOT_STATED]),
        (["path", "a"], "price_per_image: , currency: ''", [None], [None]),
        (["path,price", "a,cheap", "b, "], "price_per_image: 5", [NO_NUMBER, "5"], [NOT_STATED] * 2),
        (["path,price", "a,"], "price_per_image: dear", [NO_NUMBER], [NOT_STATED]),
    ],
)
def test_price_and_currency_fall_back_on_the_card(
    tmp_path: Path, rows: list[str], card: str, prices: list[Known], currencies: list[Known]
) -> None:
    told = known(dataset(tmp_path, rows, card), ["price", "currency"])
    assert all(map(agrees, told["price"] + told["currency"], prices + currencies))


def agrees(found: Known, wanted: Known) -> bool:
    """Equal, or unsure for a reason that begins so."""
    both = isinstance(found, Unsure) and isinstance(wanted, Unsure)
    return str(found).startswith(str(wanted)) if both else found == wanted


def test_a_record_goes_by_its_path_where_it_has_no_id(tmp_path: Path) -> None:
    assert known(dataset(tmp_path, ["path,id", "a.jpg,1", "b.jpg, "]), ["record_id"]) == {"record_id": ["1", "b.jpg"]}
    assert known(dataset(tmp_path, ["path", "a.jpg"]), ["record_id"]) == {"record_id": ["a.jpg"]}


def test_a_row_that_cannot_be_read_is_unknown_in_every_column(tmp_path: Path) -> None:
    dataset(
        tmp_path, ["path,license,masked", "a.jpg,MIT,yes", "b.jpg,MIT", "c.jpg,,no"], "license: MIT, price_per_image: 1"
    )
    told = known(tmp_path, ["path", "record_id", "license", "masked", "price"])
    assert {name: states[0] for name, states in told.items()} == {
        "path": "a.jpg", "record_id": "a.jpg", "license": "MIT", "masked": "true", "price": "1",
    }  # fmt: skip
    assert all(isinstance(states[1], Unsure) for states in told.values())
    assert told["license"][2] is None


def test_a_broken_row_is_told_among_what_was_not_examined(tmp_path: Path) -> None:
    dataset(tmp_path, ["path,license", "a.jpg,MIT", "b.jpg,MIT,too much"])
    ended = facelint("check", tmp_path, "--policy", policy(tmp_path, "id: a, require: {license: present}"))
    assert ended.code == 3
    assert "not examined, in whole or in part: 1 record\n    manifest.csv:3: " in ended.out
    assert "too much" not in ended.out


@pytest.mark.parametrize(
    ("fact", "cell", "state"),
    [
        ("subject_age", "17", "17"),
        ("subject_age", "17.5", Unsure("not an integer")),
        ("masked", "maybe", Unsure("not a boolean")),
        ("collected_at", "2026-02-30", Unsure("not a date")),
        ("masked", "YES", "true"),
        ("license", "null", None),
    ],
)
def test_cells_by_the_type_of_their_fact(tmp_path: Path, fact: str, cell: str, state: Known) -> None:
    told = known(dataset(tmp_path, [f"path,{fact}", f"a.jpg,{cell}"]), [fact])[fact][0]
    assert agrees(told, state)


def test_the_reason_never_quotes_the_cell(tmp_path: Path) -> None:
    dataset(tmp_path, ["path,subject_age,collected_at", "a.jpg,secret-1,secret-2"])
    own = policy(
        tmp_path, "id: a, require: {subject_age: {ge: 18}}", "id: b, require: {collected_at: {le: 2026-01-01}}"
    )
    ended = facelint("check", tmp_path, "--policy", own, "--format", "json")
    assert ended.code == 3
    assert "secret" not in ended.out + ended.err


def test_the_card_and_the_day_are_the_same_for_every_record(tmp_path: Path) -> None:
    dataset(tmp_path, ["path", "a", "b"], "commercial: true, impact_assessment: {id: PIA-1}, recipients: [a, b]")
    names = [
        "card.commercial",
        "card.impact_assessment.id",
        "card.recipients",
        "card.generative",
        "run.as_of",
        "run.horizon",
    ]
    told = known(tmp_path, names, "--horizon", "30d")
    assert {name: states[0] for name, states in told.items()} == {
        "card.commercial": "true", "card.impact_assessment.id": "PIA-1", "card.recipients": "a; b",
        "card.generative": NOT_STATED, "run.as_of": AS_OF, "run.horizon": "2026-12-22",
    }  # fmt: skip
    assert all(states[0] == states[1] for states in told.values())
