"""What the parts of a C2PA manifest tell: claims, assertions of C2PA and CAWG, and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from facelint.imagemeta import opt_out, programs
from facelint.imagemeta.blocks import cbor
from facelint.imagemeta.blocks.cbor import Value
from facelint.imagemeta.blocks.xmp.findings import tell
from facelint.imagemeta.blocks.xmp.names import TOLD, standard_prefix
from facelint.imagemeta.blocks.xmp.tree import Property
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading

MAX_PART = 2**20
"""Bytes of one claim or assertion."""
MAX_DEPTH = 40
"""Of what a part holds, one in the other."""

TELLS = frozenset(kind for kinds in TOLD.values() for kind in kinds)
_NOTHING: frozenset[Kind] = frozenset()

_LABELS = {
    "c2pa.claim": TELLS,
    "c2pa.training-mining": frozenset((Kind.OPT_OUT,)),
    "cawg.training-mining": frozenset((Kind.OPT_OUT,)),
    "c2pa.actions": TELLS,
    "c2pa.ingredient": TELLS,
    "c2pa.metadata": TELLS,
    "cawg.metadata": TELLS,
    "cawg.identity": frozenset((Kind.OWNER_NAMES, Kind.CONTACT)),
    "c2pa.asset-type": _NOTHING,
    "c2pa.assertion.metadata": TELLS,
    "c2pa.credentials": frozenset((Kind.OWNER_NAMES, Kind.CONTACT)),
    "c2pa.databoxes": TELLS,
    "c2pa.data": TELLS,
    "c2pa.signature": _NOTHING,
    "c2pa.soft-binding": _NOTHING,
    "c2pa.hash.data": _NOTHING,
    "c2pa.hash.bmff": _NOTHING,
    "c2pa.hash.boxes": _NOTHING,
    "c2pa.hash.collection.data": _NOTHING,
    "c2pa.hash.multi-asset": _NOTHING,
    "c2pa.certificate-status": _NOTHING,
    "c2pa.time-stamp": _NOTHING,
    "c2pa.thumbnail.claim": frozenset((Kind.THUMBNAIL,)),
    "c2pa.thumbnail.ingredient": frozenset((Kind.THUMBNAIL,)),
    "c2pa.thumbnail": frozenset((Kind.THUMBNAIL,)),
    "stds.exif": TELLS,
    "stds.iptc": TELLS,
    "stds.iptc.photo-metadata": TELLS,
    "stds.schema-org.CreativeWork": TELLS,
    "stds.schema-org.ClaimReview": TELLS,
}
"""The labels that the standards define, without version and number, and what may be below them."""

_SUFFIX = re.compile(r"(?:\.v\d{1,3})?(?:__\d{1,6})?$|\.(?:jpe?g|png|webp|avif|heic|tiff?|gif|svg|bmp)(?:__\d{1,6})?$")


def standard_label(label: str) -> str:
    """A label without its version and number; empty where it is not one of the standards'."""
    base = _SUFFIX.sub("", label[:100])
    return base if base in _LABELS else ""


def may_tell(label: str) -> frozenset[Kind]:
    """What a part with this label may tell; whatever there is where the label is a stranger's."""
    return _LABELS.get(standard_label(label), TELLS)


def read(reading: Reading, label: str, data: bytes, is_json: bool, where: str) -> None:
    """A part with a label that may tell something, from its CBOR or JSON."""
    if may_tell(label).isdisjoint(reading.wanted):
        return
    try:
        value = _json(reading, data) if is_json else cbor.decode(data, reading.step)
    except cbor.NotCbor as error:
        reading.cannot(where, str(error), may_tell(label))
        return
    Part(reading, where, may_tell(label)).tell(standard_label(label), value)


def _json(reading: Reading, data: bytes) -> Value:
    """Of text that is no more than `MAX_PART` long. Raises NotCbor where it is none."""
    reading.step(data.count(b",") + data.count(b"[") + data.count(b"{"))
    try:
        value: Value = json.loads(data.rstrip(b"\0"))
    except (ValueError, RecursionError):
        raise cbor.NotCbor("not JSON") from None
    return value


class Part:
    """One claim or assertion."""

    def __init__(self, reading: Reading, where: str, hides: frozenset[Kind]) -> None:
        self.reading = reading
        self.where = where
        self.hides = hides
        self.items = 0

    def add(self, kind: Kind, where: str, value: Value) -> None:
        if isinstance(value, str) and value.strip():
            self.reading.add(kind, "jumbf", f"{self.where} > {where}" if where else self.where, value.strip())

    def tell(self, label: str, value: Value) -> None:
        if special := _SPECIAL.get(label):
            special(self, value)
        if label not in _TRAINING:
            found: list[Property] = []
            self.flatten(value, {}, (), found, 0)
            tell(self.reading, found, self.where, "jumbf")

    def flatten(
        self, value: Value, context: dict[str, str], path: tuple[str, ...], into: list[Property], depth: int
    ) -> None:
        """Properties of XMP, as JSON-LD writes them."""
        if depth > MAX_DEPTH:
            self.reading.cannot(self.where, "JSON too deep", self.hides)
        elif isinstance(value, dict):
            self.reading.step()
            self.items += 1
            item = self.items
            context = _context(value.get("@context"), context)
            for key, inner in value.items():
                name = "" if key.startswith("@") else _standard(key, context)
                self.leaves(inner, (*path, name) if name else path, item, into)
                self.flatten(inner, context, (*path, name) if name else path, into, depth + 1)
        elif isinstance(value, list):
            self.reading.step(len(value))
            for inner in value:
                self.flatten(inner, context, path, into, depth + 1)

    def leaves(self, value: Value, path: tuple[str, ...], item: int, into: list[Property]) -> None:
        """The texts and numbers that a property has, plainly, in a list, or as JSON-LD's `@value`."""
        if not path or (path[-1] not in TOLD and path[-1].rpartition(":")[2] not in TOLD):
            return
        for one in value if isinstance(value, list) else (value,):
            plain = one.get("@value", one.get("@id")) if isinstance(one, dict) else one
            if isinstance(plain, str | int | float) and str(plain).strip():
                into.append(Property(path, item, str(plain).strip()))
            elif isinstance(plain, list):
                self.leaves(plain, path, item, into)


def _context(value: Value, outer: dict[str, str]) -> dict[str, str]:
    """The prefixes that a JSON-LD context gives to namespaces."""
    given: dict[str, str] = {}
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, dict):
            given |= {prefix: uri for prefix, uri in one.items() if isinstance(uri, str)}
    return {**outer, **given} if given else outer


def _standard(key: str, context: dict[str, str]) -> str:
    """A key with its standard prefix; a key without one alone if it is asked for in any namespace; else empty."""
    prefix, colon, local = key.rpartition(":")
    usual = standard_prefix(context.get(prefix, ""), prefix) if colon else ""
    if usual:
        return f"{usual}:{local}"
    return local if local in TOLD else ""


def _dicts(value: Value) -> Iterator[dict[str, Value]]:
    """The maps of a value that is a list of maps, or one."""
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, dict):
            yield one


def _names(value: Value) -> Iterator[Value]:
    """The names of persons or organisations that are told by their names or as maps, one or several."""
    for one in value if isinstance(value, list) else (value,):
        yield one.get("name") if isinstance(one, dict) else one


def _training(part: Part, value: Value) -> None:
    """Entries of the assertion; an earlier text of CAWG's had them without the map `entries` around."""
    entries = value.get("entries", value) if isinstance(value, dict) else None
    if not isinstance(entries, dict):
        part.reading.cannot(part.where, "no map of entries", part.hides)
        return
    for key, given in entries.items():
        if key == "metadata":
            continue
        use = given.get("use") if isinstance(given, dict) else given
        explained = isinstance(given, dict) and any(
            isinstance(info := given.get(name), str) and bool(info.strip())
            for name in ("constraint_info", "constraints_info")
        )
        signal = opt_out.entry(key, use if isinstance(use, str) else "", explained)
        part.add(Kind.OPT_OUT, signal.partition("=")[0], signal)


def _actions(part: Part, value: Value) -> None:
    for holder in _dicts(value):
        for action in (*_dicts(holder.get("actions")), *_dicts(holder.get("templates"))):
            for agent in _names(action.get("softwareAgent")):
                _program(part, "softwareAgent", agent)
            part.add(Kind.FREE_TEXT, "description", action.get("description"))
            if action.get("action") in ("c2pa.created", "c2pa.captured"):
                part.add(Kind.CAPTURED_AT, "when", action.get("when"))
            for parameters in _dicts(action.get("parameters")):
                part.add(Kind.AI_PROMPT, "prompt", parameters.get("prompt"))
                part.add(Kind.FREE_TEXT, "description", parameters.get("description"))
            for actor in _names(action.get("actors")):
                part.add(Kind.OWNER_NAMES, "actors", actor)
        for agent in _names(holder.get("softwareAgents")):
            _program(part, "softwareAgents", agent)


def _program(part: Part, where: str, name: Value) -> None:
    part.add(Kind.SOFTWARE, where, name)
    if isinstance(name, str) and programs.edits(name.replace("_", " ")):
        part.add(Kind.EDITING_SOFTWARE, where, name)
    if isinstance(name, str) and programs.generates(name.replace("_", " ")):
        part.add(Kind.SYNTHETIC_MARKER, where, name)


def _claim(part: Part, value: Value) -> None:
    for claim in _dicts(value):
        _program(part, "claim_generator", claim.get("claim_generator"))
        for name in _names(claim.get("claim_generator_info")):
            _program(part, "claim_generator_info", name)


_ABOUT = ("author", "creator", "contributor", "copyrightHolder", "photographer", "editor")
_PLACES = ("contentLocation", "locationCreated", "spatialCoverage")


def _creative_work(part: Part, value: Value) -> None:
    """schema.org's CreativeWork."""
    for work in _dicts(value):
        for key in _ABOUT:
            for name in _names(work.get(key)):
                part.add(Kind.OWNER_NAMES, key, name)
            for person in _dicts(work.get(key)):
                for contact in ("email", "telephone", "address"):
                    part.add(Kind.CONTACT, f"{key} > {contact}", person.get(contact))
        for key in ("copyrightNotice", "license"):
            part.add(Kind.COPYRIGHT, key, work.get(key))
        for key in ("name", "headline", "description", "caption", "keywords", "comment"):
            part.add(Kind.FREE_TEXT, key, work.get(key))
        for key in _PLACES:
            _place(part, key, work.get(key))


def _place(part: Part, where: str, value: Value) -> None:
    for name in _names(value):
        part.add(Kind.LOCATION_TEXT, where, name)
    for place in _dicts(value):
        part.add(Kind.LOCATION_TEXT, where, place.get("address"))
        for geo in _dicts(place.get("geo")):
            found = [Property((f"geo:{axis}",), 0, str(geo[key])) for axis, key in _GEO if key in geo]
            tell(part.reading, found, f"{part.where} > {where}", "jumbf")


_GEO = (("lat", "latitude"), ("long", "longitude"))


def _identity(part: Part, value: Value) -> None:
    """CAWG identity: an aggregation of claims is a credential in JSON, within a COSE signature in CBOR."""
    for identity in _dicts(value):
        signature, payload = identity.get("signature"), identity.get("signer_payload")
        kind = payload.get("sig_type") if isinstance(payload, dict) else None
        if isinstance(signature, bytes) and kind == "cawg.identity_claims_aggregation":
            _aggregation(part, signature)


def _aggregation(part: Part, signature: bytes) -> None:
    try:
        signed = cbor.decode(signature, part.reading.step)
        payload = signed[2] if isinstance(signed, list) and len(signed) > 2 else None
        credential = _json(part.reading, payload if isinstance(payload, bytes) else b"")
    except cbor.NotCbor as error:
        part.reading.cannot(part.where, str(error), part.hides)
        return
    _credential(part, credential)


def _credential(part: Part, value: Value) -> None:
    """A W3C verifiable credential."""
    for credential in _dicts(value):
        for subject in _dicts(credential.get("credentialSubject")):
            part.add(Kind.OWNER_NAMES, "credentialSubject > name", subject.get("name"))
            for identity in _dicts(subject.get("verifiedIdentities")):
                part.add(Kind.OWNER_NAMES, "verifiedIdentities > name", identity.get("name"))
                part.add(Kind.OWNER_NAMES, "verifiedIdentities > username", identity.get("username"))
                part.add(Kind.OWNER_NAMES, "verifiedIdentities > uri", identity.get("uri"))


def _data_box(part: Part, value: Value) -> None:
    """A data box of a type that C2PA has for what generators are given."""
    for box in _dicts(value):
        types = [one.get("type") for one in _dicts(box.get("data_types"))]
        if any(isinstance(one, str) and one.startswith("c2pa.types.generator.prompt") for one in types):
            data = box.get("data")
            part.add(Kind.AI_PROMPT, "data", data.decode("utf-8", "replace") if isinstance(data, bytes) else data)
            part.add(Kind.SYNTHETIC_MARKER, "data_types", "c2pa.types.generator.prompt")


_TRAINING = ("c2pa.training-mining", "cawg.training-mining")

_SPECIAL: dict[str, Callable[[Part, Value], None]] = {
    "c2pa.training-mining": _training,
    "cawg.training-mining": _training,
    "c2pa.actions": _actions,
    "c2pa.claim": _claim,
    "stds.schema-org.CreativeWork": _creative_work,
    "cawg.identity": _identity,
    "c2pa.credentials": _credential,
    "c2pa.databoxes": _data_box,
    "c2pa.data": _data_box,
}
