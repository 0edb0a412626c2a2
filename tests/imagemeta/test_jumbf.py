"""JUMBF, CBOR and what C2PA and CAWG put in them."""

from __future__ import annotations

import json
import math
import random
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facelint.imagemeta.blocks import cbor as decoder
from facelint.imagemeta.blocks import jumbf
from facelint.imagemeta.model import EVERYTHING, ImageMetadata, Kind
from facelint.imagemeta.reading import Reading, TooMuch
from facelint.imagemeta.source import Source, in_memory

from .build_jumbf import assertion, box, cbor, indefinite, manifest, store, superbox, thumbnail, training


def told(data: bytes | Source, wanted: frozenset[Kind] = EVERYTHING) -> ImageMetadata:
    reading = Reading(wanted)
    try:
        jumbf.read(reading, data if isinstance(data, Source) else in_memory(data), "JUMBF")
    except TooMuch as error:
        reading.steps_left = 1
        reading.cannot("JUMBF", str(error), jumbf.HOLDS)
    return reading.result()


def of(kind: Kind, *assertions: bytes, whole: bool = True) -> list[str]:
    found = told(store(manifest(*assertions)))
    assert (found.unreadable == ()) is whole, found.unreadable
    return [one.value for one in found.findings if one.kind == kind]


def test_training_and_mining() -> None:
    c2pa = training({"c2pa.ai_training": {"use": "notAllowed"}, "c2pa.ai_inference": {"use": "allowed"}})
    cawg = training(
        {
            "cawg.ai_generative_training": {"use": "constrained", "constraint_info": "ask"},
            "cawg.data_mining": {"use": "constrained", "constraints_info": "ask"},
            "cawg.ai_training": {"use": "constrained"},
        },
        "cawg.training-mining",
    )
    assert of(Kind.OPT_OUT, c2pa, cawg) == [
        "c2pa.ai_training=notAllowed",
        "c2pa.ai_inference=allowed",
        "cawg.ai_generative_training=constrained",
        "cawg.data_mining=constrained",
        "cawg.ai_training=notAllowed",
    ]


def test_entries_of_earlier_texts_and_of_strangers() -> None:
    bare = assertion("cawg.training-mining", {"cawg.ai_training": {"use": "notAllowed"}})
    assert of(Kind.OPT_OUT, bare) == ["cawg.ai_training=notAllowed"]
    in_json = assertion("c2pa.training-mining__1", {"entries": {"c2pa.data_mining": "notAllowed"}}, as_json=True)
    assert of(Kind.OPT_OUT, in_json) == ["c2pa.data_mining=notAllowed"]
    strange = training({"org.example.use": {"use": "notAllowed"}, "c2pa.ai_training": {"use": "<script>"}})
    assert of(Kind.OPT_OUT, strange) == ["c2pa.other=notAllowed", "c2pa.ai_training=other"]
    assert of(Kind.OPT_OUT, assertion("c2pa.training-mining", ["x"]), whole=False) == []


def test_statements_of_ingredients_count_too() -> None:
    first = manifest(training({"c2pa.ai_training": {"use": "notAllowed"}}), label="urn:uuid:0")
    last = manifest(training({"c2pa.ai_training": {"use": "allowed"}}))
    found = told(store(first, last), frozenset((Kind.OPT_OUT,)))
    assert [(one.where, one.value) for one in found.findings] == [
        (
            "JUMBF > C2PA > ingredient manifest > assertions > c2pa.training-mining > c2pa.ai_training",
            "c2pa.ai_training=notAllowed",
        ),
        ("JUMBF > C2PA > manifest > assertions > c2pa.training-mining > c2pa.ai_training", "c2pa.ai_training=allowed"),
    ]


@pytest.mark.parametrize("as_json", [True, False])
def test_metadata_in_json_ld(as_json: bool) -> None:
    exif = {
        "@context": {"exif": "http://ns.adobe.com/exif/1.0/", "e": "http://cipa.jp/exif/1.0/"},
        "exif:GPSLatitude": "39,21.102N",
        "exif:GPSLongitude": "74,26.5737W",
        "e:BodySerialNumber": 123,
        "tiff:Artist": {"@value": "Ann"},
        "Iptc4xmpExt:PersonInImage": ["Ann", "Bob"],
        "Iptc4xmpExt:LocationCreated": {"Iptc4xmpExt:City": "Lund"},
        "dc:title": {"@list": ["T"]},
    }
    for label in ("stds.exif", "stds.iptc", "cawg.metadata", "c2pa.metadata", "org.example.mine__2"):
        found = told(store(manifest(assertion(label, exif, as_json))))
        (where,) = found.coordinates
        assert (where.place, where.state) == ("jumbf", "yes")
        assert where.latitude == pytest.approx(39.3517, abs=1e-4)
        values = {(one.kind, one.value) for one in found.findings}
        assert {
            (Kind.SERIAL_NUMBERS, "123"),
            (Kind.OWNER_NAMES, "Ann"),
            (Kind.PERSON_NAMES, "Ann"),
            (Kind.PERSON_NAMES, "Bob"),
            (Kind.LOCATION_TEXT, "Lund"),
            (Kind.FREE_TEXT, "T"),
        } <= values


def test_creative_work() -> None:
    work = {
        "@type": "CreativeWork",
        "author": [{"@type": "Person", "name": "Ann", "email": "a@b.c"}, "Bob"],
        "copyrightNotice": "(c)",
        "contentLocation": {"name": "Lund", "geo": {"latitude": 55.7, "longitude": 13.2}},
    }
    label = "stds.schema-org.CreativeWork"
    assert of(Kind.OWNER_NAMES, assertion(label, work, as_json=True)) == ["Ann", "Bob"]
    assert of(Kind.CONTACT, assertion(label, work, as_json=True)) == ["a@b.c"]
    assert of(Kind.COPYRIGHT, assertion(label, work, as_json=True)) == ["(c)"]
    assert of(Kind.LOCATION_TEXT, assertion(label, work, as_json=True)) == ["Lund"]
    (where,) = told(store(manifest(assertion(label, work)))).coordinates
    assert (where.state, where.latitude, where.longitude) == ("yes", 55.7, 13.2)


def test_actions() -> None:
    actions = [
        {
            "action": "c2pa.created",
            "when": "2024-01-01T00:00:00Z",
            "softwareAgent": {"name": "Adobe Photoshop"},
            "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
            "parameters": {"prompt": "a cat", "description": "made"},
        },
        {"action": "c2pa.edited", "softwareAgent": "some agent"},
    ]
    made = assertion("c2pa.actions.v2", {"actions": actions})
    assert of(Kind.SOURCE_KIND, made) == ["trainedAlgorithmicMedia"]
    assert of(Kind.SYNTHETIC_MARKER, made) == ["trainedAlgorithmicMedia"]
    assert of(Kind.EDITING_SOFTWARE, made) == ["Adobe Photoshop"]
    assert of(Kind.AI_PROMPT, made) == ["a cat"]
    assert of(Kind.CAPTURED_AT, made) == ["2024-01-01T00:00:00Z"]
    assert "some agent" in of(Kind.SOFTWARE, made)


def test_claims_and_ingredients() -> None:
    claim = {"claim_generator_info": [{"name": "Adobe_Firefly"}], "dc:title": "ann.jpg"}
    found = told(store(manifest(assertion("c2pa.ingredient.v3__1", {"dc:title": "bob.jpg"}), claim=claim)))
    assert [(one.kind, one.value) for one in found.findings] == [
        (Kind.FREE_TEXT, "bob.jpg"),
        (Kind.SOFTWARE, "Adobe_Firefly"),
        (Kind.EDITING_SOFTWARE, "Adobe_Firefly"),
        (Kind.FREE_TEXT, "ann.jpg"),
    ]


def test_identities() -> None:
    credential = {"credentialSubject": {"verifiedIdentities": [{"name": "Ann", "uri": "https://a.example"}]}}
    signature = b"\xd2" + cbor([b"", {}, json.dumps(credential).encode(), b"sig"])
    identity = {"signer_payload": {"sig_type": "cawg.identity_claims_aggregation"}, "signature": signature}
    assert of(Kind.OWNER_NAMES, assertion("cawg.identity", identity)) == ["Ann", "https://a.example"]
    broken = assertion("cawg.identity", {**identity, "signature": b"\xd2\x9f"})
    found = told(store(manifest(broken)))
    assert found.hidden(Kind.OWNER_NAMES)
    assert not found.hidden(Kind.GPS)


def test_credentials_and_prompts() -> None:
    credential = assertion("did:example:1", {"credentialSubject": {"name": "Ann"}}, as_json=True)
    data = store(superbox("urn:uuid:1", superbox("c2pa.credentials", credential)))
    assert [(one.kind, one.value) for one in told(data).findings] == [(Kind.OWNER_NAMES, "Ann")]
    prompt = {"dc:format": "text/plain", "data": b"a cat", "data_types": [{"type": "c2pa.types.generator.prompt"}]}
    data = store(superbox("urn:uuid:1", superbox("c2pa.databoxes", assertion("c2pa.data", prompt))))
    assert (Kind.AI_PROMPT, "a cat") in [(one.kind, one.value) for one in told(data).findings]


def test_thumbnails() -> None:
    picture = b"\xff\xd8\xff" + bytes(500)
    data = store(manifest(thumbnail(picture), thumbnail(picture, "c2pa.thumbnail.ingredient__2.jpeg")))
    found = told(data).embedded
    assert [(one.kind, one.start, one.data) for one in found] == [(Kind.THUMBNAIL, -1, picture)] * 2
    placed = told(in_memory(data, start=1000)).embedded
    assert [data[one.start - 1000 :][: one.length] for one in placed] == [picture] * 2


def test_xmp_within() -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description photoshop:City="Lund"/></rdf:RDF></x:xmpmeta>'
    )
    (found,) = told(superbox("any", box(b"xml ", packet))).findings
    assert (found.kind, found.place, found.value) == (Kind.LOCATION_TEXT, "jumbf", "Lund")


def test_where_holds_no_strangers_labels() -> None:
    found = told(store(manifest(assertion("evil label", {"dc:title": "x", "evil": {"photoshop:City": "y"}}))))
    assert not any("evil" in one.where for one in found.findings)
    assert [
        one.value for one in found.findings if one.where.startswith("JUMBF > C2PA > manifest > assertions > assertion")
    ]


# Damage


WHOLE = store(
    manifest(
        thumbnail(b"\xff\xd8\xff" + bytes(40)),
        assertion("stds.exif", {"exif:GPSLatitude": "1,2N", "exif:GPSLongitude": "3,4E"}, as_json=True),
        training({"c2pa.ai_training": {"use": "notAllowed"}}),
        assertion("c2pa.hash.data", {"hash": bytes(20)}),
    )
)


def test_a_store_cut_anywhere_is_found_or_hidden() -> None:
    whole = told(WHOLE)
    assert whole.unreadable == ()
    for end in range(8, len(WHOLE)):
        found = told(WHOLE[:end])
        assert set(found.findings) <= set(whole.findings)
        for kind in {one.kind for one in set(whole.findings) - set(found.findings)}:
            assert found.hidden(kind), (end, kind)
        if not found.coordinates:
            assert found.hidden(Kind.GPS), end
        if found.embedded != whole.embedded:
            assert found.hidden(Kind.THUMBNAIL), end


def test_a_damaged_part_hides_what_it_may_tell() -> None:
    for label, hidden, shown in (
        ("c2pa.training-mining", {Kind.OPT_OUT}, {Kind.GPS, Kind.OWNER_NAMES}),
        ("c2pa.hash.data", set(), {Kind.OPT_OUT, Kind.GPS}),
        ("org.example.any", {Kind.OPT_OUT, Kind.GPS, Kind.OWNER_NAMES}, set()),
    ):
        found = told(store(manifest(superbox(label, box(b"cbor", b"\xbf\xbf")))))
        assert all(found.hidden(kind) for kind in hidden), label
        assert not any(found.hidden(kind) for kind in shown), label


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\x01jumb" + b"\xff" * 8,
        b"\0\0\0\x07jumb" + bytes(9) + b"x",
        superbox("c2pa", box(b"brob", b"c2ma")),
        box(b"jumb", b""),
        box(b"jumb", box(b"cbor", cbor({}))),
        superbox("x", *[b"\0\0\0\x08abc"]),
    ],
)
def test_impossible_boxes_are_said(data: bytes) -> None:
    assert told(data).hidden(Kind.OPT_OUT)


def test_padding_is_nothing() -> None:
    assert told(store(manifest()) + bytes(100)).unreadable == ()


def test_wide_boxes() -> None:
    inner = training({"c2pa.ai_training": {"use": "notAllowed"}})
    described = box(b"jumd", b"c2pa" + bytes(12) + b"\x03c2pa\0")
    found = told(box(b"jumb", described + inner, wide=True))
    assert [one.value for one in found.findings] == ["c2pa.ai_training=notAllowed"]


def timed(data: bytes, seconds: float = 3.0) -> ImageMetadata:
    begun = time.process_time()
    found = told(data)
    assert time.process_time() - begun < 10 * seconds
    return found


def deep(levels: int) -> bytes:
    data = superbox("x")
    for _ in range(levels):
        data = superbox("x", data)
    return data


@pytest.mark.parametrize(
    "data",
    [
        deep(300),
        box(b"free", b"") * 300_000,
        superbox("x") * 10_000,
        store(manifest(superbox("x", box(b"cbor", b"\x9f" * 900_000)))),
        store(manifest(superbox("x", box(b"cbor", b"\x9a\xff\xff\xff\xff" + b"\x00" * 900_000)))),
        store(manifest(superbox("x", box(b"cbor", b"\x7a\xff\xff\xff\xff" + b"a" * 900_000)))),
        store(manifest(superbox("x", box(b"cbor", b"\xc1" * 900_000)))),
        store(manifest(superbox("x", box(b"cbor", b"\x5f" + b"\x40" * 900_000)))),
        store(manifest(superbox("x", box(b"json", b"[" * 900_000)))),
        store(manifest(superbox("x", box(b"json", b"[[]," * 200_000)))),
        store(manifest(superbox("x", box(b"json", b"9" * 900_000)))),
        store(manifest(superbox("x", box(b"json", b'{"a":' * 200 + b"1" + b"}" * 200)))),
        store(manifest(superbox("x", box(b"json", b'"' + b"x" * 900_000 + b'"')))),
        store(manifest(superbox("x", box(b"json", b"x" * 2_000_000)))),
    ],
    ids=range(14),
)
def test_hostile_boxes_take_bounded_time(data: bytes) -> None:
    found = timed(data)
    assert found.findings == () or all(one.value == "tester/1.0" for one in found.findings)


def test_mutations() -> None:
    chance = random.Random(5)  # noqa: S311
    begun = time.process_time()
    for _ in range(5000):
        data = bytearray(WHOLE)
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(data))
            way = chance.randrange(3)
            if way == 0:
                data[at] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
            elif way == 1:
                del data[at : at + chance.randint(1, 30)]
            else:
                data[at:at] = data[chance.randrange(len(data)) :][: chance.randint(1, 30)]
        told(bytes(data))
    assert time.process_time() - begun < 60


# CBOR

scalars = (
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text(max_size=9) | st.binary(max_size=9)
    | st.floats(allow_nan=False)
)  # fmt: skip
items = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


def plain(data: bytes) -> Any:
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        assert steps <= len(data) + 1

    return decoder.decode(data, step)


@given(items)
def test_cbor_is_read_as_it_was_written(value: Any) -> None:
    assert plain(cbor(value)) == value
    assert plain(indefinite(value)) == value
    assert plain(b"\xd8\x20" + cbor(value)) == value


@given(items)
@settings(max_examples=50)
def test_cbor_that_is_cut_is_none(value: Any) -> None:
    data = cbor(value)
    for end in range(len(data)):
        with pytest.raises(decoder.NotCbor):
            plain(data[:end])


@given(st.binary(max_size=60))
@settings(max_examples=1000)
def test_any_bytes_are_cbor_or_are_not(data: bytes) -> None:
    with suppress(decoder.NotCbor):
        plain(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("f97e00", math.nan), ("f93c00", 1.0), ("fa47c35000", 100000.0), ("f7", None), ("f820", None),
        ("c249010000000000000000", b"\1" + bytes(8)),
        ("a10102", {"1": 2}), ("20", -1), ("3bffffffffffffffff", -(2**64)),
    ],
)  # fmt: skip
def test_cbor_values(data: str, value: Any) -> None:
    found = plain(bytes.fromhex(data))
    assert found == value or (found != found and value != value)


@pytest.mark.parametrize(
    "data",
    ["ff", "1c", "1f", "3f", "df00", "5f6161ff", "7f4161ff", "a26161016161f5", "a1f500", "5f5fffff", "fc", "9f", ""],
)
def test_what_is_not_cbor(data: str) -> None:
    with pytest.raises(decoder.NotCbor):
        plain(bytes.fromhex(data))
