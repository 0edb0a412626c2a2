"""The XML of a packet as flat properties, each with its value and the structures that it stands in."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple
from xml.parsers import expat

from facelint.imagemeta.blocks.xmp.names import standard_prefix
from facelint.imagemeta.reading import MAX_FINDINGS, Reading, TooMuch

MAX_DEPTH = 64
"""Elements within elements."""
MAX_TEXT = 2 * 2**20
"""Bytes of a packet that is not well-formed which are read."""
MAX_PROPERTIES = 20_000
"""That are kept of one packet."""


class Property(NamedTuple):
    path: tuple[str, ...]
    """Its name, last, and those of the properties that it stands in, with standard prefixes; without RDF's own. A
    name of a namespace that is not known has no prefix."""
    item: int
    """The list item that it stands in: the same for the fields of one structure."""
    value: str


class _TooDeep(Exception):
    pass


class _Element(NamedTuple):
    name: str
    path: tuple[str, ...]
    property_item: int
    item: int
    declares: bool
    takes_text: bool


_OUTSIDE = _Element("", (), 0, 0, False, False)


class _Flattener:
    """Takes elements and text in their order, and keeps the properties that are asked for."""

    def __init__(self, reading: Reading, names: Collection[str], properties: list[Property]) -> None:
        self.reading = reading
        self.names = names
        self.local_names = {name.rpartition(":")[2] for name in names} | {"resource", "value"}
        self.properties = properties
        self.elements = [_OUTSIDE]
        self.declared: list[dict[str, str]] = [{}]
        self.prefixes: list[dict[str, str]] = [{}]
        """Prefixes as written to standard ones, while the same namespaces are in force."""
        self.text: list[str] = []
        self.items = 0
        self.elements_seen = 0

    def start(self, name: str, attributes: list[str]) -> None:
        """An element with its attributes: name, value, name, value, …"""
        self.step(1 + len(attributes) // 2)
        self.elements_seen += 1
        outer = self.elements[-1]
        if len(self.elements) > MAX_DEPTH:
            raise _TooDeep
        if self.text:
            self._end_of_text(outer)
        declares = bool(attributes) and self._declare(attributes)
        standard, takes = self._standard(name)
        path, item, property_item = outer.path, outer.item, outer.property_item
        if standard == "rdf:li":
            self.items += 1
            item = self.items
        elif standard and not standard.startswith(("rdf:", "x:")):
            path, property_item = (*path, standard), outer.item
        if path is outer.path:
            takes = outer.takes_text
        element = _Element(name, path, property_item, item, declares, takes)
        self.elements.append(element)
        for at in range(0, len(attributes), 2):
            written = attributes[at]
            if written.rpartition(":")[2] in self.local_names and not written.startswith("xml"):
                self._attribute(element, written, attributes[at + 1])

    def step(self, steps: int) -> None:
        """Leaves enough steps for telling what was found. Raises TooMuch."""
        if self.reading.steps_left - steps < MAX_FINDINGS:
            raise TooMuch("more elements than are read of one file")
        self.reading.step(steps)

    def end(self, _: str) -> None:
        element = self.elements.pop()
        if self.text:
            self._end_of_text(element)
        if element.declares:
            self.declared.pop()
            self.prefixes.pop()

    def characters(self, text: str) -> None:
        if self.elements[-1].takes_text:
            self.text.append(text)

    def _declare(self, attributes: list[str]) -> bool:
        declared = {
            name[6:]: attributes[at * 2 + 1]
            for at, name in enumerate(attributes[::2])
            if name.startswith("xmlns") and name[5:6] in ("", ":")
        }
        if declared:
            self.declared.append(declared)
            self.prefixes.append({})
        return bool(declared)

    def _attribute(self, element: _Element, name: str, value: str) -> None:
        """An attribute without a prefix is no property; RDF's own may be without."""
        standard, wanted = self._standard(name) if ":" in name else (f"rdf:{name}", False)
        if wanted:
            self._keep((*element.path, standard), element.item, value)
        elif element.takes_text and standard in ("rdf:resource", "rdf:value"):
            self._keep(element.path, element.property_item, value)

    def _end_of_text(self, element: _Element) -> None:
        self._keep(element.path, element.property_item, "".join(self.text))
        self.text.clear()

    def _keep(self, path: tuple[str, ...], item: int, value: str) -> None:
        if value := value.strip(" \t\r\n\0\ufeff\ufffd"):
            if len(self.properties) >= MAX_PROPERTIES:
                raise TooMuch(f"more than {MAX_PROPERTIES:,} properties")
            self.properties.append(Property(path, item, value))

    def _standard(self, name: str) -> tuple[str, bool]:
        """A name with its standard prefix, and whether it is asked for.

        Where the namespace is not known, the name alone if it is asked for in any, else empty.
        """
        prefix, _, local = name.rpartition(":")
        usual = self.prefixes[-1].get(prefix)
        if usual is None:
            uri = next((scope[prefix] for scope in reversed(self.declared) if prefix in scope), "")
            usual = standard_prefix(uri, prefix) or ("?" if prefix or uri else "")
            self.prefixes[-1][prefix] = usual
        if not usual:
            return "", False
        anywhere = local in self.names
        if usual == "?":
            return (local, True) if anywhere else ("", False)
        standard = f"{usual}:{local}"
        return standard, anywhere or standard in self.names


def properties(reading: Reading, packet: bytes, names: Collection[str], into: list[Property]) -> str:
    """Adds to `into` those properties of a packet that have one of the `names`; tells what was left unread, if any.

    No document type is taken, so that there are no entities but XML's own. What is not well-formed is read a second
    time, tag by tag. Raises TooMuch, with what was found by then in `into`.
    """
    data = utf8(packet)
    flattener = _Flattener(reading, names, into)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = flattener.start
    parser.EndElementHandler = flattener.end
    parser.CharacterDataHandler = flattener.characters
    try:
        parser.Parse(b"<packets>")
        parser.Parse(_XML_DECLARATION.sub(b"", data))
        parser.Parse(b"</packets>", True)
    except _TooDeep:
        return f"elements within elements, more than {MAX_DEPTH} deep"
    except expat.ExpatError:
        into.clear()
        return _tag_by_tag(data, _Flattener(reading, names, into))
    return "" if flattener.elements_seen > 1 else "no XML"


def _tag_by_tag(data: bytes, flattener: _Flattener) -> str:
    """Bytes that are no UTF-8 become U+FFFD: they spoil the value that they stand in, nothing else."""
    try:
        lost = _Tags(data[:MAX_TEXT].decode("utf-8", "replace"), flattener).read()
    except _TooDeep:
        return f"elements within elements, more than {MAX_DEPTH} deep"
    return lost if len(data) <= MAX_TEXT else "much XML that is not well-formed"


_XML_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}\?>")
_REFERENCE = re.compile("&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));")
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    if name := reference[3]:
        return _CHARACTERS[name]
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


_NAME = re.compile(r"[^\s<>/=\"'&;!?]+")
_PROPER = re.compile(r"[\w:.-]+")
_ATTRIBUTE = re.compile(r"""\s*([^\s<>/="'&;!?]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_NO_ATTRIBUTE = re.compile(r"\s*(?:[^\s<>/]+|/(?!>))")
_TAG_END = re.compile(r"\s*(/?)>")


class _Tags:
    """A packet that is not well-formed, read as far as its single tags can be made out."""

    def __init__(self, text: str, flattener: _Flattener) -> None:
        self.text = text
        self.flattener = flattener
        self.lost = ""
        self.past_rdf = False

    def read(self) -> str:
        text, at = self.text, 0
        while True:
            tag = text.find("<", at)
            self.flattener.characters(_unescaped(text[at : tag if tag >= 0 else None]))
            if tag < 0:
                break
            at = self._markup(tag)
        if self.flattener.elements_seen == 0:
            self.lost = self.lost or "no XML"
        if len(self.flattener.elements) > 1:
            self._break_off()
        while len(self.flattener.elements) > 1:
            self.flattener.end("")
        return self.lost

    def _markup(self, at: int) -> int:
        """Takes what begins at a `<`; where it ends."""
        self.flattener.step(1)
        text = self.text
        for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("</", ">")):
            if text.startswith(opening, at):
                end = text.find(closing, at + len(opening))
                if end < 0:
                    self._break_off()
                    return len(text)
                inside = text[at + len(opening) : end]
                if opening == "</":
                    self._close(inside.strip())
                elif opening == "<![CDATA[":
                    self.flattener.characters(inside)
                return end + len(closing)
        return self._open(at)

    def _break_off(self) -> None:
        """Behind the end of the RDF nothing is lost."""
        still_open = self.flattener.elements[1:]
        if not self.past_rdf or not all(element.name.endswith(("xmpmeta", "xapmeta")) for element in still_open):
            self.lost = self.lost or "XML that breaks off"

    def _open(self, at: int) -> int:
        name = _NAME.match(self.text, at + 1)
        if name is None and at + 1 == len(self.text):
            self._break_off()
            return at + 1
        if name is None:
            self.lost = "XML with a document type" if self.text.startswith("<!", at) else "XML that is not well-formed"
            return at + 1
        attributes: list[str] = []
        at = name.end()
        while True:
            if attribute := _ATTRIBUTE.match(self.text, at):
                attributes += (attribute[1], _unescaped(attribute[2] or attribute[3] or ""))
                at = attribute.end()
            elif skipped := _NO_ATTRIBUTE.match(self.text, at):
                self.lost = self.lost or "XML that is not well-formed"
                at = skipped.end()
            else:
                break
        if not all(map(_PROPER.fullmatch, (name[0], *attributes[::2]))):
            self.lost = self.lost or "XML that is not well-formed"
        self.flattener.start(name[0], attributes)
        end = _TAG_END.match(self.text, at)
        if end is None:
            self.lost = "XML that is not well-formed"
            return at
        if end[1]:
            self.flattener.end(name[0])
        return end.end()

    def _close(self, name: str) -> None:
        elements = self.flattener.elements
        self.past_rdf |= name.endswith(":RDF")
        if any(element.name == name for element in elements[1:]):
            if elements[-1].name != name:
                self.lost = self.lost or "XML that is not well-formed"
            while len(elements) > 1 and elements[-1].name != name:
                self.flattener.end("")
            self.flattener.end(name)
        else:
            self.lost = self.lost or "XML that is not well-formed"


def utf8(packet: bytes) -> bytes:
    """A packet in UTF-8: from UTF-16 or UTF-32, with a byte order mark or without, or as it is."""
    if packet.startswith(b"\xef\xbb\xbf"):
        return packet[3:].strip(b"\0")
    for mark, encoding in _MARKS:
        if packet.startswith(mark):
            return packet[len(mark) :].decode(encoding, "replace").strip("\0").encode("utf-8", "replace")
    tag = packet.find(b"<")
    if tag < 0 or packet[tag + 1 : tag + 2] != b"\0":
        return packet.strip(b"\0")
    return packet.decode(_wide(packet, tag), "replace").strip("\0").encode("utf-8", "replace")


def _wide(packet: bytes, tag: int) -> str:
    """The encoding of a packet whose first `<` is one of several bytes of a character."""
    around = packet[tag - tag % 4 : tag - tag % 4 + 4]
    if around == b"<\0\0\0":
        return "utf-32-le"
    if around == b"\0\0\0<":
        return "utf-32-be"
    return "utf-16-be" if tag % 2 else "utf-16-le"


_MARKS = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
