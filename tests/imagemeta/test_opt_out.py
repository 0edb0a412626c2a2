"""What statements on mining and training are called, and what they come to."""

from __future__ import annotations

import re
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facelint.imagemeta import opt_out


@pytest.mark.parametrize(
    ("value", "signal"),
    [
        ("DMI-PROHIBITED", "plus:DMI-PROHIBITED"),
        ("http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING", "plus:DMI-PROHIBITED-AIMLTRAINING"),
        ("http://ns.useplus.org/ldf/value/DMI-ALLOWED/ ", "plus:DMI-ALLOWED"),
        ("plus:DMI-Prohibited-GenAIMLTraining", "plus:DMI-PROHIBITED-GENAIMLTRAINING"),
        ("Prohibited for Generative AI/ML training", "plus:DMI-PROHIBITED-GENAIMLTRAINING"),
        ("ProhibitedAiMlTraining", "plus:DMI-PROHIBITED-AIMLTRAINING"),
        ("http://ns.useplus.org/ldf/vocab/DMI-ALLOWED-noaitraining", "plus:DMI-ALLOWED-noaitraining"),
        ("DMI-SEE-CONSTRAINT", "plus:DMI-SEE-constraint"),
        ("DMI-PROHIBITED-AITRAINING", "plus:DMI-PROHIBITED-AITRAINING"),
        ("DMI-<b>", ""), ("", ""), ("yes", ""), ("DMI-" + "A" * 99, ""),
    ],
)  # fmt: skip
def test_spellings_of_plus(value: str, signal: str) -> None:
    assert opt_out.data_mining(value) == signal


@given(st.text(max_size=90))
def test_no_signal_holds_what_a_stranger_wrote(text: str) -> None:
    shape = re.compile(r"(plus:DMI-[A-Za-z0-9-]{1,60}|(c2pa|cawg)\.[a-z_]+=[A-Za-z]+|tdm:reservation=[01]|)")
    signals = (opt_out.data_mining(text), opt_out.reservation(text), opt_out.entry(text, text, explained=False))
    assert all(shape.fullmatch(signal) for signal in signals)
    assert all(stance in opt_out.STANCES for stance in opt_out.stances(signals))


@pytest.mark.parametrize(
    ("signals", "training", "generative"),
    [
        ([], "none", "none"),
        (["plus:DMI-UNSPECIFIED"], "none", "none"),
        (["plus:DMI-ALLOWED"], "allowed", "allowed"),
        (["plus:DMI-PROHIBITED"], "prohibited", "prohibited"),
        (["plus:DMI-PROHIBITED-GENAIMLTRAINING"], "none", "prohibited"),
        (["plus:DMI-PROHIBITED-SEECONSTRAINT"], "constrained", "constrained"),
        (["plus:DMI-ALLOWED-noaigentraining"], "allowed", "prohibited"),
        (["plus:DMI-SOMETHING-NEW"], "constrained", "constrained"),
        (["plus:DMI-OTHER", "plus:DMI-ALLOWED"], "constrained", "constrained"),
        (["c2pa.ai_training=notAllowed", "c2pa.ai_generative_training=allowed"], "prohibited", "allowed"),
        (["cawg.ai_inference=notAllowed"], "none", "none"),
        (["cawg.data_mining=notAllowed"], "constrained", "constrained"),
        (["cawg.data_mining=allowed"], "none", "none"),
        (["c2pa.ai_training=other"], "constrained", "none"),
        (["c2pa.other=notAllowed"], "constrained", "constrained"),
        (["c2pa.other=allowed"], "none", "none"),
        (["tdm:reservation=1"], "prohibited", "prohibited"),
        (["tdm:reservation=0"], "allowed", "allowed"),
        (["tdm:policy"], "constrained", "constrained"),
        (["noai"], "prohibited", "prohibited"),
    ],
)
def test_stances(signals: list[str], training: str, generative: str) -> None:
    assert opt_out.stances(signals) == (training, generative)


def test_the_strictest_wins_in_whatever_order() -> None:
    signals = [
        "plus:DMI-ALLOWED",
        "cawg.ai_training=constrained",
        "c2pa.ai_generative_training=notAllowed",
        "tdm:reservation=0",
    ]
    assert {opt_out.stances(order) for order in permutations(signals)} == {("constrained", "prohibited")}


def test_constrained_without_more_is_not_allowed() -> None:
    bare = opt_out.entry("cawg.ai_training", "constrained", explained=False)
    assert bare == "cawg.ai_training=notAllowed"
    assert opt_out.stances([bare]) == ("prohibited", "none")
    assert opt_out.entry("cawg.ai_training", "constrained", explained=True) == "cawg.ai_training=constrained"


@pytest.mark.parametrize(
    ("value", "signal"), [("1", "1"), ("0", "0"), ("true", "1"), ("False", "0"), ("https://x", "1")]
)
def test_reservations(value: str, signal: str) -> None:
    assert opt_out.reservation(value) == f"tdm:reservation={signal}"
    assert opt_out.reservation(" ") == ""
