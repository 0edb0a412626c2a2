"""XMP files beside pictures: the same as a packet, at a place of their own."""

from __future__ import annotations

import os
import tempfile

import pytest
from running import ROOT

from facelint.imagemeta import FileSource, ImageMetadata, Kind, in_memory, read

from .build_xmp import as_attributes, as_elements

CORPUS = ROOT.parent / "shared" / "data" / "images"


def test_a_sidecar_is_a_place() -> None:
    model = {"exif:GPSLatitude": "1,0N", "exif:GPSLongitude": "2,0E", "aux:SerialNumber": "7"}
    for data in (as_elements(model), as_attributes(model)):
        found = read(in_memory(data))
        assert found.format == "xmp"
        assert found.blocks == {"sidecar", "xmp"}
        assert {(one.kind, one.place) for one in found.findings} == {(Kind.SERIAL_NUMBERS, "sidecar")}
        assert [(one.place, one.state) for one in found.coordinates] == [("sidecar", "yes")]
        assert found.findings[0].where == "sidecar > XMP > aux:SerialNumber"


@pytest.mark.parametrize("element", ["x:xmpmeta", "xmp:xmpmeta", "x:xapmeta"])
@pytest.mark.parametrize("before", ["<?xml version='1.0'?>\n", "<!-- one -->\n", "<?adobe-xap-filters esc='CR'?>"])
def test_whatever_stands_before_the_root(before: str, element: str) -> None:
    packet = as_elements({"aux:SerialNumber": "7"}).decode()
    rdf = packet[packet.index("<rdf:RDF") : packet.index("</rdf:RDF>") + 10]
    opening = "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
    root = f"<{element} xmlns:{element.partition(':')[0]}='adobe:ns:meta/'>{rdf}</{element}>"
    for data in (before + opening + root, opening + before + root, before + before + opening + before + root):
        found = read(in_memory(data.encode()))
        assert found.format == "xmp"
        assert [one.value for one in found.findings] == ["7"]


def test_a_file_longer_than_the_first_read() -> None:
    data = as_elements({"dc:title": "x" * 9000, "aux:SerialNumber": "7"})
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        found = read(FileSource.of(os.dup(file.fileno())), frozenset((Kind.SERIAL_NUMBERS,)))
    assert [one.value for one in found.findings] == ["7"]
    assert found.unreadable == ()


def sidecar(name: str) -> ImageMetadata:
    descriptor = os.open(CORPUS / name, os.O_RDONLY)
    try:
        return read(FileSource.of(descriptor))
    finally:
        os.close(descriptor)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the collection of real files is not here")
@pytest.mark.parametrize("name", ["sidecar-gps.xmp", "sidecar-other.xmp"])
def test_real_sidecars(name: str) -> None:
    found = sidecar(name)
    kinds = {one.kind for one in found.findings}
    assert kinds >= {Kind.SERIAL_NUMBERS, Kind.OWNER_NAMES, Kind.COPYRIGHT, Kind.FREE_TEXT}
    assert not kinds & {Kind.LOCATION_TEXT, Kind.CONTACT, Kind.PERSON_NAMES, Kind.OPT_OUT}
    assert found.gps_state == ("yes" if "gps" in name else "none")
    assert {one.place for one in found.findings} == {"sidecar"}
    assert found.unreadable == ()
