"""Licences as SPDX has them: what is valid, what is known, and what each allows and asks for."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_expression import ExpressionError
from running import Unsure, environment, jsonl, known

from facelint import probes
from facelint.columns import constant, missing, read
from facelint.errors import UserError
from facelint.plan import Ask
from facelint.probes import license as module
from facelint.probes.license import MAX_DEPTH, MAX_LENGTH, NOT_VALID, TERMS, Licence, licence
from facelint.values import TEXT

from .states import Bad, Unknown, said

FACTS = [fact.name for fact in module.FACTS]


def terms(text: str) -> str:
    """`valid`, `known` and the four terms, each as y, n or ?."""
    one = licence(text)
    shown = [one.valid, one.known, *(None if one.terms is None else one.terms[name] for name in TERMS)]
    return "".join("?" if value is None else "ny"[value] for value in shown)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [  # valid known | commercial derivatives share_alike attribution
        ("MIT", "yyyynn"),
        ("mit", "yyyynn"),
        ("CC0-1.0", "yyyynn"),
        ("CC-BY-4.0", "yyyyny"),
        ("CC-BY-SA-4.0", "yyyyyy"),
        ("CC-BY-ND-4.0", "yyynny"),
        ("CC-BY-NC-4.0", "yynyny"),
        ("cc-by-nc-4.0", "yynyny"),
        ("CC-BY-NC-SA-4.0", "yynyyy"),
        ("CC-BY-NC-ND-4.0", "yynnny"),
        ("PolyForm-Noncommercial-1.0.0", "yynynn"),
        ("NCGL-UK-2.0", "yynyny"),
        ("ODbL-1.0", "yyyyyy"),
        ("ODC-By-1.0", "yyyyny"),
        ("PDDL-1.0", "yyyynn"),
        ("CDLA-Sharing-1.0", "yyyyyy"),
        ("CDLA-Permissive-2.0", "yyyynn"),
        ("GFDL-1.3-or-later", "yyyyyy"),
        ("GPL-3.0-only", "yyyyyn"),
        ("GPL-2.0+", "yyyyyn"),
        ("GPL-2.0-with-classpath-exception", "yyyyyn"),
        ("Apache-2.0+", "yyyynn"),
        ("C-UDA-1.0", "yy????"),
        ("PolyForm-Small-Business-1.0.0", "yy????"),
        ("LicenseRef-own", "yn????"),
        ("DocumentRef-a:LicenseRef-b", "yn????"),
        # AND: every part allows, some part asks
        ("CC-BY-4.0 AND MIT", "yyyyny"),
        ("CC-BY-NC-4.0 AND CC-BY-SA-4.0", "yynyyy"),
        ("LicenseRef-own AND CC-BY-NC-4.0", "ynn??y"),
        ("C-UDA-1.0 AND MIT", "yy????"),
        # OR: the licensee may choose
        ("CC-BY-NC-4.0 OR CC-BY-4.0", "yyyyny"),
        ("CC-BY-SA-4.0 OR MIT", "yyyynn"),
        ("LicenseRef-own OR MIT", "ynyynn"),
        ("LicenseRef-own OR CC-BY-NC-SA-4.0", "yn?y??"),
        ("MIT OR CC-BY-NC-4.0 AND CC-BY-ND-4.0", "yyyynn"),
        ("(MIT OR CC-BY-NC-4.0) AND CC-BY-ND-4.0", "yyynny"),
        ("mit or (isc and cc0-1.0)", "yyyynn"),
        # an exception leaves the terms
        ("GPL-2.0-only WITH Classpath-exception-2.0", "yyyyyn"),
        ("GPL-2.0-only with classpath-exception-2.0 OR MIT", "yyyynn"),
        ("CC-BY-NC-4.0 WITH AdditionRef-own", "yynyny"),
    ],
)
def test_what_a_licence_allows_and_asks_for(text: str, wanted: str) -> None:
    assert terms(text) == wanted


NO_EXPRESSIONS = (
    "GPL|BSD-2|CC-BY|CC BY-NC 4.0|Creative Commons|all rights reserved|research only|proprietary|MIT License|MIT,ISC|"
    "MIT/ISC|MIT & ISC|MIT And ISC|MIT oR ISC|(MIT)Or(ISC)|NONE|NOASSERTION|MIT OR NONE|MIT WITH NOASSERTION|"
    "MIT WITH ISC|Classpath-exception-2.0|licenseref-own|LICENSEREF-own|LicenseRef-|LicenseRef-a_b|LicenseRef-a+|a:b|"
    "DocumentRef-a|DocumentRef-:LicenseRef-a|AdditionRef-own|MIT WITH AdditionRef-|MIT WITH LicenseRef-a|MIT (ISC)|"
    "( AND MIT|(And)|MIT WITH AND|MIT WITH (|"
    "()|( )|(|)|)(|MIT)|(MIT|((MIT)|(MIT) ISC|AND|OR|WITH|AND MIT|MIT OR|MIT AND OR ISC|MIT WITH|WITH MIT|+|MIT +|"
    "with with with|not MIT|(GPL-2.0-only) WITH Classpath-exception-2.0|MIT\tOR ISC|MIT\nOR ISC|MIT\n|MIT\x00|"
    "\x1b[31mMIT|ＭＩＴ|\u212ailo|许可|MIT\u00a0OR ISC|https://creativecommons.org/licenses/by/4.0/|ISC WITH|-|.|:|"
    "LicenseRef-\u00e9|MIT\u202e|'MIT'|=cmd()|GPL-2.0-only WITH GPL-2.0-with-font-exception+|MIT++"
).split("|")


@pytest.mark.parametrize("text", NO_EXPRESSIONS)
def test_what_is_no_expression(text: str) -> None:
    assert licence(text) == NOT_VALID


def test_every_creative_commons_id_has_the_terms_that_its_name_says() -> None:
    ids = [name for name in module._ids() if name.startswith("cc-by")]
    assert len(ids) >= 50
    for name in ids:
        parts = name.split("-")
        wanted = ["nc" not in parts, "nd" not in parts, "sa" in parts, True]
        assert terms(name) == "yy" + "".join("ny"[value] for value in wanted)


def test_every_id_of_the_spdx_list_is_known_and_has_a_class() -> None:
    lists = pytest.importorskip("packaging.licenses._spdx")
    without = [one["id"] for name, one in lists.LICENSES.items() if name.removesuffix("+") not in module._classes()]
    unknown = [one["id"] for one in lists.LICENSES.values() if not licence(one["id"]).known]
    exceptions = [one["id"] for one in lists.EXCEPTIONS.values() if not licence(f"MIT WITH {one['id']}").known]
    newer = 0 if lists.VERSION == "3.27.0" else 0.05 * len(lists.LICENSES)
    assert len(without) <= newer
    assert len(unknown) <= newer
    assert len(exceptions) <= newer


def test_an_id_without_a_class_is_known_and_its_terms_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    one = module._classes()["mit"]
    monkeypatch.setattr(module, "_classes", lambda: {"isc": one, "licenseref-own": one})
    module._licence.cache_clear()
    try:
        assert terms("MIT") == "yy????"
        assert licence("MIT").why == "MIT has no class in licence-classes.yaml"
        assert terms("LicenseRef-Own") == "yyyynn"
    finally:
        module._licence.cache_clear()


# Hostile texts


HOSTILE = {
    "a megabyte": "MIT OR " * 150_000 + "MIT",
    "a megabyte of one word": "M" * 2**20,
    "10,000 parentheses": "(" * 10_000 + "MIT" + ")" * 10_000,
    "1,000 open parentheses": "(" * 1_000,
    "as long and as deep as may be": "(" * 990 + "MIT" + ")" * 990,
    "operators only": "AND OR WITH " * 150,
    "operators only, at length": "AND " * 500_000,
    "control characters": "".join(map(chr, range(32))) * 60,
    "alternating": "(MIT OR (ISC AND " * 110 + "MIT" + "))" * 110,
    "a surrogate": "MIT\ud800",
    "blanks": " " * 2_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_not_valid_and_cost_little(name: str) -> None:
    licence("MIT")
    begun = time.perf_counter()
    assert licence(HOSTILE[name]) == NOT_VALID
    assert time.perf_counter() - begun < 0.5


def test_what_the_library_refuses_is_not_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stricter:
        def parse(self, text: str, simple: bool) -> None:
            raise ExpressionError("a later version may be stricter")

    monkeypatch.setattr(module, "_library", Stricter)
    assert module._parse("MIT") is None


def test_bounds() -> None:
    long = " OR ".join(["MIT"] * 286)
    assert len(long) <= MAX_LENGTH < len(long + " OR MIT")
    assert licence(long).known
    assert licence(long + " OR MIT") == NOT_VALID
    assert licence("(" * MAX_DEPTH + "MIT" + ")" * MAX_DEPTH).known
    assert licence("(" * (MAX_DEPTH + 1) + "MIT" + ")" * (MAX_DEPTH + 1)) == NOT_VALID
    nested = "(MIT OR ISC AND " * MAX_DEPTH + "MIT" + ")" * MAX_DEPTH
    assert licence(nested).known


WORDS = st.sampled_from(
    "MIT ISC CC-BY-NC-4.0 LicenseRef-a AND OR WITH and or with ( ) + LLVM-exception GPL-2.0+ x".split()
)


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.lists(WORDS, max_size=12).map("".join) | st.text(max_size=60))
def test_any_text_has_an_answer(text: str) -> None:
    one = licence(text)
    assert isinstance(one, Licence)
    assert (one.terms is None) is not one.valid
    assert one.valid or not one.known


@st.composite
def expressions(draw: st.DrawFn) -> tuple[str, Any]:
    """An expression in full parentheses, and its meaning: an id, or an operator and two parts."""
    depth = draw(st.integers(0, 3))

    def make(left: int) -> tuple[str, Any]:
        if not left:
            one = draw(st.sampled_from(["MIT", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "LicenseRef-a", "C-UDA-1.0"]))
            return one, one
        operator = draw(st.sampled_from(["AND", "OR"]))
        (first, a), (second, b) = make(left - 1), make(draw(st.integers(0, left - 1)))
        return f"({first} {operator} {second})", (operator, a, b)

    return make(depth)


@given(expressions())
def test_terms_are_those_of_every_way_that_unknown_ones_may_turn_out(one: tuple[str, Any]) -> None:
    """Three-valued logic is sound: a term that is settled is the same whatever the unknown licences say of it."""
    text, tree = one
    found = licence(text).terms
    assert found is not None

    def value(node: Any, name: str, guess: dict[str, bool]) -> bool:
        if isinstance(node, str):
            stated = licence(node).terms
            assert stated is not None
            known_value = stated[name]
            return guess[node] if known_value is None else known_value
        operator, *parts = node
        values = [value(part, name, guess) for part in parts]
        allowed = name in ("commercial", "derivatives")
        return all(values) if (operator == "AND") is allowed else any(values)

    for name in TERMS:
        unknown = ["LicenseRef-a", "C-UDA-1.0"]
        ways = [dict(zip(unknown, way, strict=True)) for way in product([True, False], repeat=2)]
        outcomes = {value(tree, name, way) for way in ways}
        assert found[name] is None or outcomes == {found[name]}


# The facts


def told(column: Any, length: int) -> dict[str, list[object]]:
    context: Any = None
    ask = Ask(length, {}, None, {"license": column})
    found = module.look(ask, {fact.name: fact for fact in module.FACTS}, context)
    return {name.removeprefix("license."): said(one, length) for name, one in found.items()}


NO_REF = Unknown("what a LicenseRef allows is not known")
NO_SPDX = Unknown("the licence is no SPDX expression")


def test_facts_of_a_column() -> None:
    rows = ["MIT", None, "CC-BY-NC-4.0", "LicenseRef-own", "none of your business", "MIT", " ", "C-UDA-1.0"]
    lawyer = Unknown("C-UDA-1.0 needs a lawyer's reading")
    assert told(read(pa.array(rows), TEXT), 8) == {
        "valid": [True, None, True, True, False, True, None, True],
        "known": [True, None, True, False, False, True, None, True],
        "commercial": [True, None, False, NO_REF, NO_SPDX, True, None, lawyer],
        "derivatives": [True, None, True, NO_REF, NO_SPDX, True, None, lawyer],
        "share_alike": [False, None, False, NO_REF, NO_SPDX, False, None, lawyer],
        "attribution": [False, None, True, NO_REF, NO_SPDX, False, None, lawyer],
    }


def test_missing_stays_missing_and_what_is_not_known_stays_so() -> None:
    column = missing(TEXT)
    assert told(column, 2) == dict.fromkeys(told(column, 2), [Bad("no such column")] * 2)
    broken = column.with_unknown(pa.array([None, "a broken record"]))
    assert told(broken, 2)["valid"] == [Bad("no such column"), Unknown("a broken record")]
    mixed = read(pa.array(["MIT", "ISC"]), TEXT).with_unknown(pa.array([None, "a broken record"]))
    assert told(mixed, 2)["commercial"] == [True, Unknown("a broken record")]
    nested = read(pa.array([["MIT"], None]), TEXT)
    assert told(nested, 2)["valid"] == [Unknown("not text"), None]
    assert told(constant(TEXT, "CC-BY-4.0"), 3)["attribution"] == [True] * 3
    assert told(read(pa.array([], pa.string()), TEXT), 0)["valid"] == []


def test_a_reason_never_quotes_the_cell() -> None:
    found = told(read(pa.array(["LicenseRef-Zhang.San.13800138000", "Zhang San"]), TEXT), 2)
    assert "Zhang" not in str(found)


def test_through_the_program(tmp_path: Path) -> None:
    rows = [{"path": "a.jpg", "license": "CC-BY-NC-4.0 OR MIT"}, {"path": "b.jpg", "license": "LicenseRef-own"}]
    found = known(jsonl(tmp_path / "manifest.jsonl", [*rows, {"path": "c.jpg", "license": ""}]), FACTS)
    assert found["license.valid"] == ["true", "true", None]
    assert found["license.known"] == ["true", "false", None]
    assert found["license.commercial"] == ["true", Unsure(NO_REF), None]


def test_the_library_is_not_imported_until_a_licence_is_looked_at() -> None:
    code = "import facelint.probes as p, sys; p.own_probes(); print('license_expression' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True, timeout=60
    )
    assert ended.stdout.strip() == "False"


# The classes


def test_the_classes_of_law_md() -> None:
    for name in ("CC-BY-NC-2.5", "PolyForm-Noncommercial-1.0.0", "NCGL-UK-2.0"):
        assert module._classes()[name.lower()]["commercial"] is False
    for name in ("C-UDA-1.0", "PolyForm-Small-Business-1.0.0"):
        assert module._classes()[name.lower()] == {}
    assert all(t["share_alike"] for name, t in module._classes().items() if "-sa-" in name)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- {name: a, licences: []}", "a class needs a name and licences"),
        ("- {licences: [MIT]}", "a class needs a name and licences"),
        ("- {name: a, licences: [MIT, mit], commercial: true}", "a class states all of commercial"),
        (
            "- {name: a, licences: [MIT], commercial: 1, derivatives: 1, share_alike: 1, attribution: 1}",
            "as true or false",
        ),
        ("- {name: a, licences: [MIT]}\n- {name: b, licences: [mit]}", "an id that stands here once is wanted"),
        ("[]", "holds no class"),
    ],
)
def test_a_list_of_classes_that_is_not_well_formed_is_refused(
    content: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.yaml").write_text(content)
    monkeypatch.setattr(module, "list_file", lambda name: tmp_path / "list.yaml")
    module._classes.cache_clear()
    try:
        with pytest.raises(UserError) as raised:
            module._classes()
        assert message in str(raised.value)
    finally:
        module._classes.cache_clear()


def test_the_vocabulary_has_the_facts() -> None:
    assert set(FACTS) <= probes.vocabulary().keys()
