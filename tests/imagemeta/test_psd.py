"""PSD and PSB: image resources, the names of layers, and what is said not to be read."""

from __future__ import annotations

import pytest

from facelint.imagemeta import Kind

from .build_jpeg import GPS, jpeg
from .build_rasters import PHOTOSHOP, layer, layer_block, psd
from .sweeps import MAX_SECONDS, from_file, gps, kinds, mutated, of, slowest, unsaid, values


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_resources_layers_and_trailers(large: bool, packed: bool) -> None:
    layers = (layer("Layer 1", large=large), layer("Anna Muster", large=large), layer("图层 2", large=large))
    found = from_file(psd(PHOTOSHOP, layers=layers, packed=packed, large=large, end=jpeg(GPS)))
    assert (found.format, found.width, found.height, found.frames) == ("psd", 40, 30, 1)
    assert gps(found) == [("xmp", "yes"), ("trailer", "yes")]
    assert values(found, Kind.FREE_TEXT) == ["Anna Muster"]
    assert not found.unreadable


@pytest.mark.parametrize(
    "name",
    [
        "Background",
        "Layer 12",
        "layer 1 copy 2",
        "</Layer group>",
        "Ebene 3",
        "Hintergrund",
        "Group 1",
        "图层 1 拷贝",
        "",
    ],
)
def test_names_given_by_the_program_are_nothing(name: str) -> None:
    assert kinds(of(psd(layers=(layer(name),)))) == set()


def test_what_is_not_read_is_said() -> None:
    typed = of(psd(layers=(layer("Layer 1", layer_block(b"TySh", b"x")),)))
    assert typed.hidden(Kind.FREE_TEXT)
    assert not typed.hidden(Kind.GPS)
    assert of(psd(layers=(layer("Layer 1"),), more=layer_block(b"lnk2", b"x"))).hidden(Kind.GPS)
    assert of(psd(more=layer_block(b"AbCd", b"x"))).hidden(Kind.FREE_TEXT)
    assert of(psd(more=b"no block at all")).hidden(Kind.GPS)
    assert not of(
        psd(more=layer_block(b"Patt", b"x"), layers=(layer("Layer 1", layer_block(b"levl", b"x")),))
    ).unreadable


def test_layers_of_deep_pictures() -> None:
    """With 16 bits they are in a block of their own."""
    inner = b"\0\1" + layer("Anna Muster") + bytes(2)
    assert values(of(psd(more=layer_block(b"Lr16", inner))), Kind.FREE_TEXT) == ["Anna Muster"]


@pytest.mark.parametrize("packed", [False, True])
def test_no_cut_loses_anything_unsaid(packed: bool) -> None:
    made = psd(
        PHOTOSHOP, layers=(layer("Layer 1"), layer("Anna Muster")), more=layer_block(b"Patt", b"x"), packed=packed
    )
    assert unsaid(made) == []


def test_damage_of_any_kind_is_survived() -> None:
    made = psd(PHOTOSHOP, layers=(layer("Layer 1"), layer("Anna")), more=layer_block(b"lnk2", b"x"), packed=True)
    assert slowest(mutated([made, psd(layers=(layer("Anna", large=True),), large=True)[:700]], 3000, 8)) < MAX_SECONDS


@pytest.mark.parametrize(
    "made",
    [
        psd(layers=(layer("Anna"),) * 32_767),
        psd(layers=(layer("A", layer_block(b"XXXX", b"") * 200_000),)),
        psd(layers=(layer("A", layer_block(b"levl", b"") * 200_000),)),
    ],
)
def test_hostile_files_take_bounded_time(made: bytes) -> None:
    assert slowest([made]) < MAX_SECONDS
