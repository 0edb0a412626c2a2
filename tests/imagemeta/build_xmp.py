"""XMP packets made of parts: the same properties in every way that RDF has of writing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

URIS = {
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpGImg": "http://ns.adobe.com/xap/1.0/g/img/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "MP": "http://ns.microsoft.com/photo/1.2/",
    "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "drone-dji": "http://www.dji.com/drone-dji/1.0/",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
    "Container": "http://ns.google.com/photos/1.0/container/",
    "Item": "http://ns.google.com/photos/1.0/container/item/",
    "tdm": "http://www.w3.org/ns/tdmrep#",
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
    "my": "http://example.org/my/1.0/",
}

Value = str | list["Value"] | Mapping[str, "Value"]
"""A text, a list, or a structure by the names of its fields."""

Model = Mapping[str, Value]


def packet(body: str, attributes: str = "", head: bool = True, pad: int = 100, uris: Mapping[str, str] = URIS) -> str:
    """Around what stands in one `rdf:Description`."""
    declared = " ".join(f"xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in uris.items())
    text = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'  <rdf:Description rdf:about="" {declared}{attributes}>{body}</rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>'
    )
    if head:
        begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        return f'{begin}\n{text}\n{" " * pad}<?xpacket end="w"?>'
    return text


def elements(model: Model) -> str:
    """Each property as an element; a structure's fields as elements with parseType Resource."""
    return "".join(_element(name, value) for name, value in model.items())


def _element(name: str, value: Value) -> str:
    if isinstance(value, str):
        return f"<{name}>{escape(value)}</{name}>"
    if isinstance(value, list):
        return f"<{name}><rdf:Bag>{''.join(_element('rdf:li', item) for item in value)}</rdf:Bag></{name}>"
    return f'<{name} rdf:parseType="Resource">{elements(value)}</{name}>'


def attributes(model: Model) -> tuple[str, str]:
    """Attributes for what is plain text, and elements for the rest, whose fields are attributes in their turn."""
    plain = "".join(f" {name}={quoteattr(value)}" for name, value in model.items() if isinstance(value, str))
    return plain, "".join(_rest(name, value) for name, value in model.items() if not isinstance(value, str))


def _rest(name: str, value: Value) -> str:
    if isinstance(value, list):
        items = (_element(name="rdf:li", value=one) if isinstance(one, str) else _rest("rdf:li", one) for one in value)
        return f"<{name}><rdf:Seq>{''.join(items)}</rdf:Seq></{name}>"
    assert not isinstance(value, str)
    plain, rest = attributes(value)
    if rest:
        return f"<{name}><rdf:Description{plain}>{rest}</rdf:Description></{name}>"
    return f"<{name}{plain}/>"


def as_elements(model: Model) -> bytes:
    return packet(elements(model)).encode()


def as_attributes(model: Model) -> bytes:
    plain, rest = attributes(model)
    return packet(rest, plain).encode()


def qualified(model: Mapping[str, str]) -> bytes:
    """Values as `rdf:value` with a qualifier beside."""
    return packet(
        "".join(
            f'<{name} rdf:parseType="Resource">'
            f"<rdf:value>{escape(value)}</rdf:value><xmp:Rating>5</xmp:Rating></{name}>"
            for name, value in model.items()
        )
    ).encode()


def renamed(text: str, prefixes: Iterable[str]) -> str:
    """With other prefixes for the same namespaces."""
    for at, prefix in enumerate(prefixes):
        text = text.replace(f"xmlns:{prefix}=", f"xmlns:q{at}=")
        for before in ("<", "</", " "):
            text = text.replace(f"{before}{prefix}:", f"{before}q{at}:")
    return text
